import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryTimeOf } from '../../src/claude/header-values.ts';

const now = Date.parse('2026-11-20T14:30:00Z');

describe('retry-after', () => {
  it.each([
    ['1', 1],
    ['60', 60],
    ['2.5', 2.5],
    ['8949', 8949],
    ['Fri, 20 Nov 2026 14:30:45 GMT', 45],
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
