import { describe, expect, it } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import { isLow, turnRange } from '../../../web/credits/turn-range.ts';

const model = { id: 'claude-haiku-5-5', price: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 } };
const price = { creditUsd: 0.01, markupPercent: 0 };

const turn = (usd: number, more: Partial<EventData<'usage'>> = {}) => ({
  receipt: {
    ...{ turn: 't', model: model.id, payer: 'credits', inputTokens: 0, outputTokens: 100 },
    ...{ cacheReadTokens: 1_000, cacheWriteTokens: 0, usd, steps: 1, ...more },
  },
});

describe('what the next turn may cost', () => {
  it('is what the newest turns of the thread with this model have cost', () => {
    const turns = [...Array.from({ length: 8 }, (_, n) => turn(0.01 * (n + 1))), turn(0.002), turn(0.02)];
    expect(turnRange(turns, model, 10, price)).toEqual({ low: 0.2, high: 8, isGuess: false });
  });

  it('counts what the operator puts on top', () => {
    const range = turnRange([turn(0.01)], model, 10, { creditUsd: 0.001, markupPercent: 50 });
    expect(range?.low).toBeCloseTo(15, 9);
  });

  it('leaves turns of another model out, and is a guess where there is none of this', () => {
    const range = turnRange([turn(5, { model: 'claude-opus-5-5' })], model, 300, price);
    expect(range).toMatchObject({ isGuess: true });
    expect(range?.low).toBeGreaterThan(0.1);
    expect(range?.high).toBeLessThan(2);
  });

  it('is no less than reading the conversation again', () => {
    const long = turn(0.0001, { cacheReadTokens: 500_000 });
    // Half a million tokens at a cent a million: half a credit.
    expect(turnRange([long], model, 10, price)).toEqual({ low: 0.5, high: 0.5, isGuess: false });
  });

  it('cannot be told of a model without a price, nor from turns that cost nothing', () => {
    expect(turnRange([turn(0.01)], { id: model.id, price: null }, 10, price)).toBeNull();
    expect(turnRange([{ receipt: null }, turn(0)], model, 10, price)?.isGuess).toBe(true);
  });
});

it('little is left where the balance may not last for two turns', () => {
  const range = { low: 1, high: 2, isGuess: false };
  expect([isLow(3.9, range, 10), isLow(4, range, 10), isLow(1.9, null, 10), isLow(2, null, 10)]).toEqual([
    ...[true, false, true, false],
  ]);
});
