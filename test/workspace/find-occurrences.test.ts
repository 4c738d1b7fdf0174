import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findOccurrences } from '../../src/workspace/find-occurrences.ts';
import { longRun } from '../support/long-run.ts';

function byIndexOf(text: string, needle: string): number[] {
  const indexes: number[] = [];
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) indexes.push(at);
  return indexes;
}

it('finds what indexOf finds, overlapping occurrences too', () => {
  const few = (minLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', '🦊'), minLength });
  fc.assert(
    fc.property(few(0), few(1), fc.nat(5), (text, needle, max) => {
      const all = byIndexOf(text, needle);
      expect(findOccurrences(text, needle, max)).toEqual({ count: all.length, first: all.slice(0, max) });
    }),
    longRun(1_000),
  );
});

it('finds an occurrence that overlaps another by the end of a partial match', () => {
  expect(findOccurrences('aabaaabaaa', 'aabaaa', 9)).toEqual({ count: 2, first: [0, 4] });
  expect(findOccurrences('abacabababacabab', 'abacabab', 9)).toEqual({ count: 2, first: [0, 8] });
});

it('takes time in proportion to both texts, however much they repeat themselves', () => {
  const text = 'a'.repeat(1_000_000);
  const half = 'a'.repeat(200_000);
  expect(findOccurrences(text, `${half}b${half}`, 3)).toEqual({ count: 0, first: [] });
  expect(findOccurrences(text, half, 2)).toEqual({ count: 800_001, first: [0, 1] });
});
