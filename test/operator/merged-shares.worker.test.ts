import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Treasury } from '../../src/operator/treasury.ts';

const dayMs = 86_400_000;
const noon = Math.floor(Date.now() / dayMs) * dayMs + dayMs / 2;
/** Of which an account may have half a dollar. */
const capUsd = 1;

function newTreasury(): DurableObjectStub<Treasury> {
  const { TREASURY } = env as unknown as { TREASURY: DurableObjectNamespace<Treasury> };
  return TREASURY.get(TREASURY.newUniqueId());
}

const admit = (treasury: DurableObjectStub<Treasury>, turn: string, account: string, usd: number, now = noon) =>
  treasury.admitTurn({ turn, account, address: '127.0.0.1', usd, capUsd, newVisitors: null, newProject: null }, now);

async function reserve(treasury: DurableObjectStub<Treasury>, turn: string, account: string, usd: number, now = noon) {
  expect(await admit(treasury, turn, account, usd, now)).toBeNull();
  expect(await treasury.reserve(`${turn}/1`, usd, capUsd, now)).toBe(true);
}

/** Millionths of a dollar in the shares of accounts, the largest first. */
const shares = (treasury: DurableObjectStub<Treasury>) =>
  runInDurableObject(treasury, (_, { storage }) =>
    storage.sql
      .exec<{ microusd: number }>('SELECT microusd FROM spend_share WHERE microusd > 0 ORDER BY microusd DESC')
      .toArray()
      .map(({ microusd }) => microusd),
  );

it('what a visitor has spent counts for the account that they become, however often it is told', async () => {
  const treasury = newTreasury();
  await reserve(treasury, 'a', 'visitor', 0.25);
  await reserve(treasury, 'b', 'user', 0.125);
  for (let n = 0; n < 3; n++) await treasury.moveSpending('visitor', 'user', noon);
  expect(await shares(treasury)).toEqual([375_000]);
  expect(await admit(treasury, 'c', 'user', 0.126)).toEqual({ reason: 'account' });
  expect(await admit(treasury, 'c', 'user', 0.125)).toBeNull();
});

it('a call that runs meanwhile is settled for the user, and what of it was not spent is theirs again', async () => {
  const treasury = newTreasury();
  await reserve(treasury, 'a', 'visitor', 0.25);
  await treasury.moveSpending('visitor', 'user', noon);
  await treasury.settle('a/1', 0.0625);
  expect(await treasury.reserve('a/2', 0.0625, capUsd, noon)).toBe(true);
  await treasury.moveSpending('visitor', 'user', noon);
  expect(await shares(treasury)).toEqual([125_000]);
  // The turn's next call stands before the user's share.
  expect(await treasury.reserve('a/3', 0.376, capUsd, noon)).toBe(false);
});

it('two visitors who become one user have one share', async () => {
  const treasury = newTreasury();
  await Promise.all(['one', 'two'].map((visitor) => reserve(treasury, visitor, visitor, 0.25)));
  await Promise.all(['one', 'two', 'one', 'two'].map((visitor) => treasury.moveSpending(visitor, 'user', noon)));
  expect(await shares(treasury)).toEqual([500_000]);
  expect(await admit(treasury, 'c', 'user', 0.000001)).toEqual({ reason: 'account' });
});

it('a merge just after midnight moves what runs since the day before, and another day is not touched', async () => {
  const treasury = newTreasury();
  const before = noon + dayMs / 2 - 1_000;
  const after = before + 2_000;
  await reserve(treasury, 'a', 'visitor', 0.25, before);
  await reserve(treasury, 'b', 'user', 0.125, after);
  await treasury.moveSpending('visitor', 'user', after);
  await treasury.settle('a/1', 0.125);
  expect(await shares(treasury)).toEqual([125_000, 125_000]);
  expect(await admit(treasury, 'c', 'user', 0.375, after)).toBeNull();
});

it('of an account that spent nothing nothing is written', async () => {
  const treasury = newTreasury();
  await treasury.moveSpending('visitor', 'user', noon);
  expect(await shares(treasury)).toEqual([]);
});
