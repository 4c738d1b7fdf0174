import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { OperatorTurn, Treasury } from '../../src/operator/treasury.ts';

const dayMs = 86_400_000;
/** Noon of today: the alarm would delete expired days at once. */
const noon = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;

/** A new treasury. */
function newTreasury(): DurableObjectStub<Treasury> {
  const { TREASURY } = env as unknown as { TREASURY: DurableObjectNamespace<Treasury> };
  return TREASURY.get(TREASURY.newUniqueId());
}

/** Asks for a turn that costs nothing, but for what is given. */
const admitted = (treasury: DurableObjectStub<Treasury>, turn: Partial<OperatorTurn>, now = noon) =>
  treasury.admitTurn(
    { turn: 'turn', account: 'account', address: '', usd: 0, capUsd: 1, newVisitors: null, newProject: null, ...turn },
    now,
  );

/** Asks for the first turn of a visitor at an address that may have four of them. */
const newVisitor = (treasury: DurableObjectStub<Treasury>, account: string, now = noon) =>
  admitted(treasury, { turn: `turn of ${account}`, account, address: '203.0.113.7', newVisitors: 4 }, now);

/** Dollars reserved or spent on the UTC day of `now`. */
function spentOn(treasury: DurableObjectStub<Treasury>, now: number): Promise<number> {
  return runInDurableObject(treasury, (_, { storage }) => {
    const rows = storage.sql.exec<{ usd: number }>(
      'SELECT microusd / 1e6 AS usd FROM spend_day WHERE day = ?',
      Math.floor(now / dayMs),
    );
    return rows.toArray()[0]?.usd ?? 0;
  });
}

it('reserves up to the cap, and not a millionth more', async () => {
  const treasury = newTreasury();
  expect(await treasury.reserve('a', 0.6, 1, noon)).toBe(true);
  expect(await treasury.reserve('b', 0.400001, 1, noon)).toBe(false);
  expect(await treasury.reserve('b', 0.4, 1, noon)).toBe(true);
  expect(await treasury.reserve('c', 0.000001, 1, noon)).toBe(false);
  expect(await spentOn(treasury, noon)).toBe(1);
});

it('holds the cap when many ask at once', async () => {
  const treasury = newTreasury();
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => treasury.reserve(`call ${n}`, 0.3, 2, noon)));
  expect(answers.filter(Boolean)).toHaveLength(6);
  expect(await spentOn(treasury, noon)).toBe(1.8);
});

it('reserves and settles a call once, however often it is told', async () => {
  const treasury = newTreasury();
  for (let i = 0; i < 3; i++) expect(await treasury.reserve('a', 0.5, 1, noon)).toBe(true);
  expect(await spentOn(treasury, noon)).toBe(0.5);
  for (const usd of [0.125, 0.125, 0.9]) await treasury.settle('a', usd);
  expect(await spentOn(treasury, noon)).toBe(0.125);
  expect(await treasury.reserve('a', 0.5, 1, noon)).toBe(true);
  expect(await spentOn(treasury, noon)).toBe(0.125);
  await treasury.settle('nobody', 5);
  expect(await spentOn(treasury, noon)).toBe(0.125);
});

it('settles above the reservation, too: what was spent was spent', async () => {
  const treasury = newTreasury();
  await treasury.reserve('a', 0.1, 1, noon);
  await treasury.settle('a', 1.5);
  expect(await spentOn(treasury, noon)).toBe(1.5);
  expect(await admitted(treasury, { usd: 0 })).toEqual({ reason: 'budget' });
});

it('begins each UTC day anew, and settles on the day of the reservation', async () => {
  const treasury = newTreasury();
  await treasury.reserve('late', 1, 1, noon);
  expect(await admitted(treasury, { usd: 0.25 })).toEqual({ reason: 'budget' });
  expect(await admitted(treasury, { usd: 0.25 }, noon + dayMs)).toBeNull();
  await treasury.settle('late', 0.25);
  expect(await spentOn(treasury, noon + dayMs)).toBe(0);
  expect(await spentOn(treasury, noon)).toBe(0.25);
});

it('keeps sums exact over many small calls', async () => {
  const treasury = newTreasury();
  await runInDurableObject(treasury, (instance: Treasury) => {
    for (let n = 0; n < 1000; n++) {
      instance.reserve(`call ${n}`, 0.1, 1000, noon);
      instance.settle(`call ${n}`, 0.001);
    }
  });
  expect(await spentOn(treasury, noon)).toBe(1);
});

it('lets in so many visitors a day from one address, at once or one by one', async () => {
  const treasury = newTreasury();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => newVisitor(treasury, `visitor ${n}`)));
  expect(answers.filter((refusal) => refusal === null)).toHaveLength(4);
  expect(await newVisitor(treasury, `visitor ${answers.indexOf(null)}`)).toBeNull();
  expect(await newVisitor(treasury, 'somebody')).toEqual({ reason: 'new_visitors' });
  expect(await newVisitor(treasury, 'somebody', noon + dayMs)).toBeNull();
});

it('keeps no address in plain text, and forgets days that are over', async () => {
  const treasury = newTreasury();
  const old = Date.now() - 2 * dayMs;
  await newVisitor(treasury, 'visitor', old);
  await treasury.reserve('old', 1, 2, old);
  await newVisitor(treasury, 'visitor', Date.now());
  const dump = () =>
    runInDurableObject(treasury, (_, { storage }) => ({
      newcomers: storage.sql.exec('SELECT day, address FROM newcomer').toArray(),
      others: ['spend_day', 'reservation'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length),
      keys: storage.sql.exec('SELECT day FROM address_key').toArray().length,
    }));
  const before = await dump();
  expect(before).toMatchObject({ others: [1, 1], keys: 2 });
  expect(JSON.stringify(before)).not.toContain('203.0.113');
  expect(new Set(before.newcomers.map(({ address }) => address)).size).toBe(2);
  expect(await runDurableObjectAlarm(treasury)).toBe(true);
  const after = await dump();
  expect(after).toMatchObject({ others: [0, 0], keys: 1 });
  expect(after.newcomers).toHaveLength(1);
  // An alarm is set for the newest day too, although nothing was spent on it.
  expect(await runInDurableObject(treasury, (_, { storage }) => storage.getAlarm())).toBeGreaterThan(Date.now());
});

it('counts checks of a key by address and hour, also when many come at once, and over midnight', async () => {
  const treasury = newTreasury();
  const midnight = noon + dayMs / 2;
  const before = midnight - 60_000;
  const check = (address: string, now: number, limit = 3) => treasury.countKeyCheck(address, limit, now);
  const many = await Promise.all(Array.from({ length: 20 }, () => check('203.0.113.7', before)));
  expect(many.filter((wait) => wait === 0)).toHaveLength(3);
  expect(new Set(many)).toEqual(new Set([0, 3600]));
  expect(await check('203.0.113.8', before)).toBe(0);
  expect(await check('203.0.113.7', midnight + 60_000)).toBe(3480);
  expect(await check('203.0.113.7', before + 3_600_000)).toBe(0);
  expect(await check('203.0.113.9', before, 0)).toBe(3600);
  const rows = await runInDurableObject(treasury, (_, { storage }) =>
    storage.sql.exec('SELECT * FROM key_check').toArray(),
  );
  expect(JSON.stringify(rows)).not.toContain('203.0');
});

/** Reserves a dime of a dollar in a turn, where it is admitted. @returns what refuses it */
async function spendDime(treasury: DurableObjectStub<Treasury>, turn: Partial<OperatorTurn>, now = noon) {
  const id = crypto.randomUUID();
  const refusal = await admitted(treasury, { turn: id, usd: 0.1, ...turn }, now);
  if (refusal === null) expect(await treasury.reserve(`${id}/1`, 0.1, 1, now)).toBe(true);
  return refusal?.reason ?? null;
}

it('turns whose address is not known have one share of an address, all together', async () => {
  const treasury = newTreasury();
  const reasons: (string | null)[] = [];
  for (let n = 0; n < 9; n++) reasons.push(await spendDime(treasury, { account: `account ${n}`, address: '' }));
  expect(reasons).toEqual([...Array(7).fill(null), 'address', 'address']);
  // Of this machine itself nobody counts.
  expect(await spendDime(treasury, { account: 'here', address: '127.0.0.1' })).toBeNull();
});

it('a turn whose address is lost counts for its network as the day’s digest tells it, and for no other day', async () => {
  const treasury = newTreasury();
  const address = '203.0.113.7';
  const network = await treasury.networkOf(address, noon);
  expect(JSON.stringify(network)).not.toContain('203.0');
  for (let n = 0; n < 7; n++) {
    const turn = { account: `account ${n}`, ...(n % 2 ? { address } : { address: '', network }) };
    expect(await spendDime(treasury, turn)).toBeNull();
  }
  expect(await spendDime(treasury, { account: 'a', address: '', network })).toBe('address');
  expect(await spendDime(treasury, { account: 'b', address })).toBe('address');
  expect(await spendDime(treasury, { account: 'c', address: '203.0.113.8' })).toBeNull();
  // The next day it is one that is not known.
  const tomorrow = noon + dayMs;
  for (let n = 0; n < 7; n++)
    expect(
      await spendDime(treasury, { account: `d${n}`, address: '', ...(n % 2 ? { network } : {}) }, tomorrow),
    ).toBeNull();
  expect(await spendDime(treasury, { account: 'e', address: '', network }, tomorrow)).toBe('address');
});

it('a new visitor whose address is lost is one of its network, too', async () => {
  const treasury = newTreasury();
  const address = '203.0.113.7';
  const network = await treasury.networkOf(address, noon);
  const lost = { address: '', network, newVisitors: 1 };
  expect(await admitted(treasury, { turn: 'a', account: 'a', address, newVisitors: 1 })).toBeNull();
  expect(await admitted(treasury, { turn: 'b', account: 'b', ...lost })).toEqual({ reason: 'new_visitors' });
});
