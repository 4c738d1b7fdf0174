import { describe, expect, it } from 'vitest';
import { isBlank } from '../../src/protocol/is-blank.ts';

/** What Python's `str.isspace` is true of: `[c for c in range(0x110000) if chr(c).isspace()]`. */
const pythonSpaces = [
  ...[0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, index) => 0x2000 + index),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

describe('a blank text', () => {
  it.each(pythonSpaces)('may hold U+%d, which Python strips', (code) => {
    expect(isBlank(String.fromCodePoint(code).repeat(3))).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a byte-order mark', '\ufeff'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060'],
    ['directional marks', '\u200e\u202e\u2066'],
    ['control characters', '\0\u0007\u007f\u009f'],
    ['fillers and variation selectors', '\u3164\u115f\uffa0\ufe0f\u034f\u{e0100}'],
    ['tags', '\u{e0001}\u{e0061}'],
    ['all of it', ` \u001f\n\ufeff\u{e0020}`],
  ])('may hold %s', (_, text) => expect(isBlank(text)).toBe(true));

  it.each(['a', ' .', '\u001f漢', '\u200b🦊', '\ufffd', '\ud83d', '\ue000', 'ـ'])('does not hold %j', (text) =>
    expect(isBlank(text)).toBe(false),
  );
});
