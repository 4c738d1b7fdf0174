import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type BuildProblem, buildProblem, lineAndColumn, problemScript } from '../../src/preview/build-problem.ts';
import { buildWords } from '../../src/preview/build-words.ts';
import { BuildFaultMessage } from '../../src/protocol/bridge-messages.ts';

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

const fault = { code: 'globs' } as const;

describe('a script of problems', () => {
  test.each([
    [{ message: 'a "reason".', file: 'src/a.ts', line: 3, column: 7, fault }, 'src/a.ts:3:7: a "reason".'],
    [{ message: 'a reason.', file: 'src/a.ts', line: 3, fault }, 'src/a.ts:3: a reason.'],
    [{ message: 'a reason.', file: 'src/a.json', fault }, 'src/a.json: a reason.'],
  ])('reports %j, and throws it as a sentence', (problem, message) => {
    const { detail, error } = run([problem]);
    expect(detail).toEqual([problem]);
    expect(error).toMatchObject({ name: 'BuildError', message });
  });

  test('names each problem on a line of its own', () => {
    const problems = ['one', 'two'].map((message) => ({ message, file: 'a.ts', fault }));
    expect(run(problems)).toMatchObject({ detail: problems, error: { message: 'a.ts: one\na.ts: two' } });
  });
});

test('a problem says what is wrong in English and in fields, as long as they fit into a message of the bridge', () => {
  const missing = { code: 'imports', what: './y.js', reason: 'similar', name: 'Y.js' } as const;
  expect(buildProblem('x.js', missing, { line: 2 })).toEqual({
    message: "x.js imports './y.js', but there is no such file; there is Y.js.",
    file: 'x.js',
    line: 2,
    fault: missing,
  });
  const { message, fault } = buildProblem('x.js', { ...missing, what: 'y'.repeat(1000) });
  expect(message).toContain('y'.repeat(1000));
  expect(v.is(BuildFaultMessage, fault)).toBe(true);
});

test('every fault that has words passes the bridge, and no other', () => {
  const { missing, ...sentences } = buildWords;
  const { code, reason } = BuildFaultMessage.entries;
  expect([...code.options].sort()).toEqual(Object.keys(sentences).sort());
  expect([...reason.wrapped.options].sort()).toEqual(Object.keys(missing).sort());
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
