import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { changedSinceCheck, findLoop } from '../../src/agent/loop-detection.ts';
import { reportText } from '../../src/agent/preview-report-text.ts';
import type { TurnResult } from '../../src/agent/turn-interfaces.ts';
import { previewOf } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import {
  checkPreview,
  create,
  eventsOf,
  replace,
  report,
  runScriptedTurn,
  transcriptOf,
  turnInput,
} from './support.ts';

const editor = 'str_replace_based_edit_tool';
const edit = { command: 'str_replace', path: 'a.txt', old_str: 'a' };

const called = (step: number, name: string, input: unknown, text = 'ok', isError = false): TurnResult => ({
  step,
  name,
  input,
  isError,
  text,
});
const failed = (step: number, input: unknown = edit, text = 'No match.', name = editor) =>
  called(step, name, input, text, true);
const changed = (step: number) => called(step, editor, { ...edit, path: 'b.txt' });
const viewed = (step: number) => called(step, editor, { command: 'view', path: 'a.txt' });
const note = (step: number, reason: string, text = 'Go on.') => called(step, 'note', reason, text);
const reportOf = (...messages: string[]) =>
  reportText(report(messages.map((message) => ({ kind: 'console', message, spot: { file: 'a.ts', line: 3 } }))));
const looked = (step: number, ...messages: string[]) => called(step, 'check_preview', {}, reportOf(...messages));

const twice = 'The same step failed twice in a row: Edit a.txt.';

describe('a call that fails again ends the turn', () => {
  it.each<[string, TurnResult[], string | null]>([
    ['in the next step', [failed(1), failed(2)], twice],
    ['in the next step, after other calls', [failed(1), viewed(1), changed(2), failed(2)], twice],
    ['with another text to replace', [failed(1), failed(2, { ...edit, old_str: 'b' })], twice],
    ['after a note only', [failed(1), note(2, 'continue'), failed(3, { ...edit, old_str: 'b' })], twice],
    ['before a call that succeeds', [failed(1), failed(2), viewed(2)], twice],
    ['word for word, and no file has changed since', [failed(1), viewed(2), viewed(3), failed(4)], twice],
    ['word for word, and a change has failed since', [failed(1), failed(2, { ...edit, path: 'b' }), failed(3)], twice],
    [
      'with invalid input of another text',
      [failed(1, { INVALID_JSON: '{"a' }), failed(2, { INVALID_JSON: '{"b' })],
      'The same step failed twice in a row: Edit a file.',
    ],
    [
      'with input that is no object',
      [failed(1, null, 'x', 'odd'), failed(2, null, 'x', 'odd')],
      'The same step failed twice in a row: Use odd.',
    ],
    [
      'with input that is none at all',
      [failed(1, undefined, 'x', 'odd'), failed(2, undefined, 'x', 'odd')],
      'The same step failed twice in a row: Use odd.',
    ],
    [
      'with a text as its input',
      [failed(1, 'a', 'x', 'odd'), failed(2, 'a', 'x', 'odd')],
      'The same step failed twice in a row: Use odd.',
    ],
    [
      'for the same pattern',
      [failed(1, { pattern: '(' }, 'x', 'search_files'), failed(2, { pattern: '(' }, 'x', 'search_files')],
      'The same step failed twice in a row: Search for “(”.',
    ],
  ])('%s', (_name, results, sentence) => {
    expect(findLoop(results)?.sentence ?? null).toBe(sentence);
  });

  it.each<[string, TurnResult[]]>([
    ['nothing has happened', []],
    ['it was once', [failed(1)]],
    ['both stand in one reply', [failed(1), failed(1)]],
    ['both stand in one reply, after another', [viewed(1), failed(2), failed(2)]],
    ['it has failed earlier, and not in this step', [failed(1), failed(2), viewed(3)]],
    ['it succeeds now', [failed(1), called(2, editor, edit, 'No match.')]],
    ['it had succeeded with the same words', [called(1, editor, edit, 'No match.'), failed(2)]],
    ['it fails for another reason', [failed(1), failed(2, edit, 'Two matches.')]],
    ['it is for another file', [failed(1), failed(2, { ...edit, path: 'b.txt' })]],
    ['it is another command', [failed(1), failed(2, { ...edit, command: 'insert' })]],
    ['it is for another pattern', [failed(1, { pattern: '(' }), failed(2, { pattern: '[' })]],
    ['it is of another tool', [failed(1, edit, 'x', 'odd'), failed(2, edit, 'x', 'even')]],
    ['a file has changed since', [failed(1), changed(2), failed(3)]],
    ['a file has changed in the same step', [failed(1), changed(1), viewed(2), failed(3)]],
    ['it is other words two steps later', [failed(1), viewed(2), failed(3, { ...edit, old_str: 'b' })]],
  ])('but not where %s', (_name, results) => {
    expect(findLoop(results)?.sentence ?? null).toBeNull();
  });
});

const same = 'The preview shows the same problem twice in a row: console: oops (a.ts)';

describe('a problem that stays in the preview ends the turn', () => {
  it.each<[string, TurnResult[], string]>([
    ['after a change', [looked(1, 'oops'), changed(2), looked(3, 'oops')], same],
    ['after a change and a look at a file', [looked(1, 'oops'), changed(2), looked(3, 'oops'), viewed(3)], same],
    ['in three checks', [looked(1, 'oops'), looked(2, 'oops'), looked(3, 'oops')], same],
    [
      'where Claude was shown it',
      [note(1, 'preview', reportOf('oops')), changed(2), note(3, 'preview', reportOf('oops'))],
      same,
    ],
    ['and names the first of several', [looked(1, 'oops', 'zap'), changed(2), looked(3, 'zap', 'oops')], same],
    [
      'and names no more than 200 characters of it',
      [looked(1, 'x'.repeat(300)), changed(2), looked(3, 'x'.repeat(300))],
      `The preview shows the same problem twice in a row: console: ${'x'.repeat(190)}…`,
    ],
  ])('%s', (_name, results, sentence) => {
    expect(findLoop(results)?.sentence ?? null).toBe(sentence);
  });

  it.each<[string, TurnResult[]]>([
    ['it was seen once', [changed(1), looked(2, 'oops')]],
    ['nothing has changed in between', [changed(1), looked(2, 'oops'), viewed(3), looked(4, 'oops')]],
    ['a change has failed in between', [looked(1, 'oops'), failed(2), looked(3, 'oops')]],
    ['a change comes after the check', [looked(1, 'oops'), changed(2), looked(3, 'oops'), changed(3)]],
    ['there is none', [looked(1), changed(2), looked(3)]],
    ['it is gone', [looked(1, 'oops'), changed(2), looked(3)]],
    ['it is new', [looked(1), changed(2), looked(3, 'oops')]],
    ['it is another', [looked(1, 'oops'), changed(2), looked(3, 'zap')]],
    ['the third check of the same code is the second that shows it', [looked(1), looked(2, 'oops'), looked(3, 'oops')]],
    ['a note of another kind repeats it', [note(1, 'continue', reportOf('oops')), changed(2), looked(3, 'oops')]],
    ['another tool says the same', [called(1, 'bash', 'preview', reportOf('oops')), changed(2), looked(3, 'oops')]],
  ])('but not where %s', (_name, results) => {
    expect(findLoop(results)?.sentence ?? null).toBeNull();
  });
});

it.each<[string, TurnResult[], boolean]>([
  ['nothing has happened', [], false],
  ['a file has changed', [changed(1), viewed(2)], true],
  ['a change has failed', [failed(1)], false],
  ['Claude has looked since', [changed(1), looked(2)], false],
  ['Claude was shown the preview since', [changed(1), note(2, 'preview')], false],
  ['a file has changed after the check', [looked(1), changed(2)], true],
])('the preview is to be checked where a file has changed since the last check: %s', (_name, results, expected) => {
  expect(changedSinceCheck(results)).toBe(expected);
});

const simulator = await useSimulator();

const broken = (line: number) =>
  report([{ kind: 'exception', message: 'x is not defined', spot: { file: 'src/App.tsx', line, column: 3 } }]);
const otherwise = report([{ kind: 'console', message: 'Each child needs a key' }]);

describe('going in circles', () => {
  it('ends the turn when the same step fails twice in a row', async () => {
    simulator.script([{ content: [replace('/app/a.txt', 'x', 'y')] }], { repeatLast: true });
    const input = turnInput(simulator);
    expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: false });
    expect(simulator.requests).toHaveLength(2);
    const error = eventsOf(input.journal, 'prompt_error')[0];
    expect(error).toMatchObject({ code: 'going_in_circles', retryable: true });
    expect(error?.message).toContain('Edit a.txt');
  });

  it('ends the turn when the preview shows the same problem after a change', async () => {
    const { outcome, journal } = await runScriptedTurn(
      simulator,
      [
        { content: [create('a.txt', '1')] },
        { content: [checkPreview] },
        { content: [create('a.txt', '2')] },
        { content: [checkPreview] },
        { content: ['Never asked for.'] },
      ],
      { preview: previewOf(broken(3), broken(7)) },
    );
    expect(outcome.state).toBe('failed');
    expect(eventsOf(journal, 'prompt_error')[0]?.message).toContain('x is not defined');
    expect(simulator.requests).toHaveLength(4);
  });

  it('ends the turn when a call is cut off at the limit twice in a row', async () => {
    simulator.script([{ content: [create('a.txt', 'x')], stopReason: 'max_tokens' }], { repeatLast: true });
    const input = turnInput(simulator);
    expect((await runAgentLoop(input)).state).toBe('failed');
    expect(simulator.requests).toHaveLength(2);
    expect(eventsOf(input.journal, 'prompt_error')[0]?.code).toBe('going_in_circles');
  });

  it('does not end a turn that makes progress', async () => {
    const { outcome } = await runScriptedTurn(
      simulator,
      [
        { content: [create('a.txt', '1')] },
        { content: [checkPreview] },
        { content: [create('a.txt', '2')] },
        { content: [checkPreview] },
        { content: [create('a.txt', '3')] },
        { content: [checkPreview] },
        { content: ['Done.'] },
      ],
      { preview: previewOf(broken(3), otherwise, report()) },
    );
    expect(outcome.state).toBe('completed');
  });
});

describe('the look at the preview', () => {
  it('is taken for Claude when it forgets it, and problems are handed back', async () => {
    const preview = previewOf(broken(3), report());
    const { outcome, journal } = await runScriptedTurn(
      simulator,
      [
        { content: [create('a.txt', '1')] },
        { content: ['Done.'] },
        { content: [create('a.txt', '2')] },
        { content: ['Repaired.'] },
      ],
      { preview },
    );
    expect(outcome.state).toBe('completed');
    expect(preview.asked).toBe(2);
    const note = transcriptOf(journal)[4];
    expect(note?.role).toBe('user');
    expect(JSON.stringify(note)).toContain('x is not defined (src/App.tsx:3:3)');
    expect(eventsOf(journal, 'tool').filter(({ name }) => name === 'check_preview')).toMatchObject([
      { title: 'Check the preview: 1 problem', state: 'done' },
      { title: 'Check the preview: no problems', state: 'done' },
    ]);
  });

  it('is not taken where nothing has changed, or nobody looks', async () => {
    const preview = previewOf({ kind: 'nobody_looking' });
    await runScriptedTurn(simulator, [{ content: ['It is a timer.'] }], { preview });
    expect(preview.asked).toBe(0);
    const { outcome, journal } = await runScriptedTurn(
      simulator,
      [{ content: [create('a.txt', '1')] }, { content: ['Done.'] }],
      {
        preview,
      },
    );
    expect(outcome.state).toBe('completed');
    expect(eventsOf(journal, 'tool').some(({ name }) => name === 'check_preview')).toBe(false);
  });

  it('is handed back twice at most', async () => {
    let n = 0;
    simulator.script((_request, number) =>
      number % 2 === 1 ? { content: [create('a.txt', String(++n))] } : { content: ['Done.'] },
    );
    let seen = 0;
    const input = turnInput(simulator, {
      preview: { check: async () => report([{ kind: 'console', message: `problem ${'abcdef'[++seen]}` }]) },
    });
    expect((await runAgentLoop(input)).state).toBe('completed');
    expect(seen).toBe(2);
    expect(simulator.requests).toHaveLength(6);
  });
});
