import { expect, it } from 'vitest';
import { isWhiteSpace } from '../../src/claude/python-whitespace.ts';

/** `[c for c in range(0x110000) if chr(c).strip() == '']`, in CPython 3. */
const stripped = [
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003,
  0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
];

it('takes for white space what Python does, of all characters', () => {
  const found = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) =>
    isWhiteSpace(String.fromCodePoint(code)),
  );
  expect(found).toEqual(stripped);
  expect(isWhiteSpace('')).toBe(true);
  expect(isWhiteSpace(String.fromCodePoint(...stripped))).toBe(true);
  expect(isWhiteSpace(` ${'\ud83d'}`)).toBe(false);
});
