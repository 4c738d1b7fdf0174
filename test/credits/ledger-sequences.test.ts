import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bonusKinds, bucketOf, buckets, emptySplit, isBought } from '../../src/credits/buckets.ts';
import { creditsSchema } from '../../src/credits/credits-schema.ts';
import { Entries } from '../../src/credits/entries.ts';
import { GiveAwaySlice } from '../../src/credits/give-away-slice.ts';
import type { HoldPart } from '../../src/credits/grants.ts';
import { CreditLedger, type Hold } from '../../src/credits/ledger.ts';
import { builtInPlans } from '../../src/plans.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { longRun } from '../support/long-run.ts';
import { nodeStore } from '../support/node-sql.ts';

/** Sequences of everything that happens to an account, in any order, with any delay and any number of times. */

const hour = 3_600_000;
const credit = 1_000_000;
const zones = ['UTC', 'Africa/Cairo', 'America/Havana', 'Pacific/Auckland', 'Pacific/Honolulu', 'Australia/Lord_Howe'];

const turn = fc.integer({ min: 0, max: 5 }).map((number) => `turn-${number}`);
const amount = fc.oneof(fc.integer({ min: 0, max: 20 * credit }), fc.integer({ min: 0, max: 2_000 * credit }));
const id = fc.integer({ min: 0, max: 4 }).map(String);

const step = fc.oneof(
  fc.record({
    do: fc.constant('hold'),
    turn,
    call: fc.integer({ min: 1, max: 3 }),
    most: amount,
    slice: fc.option(amount),
  }),
  fc.record({
    do: fc.constant('cost'),
    turn,
    call: fc.integer({ min: 1, max: 3 }),
    cost: amount,
    isCharged: fc.boolean(),
  }),
  fc.record({ do: fc.constant('settle'), turn, costs: fc.array(amount, { maxLength: 3 }), isCounted: fc.boolean() }),
  fc.record({ do: fc.constant('sweep') }),
  fc.record({ do: fc.constant('give'), id, kind: fc.constantFrom(...bonusKinds), amount, days: fc.option(fc.nat(5)) }),
  fc.record({ do: fc.constant('takeBack'), id, amount }),
  fc.record({ do: fc.constant('plan'), plan: fc.constantFrom('pro', null), days: fc.option(fc.nat(70)) }),
  fc.record({ do: fc.constant('zone'), zone: fc.constantFrom(...zones) }),
);
const delay = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: hour }), fc.integer({ min: 1, max: 50 * 24 * hour }));
const sequence = fc.array(fc.record({ step, after: delay, isRepeated: fc.boolean() }), { minLength: 1, maxLength: 30 });

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function account(zone: string) {
  const store = nodeStore();
  createTables(store, creditsSchema);
  const ledger = new CreditLedger({ store, plans: builtInPlans('m'), zone: () => zone });
  return { store, ledger, entries: new Entries(store.sql) };
}

type Account = ReturnType<typeof account>;

function take({ ledger }: Account, step: Step, now: number): unknown {
  switch (step.do) {
    case 'hold': {
      const { turn, call, most } = step as Extract<Step, { most: number }>;
      const least = Math.min(most, credit / 10);
      const request = { call: `${turn}/${call}`, turn, session: 's', model: 'm', least, most };
      return ledger.hold(request, now);
    }
    case 'cost': {
      const { turn, call, cost, isCharged } = step as Extract<Step, { cost: number }>;
      return ledger.settleCall({ call: `${turn}/${call}`, cost, isCharged }, now);
    }
    case 'settle': {
      const { turn, costs, isCounted } = step as Extract<Step, { costs: number[] }>;
      const calls = costs.map((cost, index) => ({ call: `${turn}/${index + 1}`, cost }));
      const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
      return ledger.settleTurn({ turn, session: 's', title: '', model: 'm', isCounted, calls, tokens }, now);
    }
    case 'sweep':
      return ledger.sweep(now);
    case 'give': {
      const { id, kind, amount, days } = step as Extract<Step, { kind: (typeof bonusKinds)[number] }>;
      const expiresAt = days === null ? null : now + days * 24 * hour;
      return ledger.give({ id, kind, amount: Math.max(1, amount), why: '', expiresAt }, now);
    }
    case 'takeBack': {
      const { id, amount } = step as Extract<Step, { do: string; id: string; amount: number }>;
      return ledger.takeBack({ grant: id, amount, why: '', ref: `ref ${id} ${amount}` }, now);
    }
    case 'plan': {
      const { plan, days } = step as Extract<Step, { plan: string | null }>;
      return ledger.setPlan(plan, days === null ? null : now + (days + 1) * 24 * hour, now);
    }
    default:
      return ledger.setZone((step as Extract<Step, { zone: string }>).zone, now);
  }
}

/** All rows: what a repeated step must not change. */
const rows = ({ store }: Account): unknown =>
  ['credit_grant', 'credit_call', 'credit_entry', 'credit_state', 'credit_slice'].map((table) => [
    ...store.sql.exec(`SELECT * FROM ${table}`),
  ]);

const sliceOf = ({ store }: Account, now: number): number => new GiveAwaySlice(store.sql).left(now);

function check({ store, ledger, entries }: Account, now: number): void {
  const { total, held, split, grants } = ledger.balance(now);
  expect(split).toEqual(entries.sums());
  expect(total).toBe(buckets.reduce((sum, bucket) => sum + split[bucket], 0));
  for (const each of grants) expect(each.held >= 0 && each.held <= each.left && each.left <= each.amount).toBe(true);
  const parts = [...store.sql.exec<{ parts: string }>('SELECT parts FROM credit_call')].flatMap(
    (row) => JSON.parse(row.parts) as HoldPart[],
  );
  expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(held);
  const all = [...store.sql.exec<{ at: number }>('SELECT at FROM credit_entry ORDER BY id')].map(({ at }) => at);
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  expect(all.every((at) => at <= now)).toBe(true);
}

/** The order in which a hold took its parts: no later bucket, no younger grant before an earlier one was used up. */
function checkOrder(before: ReturnType<CreditLedger['balance']>, hold: Hold, slice: number): void {
  if (!hold.ok) return;
  let given = slice;
  const free = before.grants.map(({ id, kind, left, held }) => ({ id, kind, free: left - held }));
  let isLast = false;
  for (const { id, kind, free: there } of free) {
    const taken = hold.parts.find(({ grant }) => grant === id)?.amount ?? 0;
    const could = isBought(kind) ? there : Math.min(there, given);
    if (isLast) expect(taken).toBe(0);
    if (taken < could) isLast = true;
    if (!isBought(kind)) given -= taken;
  }
  const order = hold.parts.map(({ bucket }) => buckets.indexOf(bucket));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
}

it('whatever happens, in any order: each bucket is the sum of its entries, nothing is below zero, a repetition changes nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 2_000 }), sequence, (zone, days, steps) => {
      const one = account(zone);
      let now = Date.UTC(2024, 0, 1) + days * 24 * hour;
      for (const { step, after, isRepeated } of steps) {
        now += after;
        if ('slice' in step) one.ledger.addSlice(step.slice ?? 0, now);
        const slice = sliceOf(one, now);
        const before = one.ledger.balance(now);
        const isKnown =
          step.do === 'hold' && 'most' in step
            ? one.store.sql.exec('SELECT 1 FROM credit_call WHERE call = ?', `${step.turn}/${step.call}`).toArray()
                .length > 0
            : true;
        const result = take(one, step, now);
        check(one, now);
        if (!isKnown) checkOrder(before, result as Hold, slice);
        if (!isRepeated) continue;
        const all = rows(one);
        take(one, step, now);
        expect(rows(one)).toEqual(all);
      }
    }),
    longRun(700, 10_000),
  );
});

it('what a turn has cost is what its entries say, however often each is told', () => {
  const cost = fc.integer({ min: 0, max: 3 * credit });
  fc.assert(
    fc.property(fc.array(cost, { minLength: 1, maxLength: 4 }), fc.boolean(), (costs, isCounted) => {
      const { ledger, entries } = account('UTC');
      const now = Date.UTC(2026, 0, 1, 12);
      const before = ledger.balance(now).total;
      let expected = emptySplit();
      const calls = costs.map((each, index) => ({ call: `t/${index}`, cost: each }));
      for (const { call, cost: each } of calls) {
        ledger.addSlice(3 * credit, now);
        const held = ledger.hold({ call, turn: 't', session: 's', model: 'm', least: 0, most: 3 * credit }, now);
        if (!held.ok) throw new Error('It was refused.');
        let missing = each;
        for (const { bucket, amount: there } of held.parts) {
          const spent = Math.min(there, missing);
          expected = { ...expected, [bucket]: expected[bucket] + spent };
          missing -= spent;
        }
        ledger.settleCall({ call, cost: each }, now);
      }
      const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
      const settlement = { turn: 't', session: 's', title: '', model: 'm', isCounted, calls, tokens };
      expect(ledger.settleTurn(settlement, now)).toEqual(expected);
      ledger.settleTurn(settlement, now);
      const spent = isCounted ? buckets.reduce((sum, bucket) => sum + expected[bucket], 0) : 0;
      expect(ledger.balance(now).total).toBe(before - spent);
      expect(entries.sums()[bucketOf('daily')]).toBe(before - spent);
    }),
    longRun(200, 2_000),
  );
});
