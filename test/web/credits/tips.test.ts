import { describe, expect, it } from 'vitest';
import type { CreditEntry } from '../../../src/protocol/credit-resources.ts';
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
