import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Clock } from '../../src/agent/clock.ts';
import { turnLimits } from '../../src/agent/turn-limits.ts';
import type { Answer, Block } from '../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { contents } from '../workspace/make-workspace.ts';
import {
  checkPreview,
  create,
  eventsOf,
  instantClock,
  report,
  runScriptedTurn,
  type TurnOptions,
  transcriptOf,
  turnInput,
} from './support.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const oops = report([{ kind: 'console', message: 'oops' }]);
const shell: Block = { type: 'tool_use', id: 'toolu_shell', name: 'bash', input: { command: 'ls' } };
const notRun = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content, is_error: true });

describe('the time of a turn', () => {
  const start = 1_795_000_000_000;

  /** A turn at this age, and for how long it is given a deadline. */
  async function turnAt(age: number, options: TurnOptions = {}) {
    simulator.script([{}], { repeatLast: true });
    const waits: number[] = [];
    let left = 0;
    const clock: Clock = {
      ...instantClock,
      now: () => start + age,
      after: (ms) => {
        waits.push(ms);
        left++;
        return () => {
          left--;
        };
      },
    };
    const journal = new MemoryJournal('turn', [{ role: 'user', content: 'x' }], start);
    const outcome = await runAgentLoop(turnInput(simulator, { turn: 'turn', clock, journal, ...options }));
    return { outcome, waits, left, requests: simulator.requests.length, error: eventsOf(journal, 'prompt_error')[0] };
  }

  it('is counted from its start, also when it goes on after a crash', async () => {
    expect(await turnAt(10_000)).toEqual({
      outcome: { state: 'completed', blameless: false },
      waits: [turnLimits.ms - 10_000],
      left: 0,
      requests: 1,
      error: undefined,
    });
    simulator.reset();
    expect((await turnAt(turnLimits.ms - 1)).waits).toEqual([1]);
  });

  it('may be over before it goes on: nothing is asked then', async () => {
    for (const age of [turnLimits.ms, turnLimits.ms + 5_000])
      expect(await turnAt(age)).toEqual({
        outcome: { state: 'failed', blameless: false },
        waits: [0],
        left: 0,
        requests: 0,
        error: {
          code: 'turn_limit',
          message:
            'This turn took 15 minutes without coming to its end, so it was ended here. What was written is kept; say what is still missing.',
          retryable: true,
        },
      });
  });

  it('is not spoken of where the visitor has stopped the turn', async () => {
    expect(await turnAt(0, { signal: AbortSignal.abort() })).toMatchObject({
      outcome: { state: 'stopped', blameless: false },
      requests: 0,
      left: 0,
      error: undefined,
    });
  });
});

describe('a call that was not run', () => {
  it('says that the visitor has stopped the turn', async () => {
    const stop = new AbortController();
    const { outcome, journal } = await runScriptedTurn(
      simulator,
      [{ content: [shell, create('a.txt', 'a', 'toolu_2')] }],
      {
        signal: stop.signal,
        shell: {
          run: async () => {
            stop.abort();
            return () => ({ text: 'Ran.', isError: false, changes: [] });
          },
        },
      },
    );
    expect(outcome.state).toBe('stopped');
    const sentence = 'The visitor stopped the turn before this was run. Nothing was done.';
    expect(transcriptOf(journal)[2]?.content).toEqual([notRun('toolu_shell', sentence), notRun('toolu_2', sentence)]);
    expect(eventsOf(journal, 'tool').slice(-2)).toMatchObject([
      { title: 'Run ls', state: 'failed' },
      { title: 'Write a.txt', state: 'failed' },
    ]);
  });

  it('is not begun where the visitor has stopped the turn before', async () => {
    const stop = new AbortController();
    let begun = 0;
    const run = async () => {
      begun++;
      return () => ({ text: 'Ran.', isError: false, changes: [] });
    };
    simulator.script([{ content: [create('a.txt', 'a'), shell] }]);
    const input = turnInput(simulator, { signal: stop.signal, shell: { run } });
    input.journal.onStored = (what) => what.startsWith('result') && stop.abort();
    expect((await runAgentLoop(input)).state).toBe('stopped');
    expect(begun).toBe(0);
  });

  it('says that the turn ended, where something broke', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { outcome, journal } = await runScriptedTurn(simulator, [{ content: [shell] }], {
      shell: { run: () => Promise.reject('out of shells: sk-ant-secret') },
    });
    expect(outcome).toEqual({ state: 'failed', blameless: true });
    const sentence = 'The turn ended before this was run. Nothing was done.';
    expect(transcriptOf(journal)[2]?.content).toEqual([notRun('toolu_shell', sentence)]);
    expect(log.mock.calls).toEqual([['out of shells: sk-ant-…']]);
    log.mockRestore();
  });
});

describe('a reply that was cut off', () => {
  const calls = [create('a.txt', 'a'), create('b.txt', 'b')];
  const resumed = async (stopReason: string, content: Block[]) => {
    const first = await runScriptedTurn(simulator, [{ content }], { limits: { ...turnLimits, steps: 1 } });
    simulator.reset();
    // As an older release has stored it: the reply with its stop reason, and nothing of its calls.
    const { rows } = first.journal;
    const messages = transcriptOf(first.journal).slice(0, 2);
    const journal = MemoryJournal.from(
      'turn',
      { ...rows, messages, results: [], answered: false, stopReason, events: [], stepFrom: 0 },
      Date.now(),
    );
    const { workspace } = await runScriptedTurn(simulator, [{ content: ['Done.'] }], { turn: 'turn', journal });
    return contents(workspace);
  };

  it('does not have its last call run, also where an older release has stored it', async () => {
    for (const stopReason of ['max_tokens', 'model_context_window_exceeded'])
      expect(await resumed(stopReason, calls)).toEqual({ 'a.txt': 'a' });
    expect(await resumed('tool_use', calls)).toEqual({ 'a.txt': 'a', 'b.txt': 'b' });
  });

  it('has all its calls run where a text was cut', async () => {
    const { workspace } = await runScriptedTurn(simulator, [
      { content: [...calls, 'And now'], stopReason: 'max_tokens' },
      { content: ['Done.'] },
    ]);
    expect(contents(workspace)).toEqual({ 'a.txt': 'a', 'b.txt': 'b' });
  });

  it.each([
    ['max_tokens', 'Your reply was cut off at its limit. Go on exactly where you stopped, without repeating anything.'],
    ['pause_turn', 'Go on.'],
  ])('goes on where Claude is asked to: %s', async (stopReason, prompt) => {
    const { outcome, journal } = await runScriptedTurn(simulator, [
      { content: ['One'], stopReason },
      { content: ['two'] },
    ]);
    expect(outcome).toEqual({ state: 'completed', blameless: false });
    expect(transcriptOf(journal)[2]).toEqual({ role: 'user', content: prompt });
  });

  it('goes on twice, whatever else Claude was told', async () => {
    const answers: Answer[] = [
      { content: [create('a.txt', 'a')] },
      { content: ['Done.'] },
      { content: ['One'], stopReason: 'max_tokens' },
      { content: ['two'], stopReason: 'max_tokens' },
      { content: ['three'] },
    ];
    const { outcome, journal } = await runScriptedTurn(simulator, answers, { preview: previewOf(oops) });
    expect(outcome.state).toBe('completed');
    const notes = journal.rows.results.filter(({ name }) => name === 'note').map(({ input }) => input);
    expect(notes).toEqual(['preview', 'continue', 'continue']);
  });
});

describe('the check of the preview that Claude has left out', () => {
  const answers: Answer[] = [{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }, { content: ['Sorry.'] }];

  it('is told to both, with what was found', async () => {
    const { outcome, journal, workspace } = await runScriptedTurn(simulator, answers, { preview: previewOf(oops) });
    expect(outcome).toEqual({ state: 'completed', blameless: false });
    expect(contents(workspace)).toEqual({ 'a.txt': 'a' });
    expect(eventsOf(journal, 'tool').at(-1)).toEqual({
      turn: journal.turn,
      step: 2,
      id: 'check_2',
      name: 'check_preview',
      state: 'done',
      title: 'Check the preview: 1 problem',
    });
    const { content } = transcriptOf(journal).at(-2) ?? {};
    expect(content).toMatch(
      /^You ended your turn without checking the preview after your last change\. This is what the browser saw:\n\n.*\n- console: oops\n.*\n\nRepair it, then check again\.$/s,
    );
  });

  it('is of the newest files', async () => {
    const seen: number[] = [];
    for (const content of [[create('a.txt', 'a'), checkPreview], [create('a.txt', 'a')]]) {
      simulator.reset();
      simulator.script([{ content }, { content: ['Done.'] }]);
      const input = turnInput(simulator);
      const preview = {
        check: async () => {
          seen.push(input.journal.settled);
          return report();
        },
      };
      await runAgentLoop({ ...input, preview });
    }
    expect(seen).toEqual([1, 1]);
  });

  it('ends the turn where the browser does not answer', async () => {
    const { outcome, journal } = await runScriptedTurn(simulator, answers, {
      preview: previewOf({ kind: 'no_answer' }),
    });
    expect(outcome.state).toBe('completed');
    expect(simulator.requests).toHaveLength(2);
    expect(eventsOf(journal, 'tool').at(-1)?.title).toBe('Check the preview: no answer');
  });

  it('is not made where the visitor has stopped the turn', async () => {
    const stop = new AbortController();
    simulator.script(answers);
    const preview = previewOf(oops);
    const input = turnInput(simulator, { preview, signal: stop.signal });
    input.journal.onStored = (what) => what === 'reply 2' && stop.abort();
    expect((await runAgentLoop(input)).state).toBe('stopped');
    expect(preview.asked).toBe(0);
  });

  it('is not told where the visitor has stopped it', async () => {
    const stop = new AbortController();
    const preview = {
      check: async () => {
        stop.abort();
        return oops;
      },
    };
    const { outcome, journal } = await runScriptedTurn(simulator, answers, { preview, signal: stop.signal });
    expect(outcome.state).toBe('stopped');
    expect(eventsOf(journal, 'tool').map(({ name }) => name)).not.toContain('check_preview');
    expect(transcriptOf(journal)).toHaveLength(4);
  });
});

it('the preview shows the files of a step before the next reply, and those of the last call of all', async () => {
  const settled: number[] = [];
  simulator.script([{ content: [create('a.txt', 'a')] }, { content: [create('b.txt', 'b')] }, { content: ['Done.'] }]);
  const input = turnInput(simulator);
  const transcript = input.journal.transcript.bind(input.journal);
  input.journal.transcript = () => {
    settled.push(input.journal.settled);
    return transcript();
  };
  await runAgentLoop(input);
  expect(settled).toEqual([0, 1, 2]);

  simulator.reset();
  const stop = new AbortController();
  simulator.script([{ content: [create('a.txt', 'a')] }]);
  const stopped = turnInput(simulator, { signal: stop.signal });
  stopped.journal.onStored = (what) => what.startsWith('result') && stop.abort();
  await runAgentLoop(stopped);
  expect(stopped.journal.settled).toBe(1);
});

it('so many steps are as many replies, and one more is not asked for', async () => {
  const limits = { ...turnLimits, steps: 2 };
  const answers: Answer[] = [{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }];
  expect((await runScriptedTurn(simulator, answers, { limits })).outcome.state).toBe('completed');
  simulator.reset();
  const { journal } = await runScriptedTurn(simulator, answers, { limits: { ...turnLimits, steps: 1 } });
  expect(simulator.requests).toHaveLength(1);
  expect(eventsOf(journal, 'prompt_error')[0]?.message).toMatch(/^This turn took 1 steps without/);
});
