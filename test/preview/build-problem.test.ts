import { describe, expect, test } from 'vitest';
import { type BuildProblem, lineAndColumn, problemScript } from '../../src/preview/build-problem.ts';

/** What a page gets of a script of problems: what the bridge hears, and what is thrown. */
function run(problems: BuildProblem[]): { detail: unknown; error: unknown } {
  let detail: unknown;
  const dispatch = (event: CustomEvent) => {
    expect(event.type).toBe('redraw:build');
    detail = event.detail;
  };
  try {
    new Function('dispatchEvent', problemScript(problems))(dispatch);
  } catch (error) {
    return { detail, error };
  }
  throw new Error('The script ran to its end.');
}

describe('a script of problems', () => {
  test.each([
    [{ message: 'a "reason".', file: 'src/a.ts', line: 3, column: 7 }, 'src/a.ts:3:7: a "reason".'],
    [{ message: 'a reason.', file: 'src/a.ts', line: 3 }, 'src/a.ts:3: a reason.'],
    [{ message: 'a reason.', file: 'src/a.json' }, 'src/a.json: a reason.'],
  ])('reports %j, and throws it as a sentence', (problem, message) => {
    const { detail, error } = run([problem]);
    expect(detail).toEqual([problem]);
    expect(error).toMatchObject({ name: 'BuildError', message });
  });

  test('names each problem on a line of its own', () => {
    const problems = ['one', 'two'].map((message) => ({ message, file: 'a.ts' }));
    expect(run(problems)).toMatchObject({ detail: problems, error: { message: 'a.ts: one\na.ts: two' } });
  });
});

test.each([
  [0, { line: 1, column: 1 }],
  [2, { line: 1, column: 3 }],
  [3, { line: 2, column: 1 }],
  [4, { line: 3, column: 1 }],
  [6, { line: 3, column: 3 }],
])('the place of character %d counts from 1', (index, place) =>
  expect(lineAndColumn('ab\n\ncd', index)).toEqual(place),
);
