import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { countLineChanges } from '../../src/workspace/line-diff.ts';
import { longRun } from '../support/long-run.ts';

test('counts as diff --stat does', () => {
  expect(countLineChanges('', 'a\nb\n')).toEqual({ added: 2, removed: 0 });
  expect(countLineChanges('a\nb\nc\n', 'a\nx\nc\n')).toEqual({ added: 1, removed: 1 });
  expect(countLineChanges('a\nb\nc\nd\n', 'b\nd\n')).toEqual({ added: 0, removed: 2 });
  expect(countLineChanges('a\n', 'a')).toEqual({ added: 0, removed: 0 });
  expect(countLineChanges('', 'a\n\nb')).toEqual({ added: 3, removed: 0 });
});

/** Length of the longest common subsequence, by its definition. */
function common(a: string[], b: string[]): number {
  const [first, ...rest] = a;
  if (first === undefined || b.length === 0) return 0;
  const at = b.indexOf(first);
  return Math.max(common(rest, b), at === -1 ? 0 : 1 + common(rest, b.slice(at + 1)));
}

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 9 });
const textOf = (lines: string[]): string => lines.map((line) => `${line}\n`).join('');

test('every line is added, removed or common to both texts', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const kept = common(before, after);
      expect(countLineChanges(textOf(before), textOf(after))).toEqual({
        added: after.length - kept,
        removed: before.length - kept,
      });
    }),
    longRun(500),
  );
});

describe('a long text', () => {
  const numbered = (count: number, name = 'line') => Array.from({ length: count }, (_, index) => `${name} ${index}`);
  const long = numbered(3000);

  it.each([
    ['in the first line', 0],
    ['in the middle', 1500],
    ['in the last line', 2999],
  ])('is counted line by line around a change %s', (_, at) => {
    expect(countLineChanges(textOf(long), textOf(long.with(at, 'x')))).toEqual({ added: 1, removed: 1 });
    expect(countLineChanges(textOf(long), textOf(long.toSpliced(at, 0, 'x', 'y')))).toEqual({ added: 2, removed: 0 });
    expect(countLineChanges(textOf(long), textOf(long.toSpliced(at, 1)))).toEqual({ added: 0, removed: 1 });
  });

  it('counts as wholly replaced where too much of it changed', () => {
    const withOneCommon = (count: number, name: string) => textOf(numbered(count, name).with(count / 2, 'common'));
    expect(countLineChanges(withOneCommon(500, 'old'), withOneCommon(500, 'new'))).toEqual({
      added: 499,
      removed: 499,
    });
    expect(countLineChanges(withOneCommon(500, 'old'), withOneCommon(502, 'new'))).toEqual({
      added: 502,
      removed: 500,
    });
  });
});
