import { describe, expect, it } from 'vitest';
import { parseFraction, parseReset, parseRetryAfter, retryTimeOf } from '../../src/claude/header-values.ts';

const now = Date.parse('2026-11-20T14:30:00Z');

describe('retry-after', () => {
  it.each([
    ['1', 1],
    ['60', 60],
    ['2.5', 2.5],
    ['8949', 8949],
    [' 7 ', 7],
    ['Fri, 20 Nov 2026 14:30:45 GMT', 45],
    [' Fri, 20 Nov 2026 14:30:45 GMT ', 45],
    ['Friday, 20-Nov-26 14:31:00 GMT', 60],
  ])('of %j is %d seconds', (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds);
  });

  it.each([
    null,
    '',
    '0',
    '-5',
    'soon',
    '60s',
    'NaN',
    'Infinity',
    '0x10',
    'Fri, 20 Nov 2026 14:29:00 GMT',
    'Fri, 20 Nov 2026 14:30:00 GMT',
    'Fri, 99 Nov 2026 99:29:00 GMT',
    '2026-11-20T17:00:00.000Z',
  ])('of %j says nothing', (value) => {
    expect(parseRetryAfter(value, now)).toBeNull();
  });

  it.each(['99999999999', '1e99', '1e999'])('of %j is a wait whose end nobody can tell', (value) => {
    const seconds = parseRetryAfter(value, now);
    expect(seconds).toBeGreaterThan(60);
    expect(retryTimeOf(seconds, now)).toBeNull();
  });
});

const yearSeconds = 366 * 86_400;

it('the end of a wait is told up to a year ahead', () => {
  expect(retryTimeOf(1.0004, now)).toBe(now + 1_000);
  expect(retryTimeOf(yearSeconds, now)).toBe(now + yearSeconds * 1000);
  expect(retryTimeOf(yearSeconds + 1, now)).toBeNull();
  expect(retryTimeOf(null, now)).toBeNull();
});

it.each([
  ['0', 0],
  ['.5', 0.5],
  ['1000', 1_000],
  [' 0.25 ', 0.25],
  ['5e-1', 0.5],
  ['1000.1', null],
  ['-0.1', null],
  ['0.5 of it', null],
  [null, null],
])('a used fraction of %j is %j', (text, fraction) => {
  expect(parseFraction(text)).toBe(fraction);
});

it('a reset is believed up to a year from now, on either side', () => {
  const seconds = now / 1000;
  const resetAt = (offset: number) => parseReset(String(seconds + offset), now);
  expect(resetAt(0.0014)).toBe(now + 1);
  expect(resetAt(yearSeconds)).toBe(now + yearSeconds * 1000);
  expect(resetAt(yearSeconds + 1)).toBeNull();
  expect(resetAt(-yearSeconds)).toBe(now - yearSeconds * 1000);
  expect(resetAt(-yearSeconds - 1)).toBeNull();
  expect(parseReset(null, now)).toBeNull();
  expect(parseReset(null, 0)).toBeNull();
});
