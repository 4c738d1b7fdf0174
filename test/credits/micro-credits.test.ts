import { describe, expect, it } from 'vitest';
import { microCreditsOf, toCredits, toMicro, usdOf } from '../../src/credits/micro-credits.ts';

const atCost = { creditUsd: 0.01, markupPercent: 0 };

describe('the cost of a call', () => {
  it.each([
    // 1,000 tokens at 0.10 dollars a million.
    [0.0001, atCost, 10_000],
    // One token at 0.125 dollars a million: 12.5 micro-credits.
    [0.000000125, atCost, 13],
    [0.01, atCost, 1_000_000],
    [0.01, { creditUsd: 0.01, markupPercent: 15 }, 1_150_000],
    [0.01, { creditUsd: 0.02, markupPercent: 0 }, 500_000],
    [0, atCost, 0],
  ])('of %d dollars is a whole number, rounded up once', (usd, rate, micro) => {
    expect(microCreditsOf(usd, rate)).toBe(micro);
  });

  it('is exact where sums of floating numbers are not', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(microCreditsOf(0.1 + 0.2, atCost)).toBe(30_000_000);
  });

  it.each([Number.NaN, -0.01, Number.POSITIVE_INFINITY])('is none of %d', (usd) => {
    expect(() => microCreditsOf(usd, atCost)).toThrow(RangeError);
  });
});

it('tells what so many credits buy at list price', () => {
  expect(usdOf(1_150_000, { creditUsd: 0.01, markupPercent: 15 })).toBeCloseTo(0.01, 12);
});

it('goes over the wire with six places', () => {
  expect(toCredits(1_234_567)).toBe(1.234567);
  expect(toMicro(1.234567)).toBe(1_234_567);
  expect(toMicro(0.1 + 0.2)).toBe(300_000);
});
