import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { previewOf } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { contents } from '../workspace/make-workspace.ts';
import { checkPreview, create, eventsOf, report, runScriptedTurn, transcriptOf, turnInput } from './support.ts';

const simulator = await useSimulator();

const oops = report([{ kind: 'console', message: 'oops' }]);

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
      verb: 'check_preview',
      fields: { result: 'report', count: 1, blank: false },
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
