import { describe, expect, it, vi } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { turnLimits } from '../../src/agent/turn-limits.ts';
import type { Answer, Block } from '../claude-simulator/script.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { contents } from '../workspace/make-workspace.ts';
import { create, eventsOf, report, runScriptedTurn, transcriptOf, turnInput } from './support.ts';

const simulator = await useSimulator();

const oops = report([{ kind: 'console', message: 'oops' }]);
const shell: Block = { type: 'tool_use', id: 'toolu_shell', name: 'bash', input: { command: 'ls' } };
const notRun = (id: string, content: string) => ({ type: 'tool_result', tool_use_id: id, content, is_error: true });

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
            return () => ({ text: 'Ran.', isError: false, changes: [], fields: {} });
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
      return () => ({ text: 'Ran.', isError: false, changes: [], fields: {} });
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
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^\{"error":"out of shells: sk-ant-…","turn":"turn-\d+"\}$/)],
    ]);
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
