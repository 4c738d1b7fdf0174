import { describe, expect, it } from 'vitest';
import { retryAfterOf } from '../../src/claude/header-values.ts';

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
    expect(retryAfterOf(value, now)).toBe(seconds);
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
    '1e99',
    '99999999999',
    'Fri, 20 Nov 2026 14:29:00 GMT',
    'Fri, 99 Nov 2026 99:29:00 GMT',
    '2026-11-20T17:00:00.000Z',
  ])('of %j says nothing', (value) => {
    expect(retryAfterOf(value, now)).toBeNull();
  });
});
