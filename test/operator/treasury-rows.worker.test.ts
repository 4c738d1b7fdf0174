import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Treasury } from '../../src/operator/treasury.ts';

const dayMs = 86_400_000;
/** Noon of today: the alarm would delete expired days at once. */
const noon = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;

/** A new treasury. */
function newTreasury(): DurableObjectStub<Treasury> {
  const { TREASURY } = env as unknown as { TREASURY: DurableObjectNamespace<Treasury> };
  return TREASURY.get(TREASURY.newUniqueId());
}

/** Rows of all tables, but for versions of tables. */
const rows = (treasury: DurableObjectStub<Treasury>) =>
  runInDurableObject(treasury, (_, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'schema_version'`,
      )
      .toArray()
      .reduce((sum, { name }) => sum + sql.exec<{ n: number }>(`SELECT count(*) AS n FROM "${name}"`).one().n, 0),
  );

const upload = (treasury: DurableObjectStub<Treasury>, account: string, bytes: number) =>
  treasury.countUpload({ account, address: '203.0.113.7', bytes, accountLimit: 50, addressLimit: 100 }, noon);

it('writes nothing for uploads of nothing, from however many accounts', async () => {
  const treasury = newTreasury();
  for (let n = 0; n < 20; n++) expect(await upload(treasury, `account ${n}`, 0)).toBeNull();
  expect(await rows(treasury)).toBe(0);
});

it('writes nothing more for an address that has reached its limit, from however many accounts', async () => {
  const treasury = newTreasury();
  for (const account of ['a', 'b']) expect(await upload(treasury, account, 50)).toBeNull();
  const before = await rows(treasury);
  for (let n = 0; n < 20; n++) {
    expect(await upload(treasury, `account ${n}`, 1)).toMatchObject({ limit: 100 });
    expect(await upload(treasury, `account ${n}`, 0)).toBeNull();
  }
  expect(await rows(treasury)).toBe(before);
});

it('deletes the keys of days that only a merge has asked for', async () => {
  const treasury = newTreasury();
  await treasury.moveSpending('visitor', 'user', noon);
  const due = await runInDurableObject(treasury, (_, { storage }) => storage.getAlarm());
  // Two days after the older of them.
  expect(due).toBe(Math.floor(noon / dayMs) * dayMs + 2 * dayMs);
});
