import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countLineChanges } from '../../src/workspace/line-diff.ts';

test('counts as diff --stat does', () => {
  expect(countLineChanges('', 'a\nb\n')).toEqual({ added: 2, removed: 0 });
  expect(countLineChanges('a\nb\nc\n', 'a\nx\nc\n')).toEqual({ added: 1, removed: 1 });
  expect(countLineChanges('a\nb\nc\nd\n', 'b\nd\n')).toEqual({ added: 0, removed: 2 });
  expect(countLineChanges('a\n', 'a')).toEqual({ added: 0, removed: 0 });
});

const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((lines) => lines.join('\n'));

test('what is added and removed leads from one length to the other, and back', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const there = countLineChanges(before, after);
      const back = countLineChanges(after, before);
      expect(back).toEqual({ added: there.removed, removed: there.added });
      expect(Math.min(there.added, there.removed)).toBeGreaterThanOrEqual(0);
      if (before === after) expect(there).toEqual({ added: 0, removed: 0 });
    }),
  );
});
