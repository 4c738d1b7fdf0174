import { describe, expect, it } from 'vitest';
import type { CreditEntry } from '../../../src/protocol/credit-resources.ts';
import { spendingByDay } from '../../../web/credits/spending-by-day.ts';
import { tipsOf } from '../../../web/credits/tips.ts';

const split = { daily: 0, subscription: 0, pool: 0, bonus: 0 };
let ids = 0;

const turns = (count: number, session: string, more: Partial<CreditEntry> = {}): CreditEntry[] =>
  Array.from({ length: count }, () => ({
    ...{ id: ++ids, at: 0, kind: 'turn' as const, amount: -1, split, session, title: session },
    ...{ model: 'claude-haiku-5-5', tokens: { input: 100, output: 900, cacheRead: 5_000, cacheWrite: 0 }, ...more },
  }));

const long = { tokens: { input: 0, output: 1_000, cacheRead: 99_000, cacheWrite: 0 } };

describe('tips', () => {
  it('are none without numbers that say so', () => {
    expect(tipsOf([])).toEqual([]);
    expect(tipsOf(turns(8, 'fine'))).toEqual([]);
    expect(tipsOf(turns(2, 'two turns', long))).toEqual([]);
    expect(tipsOf(turns(8, 'given', { ...long, kind: 'returned' }))).toEqual([]);
  });

  it('advise a fresh start where a conversation is long, of the project that it spares most', () => {
    const entries = [...turns(3, 'small', long), ...turns(3, 'large', { ...long, amount: -9 })];
    expect(tipsOf(entries)).toEqual([{ kind: 'fresh', session: 'large', title: 'large', share: 0.99 }]);
  });

  it('advise a small model where a dear one makes small turns', () => {
    const entries = turns(4, 'dear', { model: 'claude-opus-5-5' });
    expect(tipsOf(entries)).toEqual([
      { kind: 'smaller', session: 'dear', title: 'dear', model: 'claude-opus-5-5', outputTokens: 900 },
    ]);
  });
});

it('the chart has each day from the first to the last, also those on which nothing was spent', () => {
  const sum = (key: string, credits: number) => ({ key, credits, turns: 1 });
  expect(spendingByDay([])).toEqual([]);
  expect(spendingByDay([sum('2026-03-01', 2), sum('2026-02-27', 1)])).toEqual([
    { day: Date.UTC(2026, 1, 27), credits: 1, turns: 1 },
    { day: Date.UTC(2026, 1, 28), credits: 0, turns: 0 },
    { day: Date.UTC(2026, 2, 1), credits: 2, turns: 1 },
  ]);
});
