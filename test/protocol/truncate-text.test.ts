import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeEnd, takeStart, truncateText } from '../../src/protocol/truncate-text.ts';
import { longRun } from '../support/long-run.ts';

const family = '👩🏽‍👩🏽‍👧🏽‍👦🏽';
const piled = `a${'\u0301'.repeat(500)}`;

/** Any text, also with halves of surrogate pairs and with long graphemes. */
const anyText = fc
  .array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', '\udc4d', '👍', family, '🇩🇪', piled, '\r\n')),
  )
  .map((parts) => parts.join(''));

describe('takeStart', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['abc', 0, ''],
    ['ab👍', 3, 'ab'],
    ['ab👍', 4, 'ab👍'],
    [`ab${family}`, 2 + family.length - 1, 'ab'],
    [`ab${family}c`, 2 + family.length, `ab${family}`],
    ['xe\u0301y', 2, 'x'],
    ['\r\n', 1, '\r'],
    ['a\ud83d', 2, 'a\ufffd'],
  ])('of %j gives at most %d code units', (text, max, start) => expect(takeStart(text, max)).toBe(start));

  it('cuts what is no grapheme of a person between its code points', () => {
    expect(takeStart(piled, 100)).toBe(piled.slice(0, 100));
    expect(takeStart('👍', 1)).toBe('');
  });
});

describe('takeEnd', () => {
  it.each([
    ['abcd', 3, 'bcd'],
    ['abc', 0, ''],
    ['👍ab', 3, 'ab'],
    ['👍ab', 4, '👍ab'],
    [`c${family}ab`, family.length + 1, 'ab'],
    ['xe\u0301y', 2, 'y'],
    ['\udc4da', 2, '\ufffda'],
  ])('of %j gives at most %d code units', (text, max, end) => expect(takeEnd(text, max)).toBe(end));
});

describe('truncateText', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['ab👍c', 4, 'ab…'],
    [`${'x'.repeat(299)}👍`, 300, `${'x'.repeat(299)}…`],
  ])('of %j to %d says that something is left out', (text, max, shown) => expect(truncateText(text, max)).toBe(shown));
});

it('gives well-formed text within the limit, whatever the text', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 700 }), (text, max) => {
      const whole = text.toWellFormed();
      const [start, end, shown] = [takeStart(text, max), takeEnd(text, max), truncateText(text, max)];
      for (const part of [start, end, shown]) {
        expect(part.isWellFormed()).toBe(true);
        expect(part.length).toBeLessThanOrEqual(max);
      }
      expect(whole.startsWith(start) && whole.endsWith(end)).toBe(true);
      if (text.length <= max) expect([start, end, shown]).toEqual([whole, whole, whole]);
    }),
    longRun(100),
  );
});
