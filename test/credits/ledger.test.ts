import { beforeEach, describe, expect, it } from 'vitest';
import { creditsSchema } from '../../src/credits/credits-schema.ts';
import { CreditLedger, type HoldRequest, lostAfterMs } from '../../src/credits/ledger.ts';
import { toMicro } from '../../src/credits/micro-credits.ts';
import { builtInPlans } from '../../src/plans.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { nodeStore } from '../support/node-sql.ts';

const noon = Date.UTC(2026, 10, 30, 12);
const day = 86_400_000;
const tokens = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };

let store: ReturnType<typeof nodeStore>;
let ledger: CreditLedger;

beforeEach(() => {
  store = nodeStore();
  createTables(store, creditsSchema);
  ledger = new CreditLedger({ store, plans: builtInPlans('claude-haiku-5-5'), zone: () => 'UTC' });
});

const entries = () =>
  store.sql
    .exec<{ kind: string; amount: number; daily: number; subscription: number; bonus: number }>(
      'SELECT kind, amount, daily, subscription, bonus FROM credit_entry ORDER BY id',
    )
    .toArray()
    .map(({ kind, daily, subscription, bonus }) => [kind, daily / 1e6, subscription / 1e6, bonus / 1e6]);

/** @param slice what is drawn of the operator's budget before it */
const hold = (call: string, most: number, changes: Partial<HoldRequest> = {}, now = noon, slice = toMicro(most)) => {
  const [turn = ''] = call.split('/');
  const request = { call, turn, session: 's', model: 'm', least: toMicro(0.1), most: toMicro(most) };
  ledger.addSlice(slice, now);
  return ledger.hold({ ...request, ...changes }, now);
};

const settle = (turn: string, costs: Record<string, number>, isCounted = true, now = noon) => {
  const calls = Object.entries(costs).map(([call, cost]) => ({ call, cost: toMicro(cost) }));
  return ledger.settleTurn({ turn, session: 's', title: 'Tea', model: 'm', isCounted, calls, tokens }, now);
};

const give = (id: string, credits: number, changes: Partial<Parameters<CreditLedger['give']>[0]> = {}, now = noon) =>
  ledger.give({ id, kind: 'grant', amount: toMicro(credits), why: 'A gift', expiresAt: null, ...changes }, now);

const left = (now = noon) => {
  const { split, held } = ledger.balance(now);
  return [split.daily / 1e6, split.subscription / 1e6, split.bonus / 1e6, held / 1e6];
};

describe('an account without a plan', () => {
  it('has ten credits a day, which do not roll over', () => {
    expect(left()).toEqual([10, 0, 0, 0]);
    expect(left(noon + day)).toEqual([10, 0, 0, 0]);
    expect(entries()).toEqual([
      ['grant', 10, 0, 0],
      ['expired', -10, 0, 0],
      ['grant', 10, 0, 0],
    ]);
  });
});

describe('a turn', () => {
  it('holds what a call may cost and is charged what it has cost', () => {
    expect(hold('t/1', 4)).toMatchObject({ ok: true, amount: toMicro(4) });
    expect(left()).toEqual([10, 0, 0, 4]);
    ledger.settleCall({ call: 't/1', cost: toMicro(1.5) }, noon);
    expect(left()).toEqual([10, 0, 0, 1.5]);
    hold('t/2', 4);
    expect(settle('t', { 't/1': 1.5, 't/2': 0.25 })).toMatchObject({ daily: toMicro(1.75) });
    expect(left()).toEqual([8.25, 0, 0, 0]);
    expect(entries().at(-1)).toEqual(['turn', -1.75, 0, 0]);
  });

  it('is charged once, and each call is held for once', () => {
    for (let time = 0; time < 2; time++) expect(hold('t/1', 4)).toMatchObject({ ok: true, amount: toMicro(4) });
    for (let time = 0; time < 2; time++) settle('t', { 't/1': 1 });
    ledger.settleCall({ call: 't/1', cost: toMicro(3) }, noon);
    expect(left()).toEqual([9, 0, 0, 0]);
  });

  it('is never charged more than was held', () => {
    hold('t/1', 4);
    settle('t', { 't/1': 100 });
    expect(left()).toEqual([6, 0, 0, 0]);
  });

  it('spends daily credits first, then the subscription’s, then the bonus that expires soonest, then the oldest', () => {
    ledger.setPlan('pro', null, noon);
    give('lasting', 5);
    give('younger', 5);
    give('soon', 5, { expiresAt: noon + day });
    const held = hold('t/1', 1_420);
    if (!held.ok) throw new Error('It was refused.');
    expect(held.parts.map(({ grant, amount }) => [grant.split(' ')[0], amount / 1e6])).toEqual([
      ['daily', 10],
      ['subscription', 1_400],
      ['soon', 5],
      ['lasting', 5],
    ]);
    settle('t', { 't/1': 1_412 });
    expect(entries().at(-1)).toEqual(['turn', -10, -1_400, -2]);
    expect(ledger.balance(noon).grants.map(({ id, left: of }) => [id, of / 1e6])).toEqual([
      ['soon', 3],
      ['lasting', 5],
      ['younger', 5],
    ]);
  });

  it('gets what there is where that is enough for a reply, and nothing where it is not', () => {
    hold('a/1', 9.5);
    expect(hold('b/1', 9.5)).toMatchObject({ ok: true, amount: toMicro(0.5) });
    expect(hold('c/1', 9.5)).toEqual({ ok: false, why: 'spent' });
  });

  it('takes of what was given away no more than the operator allows, and of what was bought all', () => {
    give('bundle', 5, { kind: 'bundle' });
    expect(hold('a/1', 9, {}, noon, 0)).toMatchObject({
      ok: true,
      amount: toMicro(5),
      parts: [{ grant: 'bundle' }],
    });
    expect(hold('b/1', 9, {}, noon, 0)).toEqual({ ok: false, why: 'capped' });
    expect(hold('c/1', 9, {}, noon, toMicro(2))).toMatchObject({ ok: true, amount: toMicro(2) });
  });

  it('tells what of a hold no slice of the operator’s budget covers, until one is drawn', () => {
    give('bundle', 5, { kind: 'bundle' });
    expect(ledger.uncovered(toMicro(12), noon)).toBe(toMicro(10));
    ledger.addSlice(toMicro(9), noon);
    expect(ledger.uncovered(toMicro(12), noon)).toBe(toMicro(10));
    ledger.addSlice(toMicro(1), noon);
    expect(ledger.uncovered(toMicro(12), noon)).toBe(0);
  });

  it('uses of the slice what its calls have cost, whoever is charged, and nothing where none was made', () => {
    hold('a/1', 4, {}, noon, toMicro(10));
    hold('b/1', 4, {}, noon, 0);
    ledger.settleCall({ call: 'a/1', cost: toMicro(1) }, noon);
    ledger.settleCall({ call: 'b/1', cost: toMicro(2), isCharged: false }, noon);
    settle('a', {}, false);
    settle('b', {});
    hold('c/1', 3, {}, noon, 0);
    settle('c', {});
    expect(left()).toEqual([10, 0, 0, 0]);
    expect(hold('d/1', 10, {}, noon, 0)).toMatchObject({ ok: true, amount: toMicro(7) });
  });

  it('finds nothing of yesterday’s slice, and frees nothing for today from a call of yesterday', () => {
    hold('a/1', 4, {}, noon, toMicro(10));
    expect(hold('b/1', 4, {}, noon + day, 0)).toEqual({ ok: false, why: 'capped' });
    settle('a', { 'a/1': 1 }, true, noon + day);
    expect(ledger.uncovered(toMicro(1), noon + day)).toBe(toMicro(1));
  });

  it('frees what it held for calls that were lost before they were made, and nothing of another turn', () => {
    hold('t/1', 4);
    hold('u/1', 2);
    ledger.releaseOthers('t', 't/2', noon);
    hold('t/2', 3);
    expect(left()).toEqual([10, 0, 0, 5]);
    ledger.releaseOthers('t', 't/2', noon);
    expect(left()).toEqual([10, 0, 0, 5]);
    settle('t', { 't/1': 4, 't/2': 1 });
    expect(left()).toEqual([9, 0, 0, 2]);
  });

  it('that nobody is charged for is given back', () => {
    hold('t/1', 4);
    settle('t', { 't/1': 1 }, false);
    expect(left()).toEqual([10, 0, 0, 0]);
    expect(entries().slice(1)).toEqual([
      ['turn', -1, 0, 0],
      ['returned', 1, 0, 0],
    ]);
  });

  it('that has cost nothing leaves no entry', () => {
    hold('t/1', 4);
    settle('t', { 't/1': 0 });
    expect(left()).toEqual([10, 0, 0, 0]);
    expect(entries()).toHaveLength(1);
  });

  it('keeps what it holds over midnight; the rest expires when it is free', () => {
    hold('t/1', 4);
    expect(left(noon + day)).toEqual([14, 0, 0, 4]);
    settle('t', { 't/1': 1 }, true, noon + day);
    expect(left(noon + day)).toEqual([10, 0, 0, 0]);
    expect(entries().slice(1)).toEqual([
      ['expired', -6, 0, 0],
      ['grant', 10, 0, 0],
      ['turn', -1, 0, 0],
      ['expired', -3, 0, 0],
    ]);
  });

  it('that was lost is settled by the sweep: known costs are charged, the rest is free', () => {
    hold('t/1', 4);
    ledger.settleCall({ call: 't/1', cost: toMicro(1) }, noon);
    hold('t/2', 4);
    expect(ledger.sweepAt()).toBe(noon + lostAfterMs);
    ledger.sweep(noon);
    expect(left()).toEqual([10, 0, 0, 5]);
    ledger.sweep(noon + lostAfterMs);
    expect(ledger.sweepAt()).toBeNull();
    expect(left()).toEqual([9, 0, 0, 0]);
    // Its settlement comes late.
    expect(settle('t', { 't/1': 1, 't/2': 2 })).toMatchObject({ daily: 0 });
    expect(left()).toEqual([9, 0, 0, 0]);
  });
});

describe('grants', () => {
  it('add up, and are given once', () => {
    for (const id of ['one', 'other', 'one']) give(id, 5);
    expect(left()).toEqual([10, 0, 10, 0]);
  });

  it('expire when they say', () => {
    give('soon', 5, { expiresAt: noon + 1_000 });
    expect(left(noon + 999)).toEqual([10, 0, 5, 0]);
    expect(left(noon + 1_000)).toEqual([10, 0, 0, 0]);
  });

  it('of a review are restored', () => {
    give('review', 2, { kind: 'compensation' });
    expect(entries().at(-1)).toEqual(['restored', 0, 0, 2]);
  });

  it('are taken back as far as they are free, once', () => {
    give('bundle', 20, { kind: 'bundle' });
    hold('t/1', 15);
    const back = { grant: 'bundle', amount: toMicro(18), why: 'Refunded', ref: 'refund 1' };
    expect([ledger.takeBack(back, noon), ledger.takeBack(back, noon)]).toEqual([toMicro(15), 0]);
    expect(left()).toEqual([10, 0, 5, 15]);
  });
});

describe('a plan', () => {
  it('gives its credits by the month, which do not roll over', () => {
    ledger.setPlan('pro', null, noon);
    expect(left()).toEqual([10, 1_400, 0, 0]);
    hold('t/1', 410);
    settle('t', { 't/1': 410 });
    expect(left(Date.UTC(2026, 11, 30, 11, 59))).toEqual([10, 1_000, 0, 0]);
    expect(left(Date.UTC(2026, 11, 30, 12))).toEqual([10, 1_400, 0, 0]);
  });

  it('is given no second time in its month, though all is used up', () => {
    ledger.setPlan('pro', null, noon);
    hold('t/1', 1_410);
    settle('t', { 't/1': 1_410 });
    expect(left(noon + day)).toEqual([10, 0, 0, 0]);
  });

  it('that is set again is prolonged and gives nothing anew', () => {
    ledger.setPlan('pro', noon + day, noon);
    ledger.setPlan('pro', noon + 3 * day, noon);
    expect(left(noon + 2 * day)[1]).toBe(1_400);
    expect(left(noon + 3 * day)[1]).toBe(0);
  });

  it('ends when it says, with its credits', () => {
    ledger.setPlan('pro', noon + day, noon);
    expect(left(noon + day - 1)).toEqual([10, 1_400, 0, 0]);
    expect(left(noon + day)).toEqual([10, 0, 0, 0]);
    expect(ledger.balance(noon + day).state.term).toBeNull();
  });

  it('that is taken back takes its credits with it, and nothing else', () => {
    ledger.setPlan('pro', null, noon);
    give('gift', 5);
    ledger.setPlan(null, null, noon);
    expect(left()).toEqual([10, 0, 5, 0]);
  });
});

it('100 turns at once on three credits overdraw nothing', () => {
  hold('first/1', 7);
  const held = Array.from({ length: 100 }, (_, turn) => hold(`${turn}/1`, 0.4));
  expect(held.filter(({ ok }) => ok)).toHaveLength(8);
  expect(left()).toEqual([10, 0, 0, 10]);
});
