import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { findLoop } from '../../src/agent/loop-detection.ts';
import { reportText } from '../../src/agent/preview-report-text.ts';
import type { TurnResult } from '../../src/agent/turn-interfaces.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { previewOf } from '../support/memory-journal.ts';
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

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

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

  const failed = (step: number, input: object, text = 'No match.'): TurnResult => ({
    step,
    name: 'str_replace_based_edit_tool',
    input: { command: 'str_replace', path: 'a.txt', ...input },
    isError: true,
    text,
  });
  const viewed = (step: number): TurnResult => ({
    step,
    name: 'str_replace_based_edit_tool',
    input: { command: 'view', path: 'a.txt' },
    isError: false,
    text: '1 x',
  });
  const looked = (step: number): TurnResult => ({
    step,
    name: 'check_preview',
    input: {},
    isError: false,
    text: reportText(broken(3)),
  });

  it.each<[string, TurnResult[], boolean]>([
    ['two failures in one reply', [failed(1, { old_str: 'a' }), failed(1, { old_str: 'b' })], false],
    ['the same failure in the next step', [failed(1, { old_str: 'a' }), failed(2, { old_str: 'b' })], true],
    [
      'another failure in the next step',
      [failed(1, { old_str: 'a' }), failed(2, { old_str: 'b' }, 'Two matches.')],
      false,
    ],
    ['another try after a look', [failed(1, { old_str: 'a' }), viewed(2), failed(3, { old_str: 'b' })], false],
    ['the very same call after a look', [failed(1, { old_str: 'a' }), viewed(2), failed(3, { old_str: 'a' })], true],
    ['looking twice', [looked(1), looked(2)], false],
    ['looking three times', [looked(1), looked(2), looked(3)], true],
  ])('%s', (_name, results, circle) => {
    expect(findLoop(results) !== null).toBe(circle);
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

  it.each([
    [{ kind: 'nobody_looking' as const }, 'Nobody has the preview open'],
    [{ kind: 'no_answer' as const }, 'did not report'],
    [report([], { blank: true }), 'blank: The page shows nothing at all.'],
    [report(), 'h1 Timer'],
  ])('is described to Claude in words', (check, words) => {
    expect(reportText(check)).toContain(words);
  });
});
