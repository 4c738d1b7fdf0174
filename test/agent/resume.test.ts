import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { type JournalRows, MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { contents, makeWorkspace } from '../workspace/make-workspace.ts';
import { checkPreview, create, eventsOf, replace, report, turnInput } from './support.ts';

const simulator = await useSimulator();

const answers: Answer[] = [
  { content: ['First the files.', create('a.txt', 'one', 'toolu_1'), create('b.txt', 'two', 'toolu_2')] },
  { content: [{ ...(replace('a.txt', 'one', 'three') as object), id: 'toolu_3' } as never] },
  { content: ['Done.'] },
  { content: [{ ...(checkPreview as object), id: 'toolu_4' } as never] },
  { content: ['It works.'] },
];

/** Chooses the answer by the length of the request's transcript, so that a repeated request gets the same answer. */
const script = (): void =>
  simulator.script((request) => {
    const replies = request.body?.messages.filter((message) => message.role === 'assistant').length ?? 0;
    return answers[replies] ?? {};
  });

const broken = report([{ kind: 'console', message: 'oops' }]);

it('goes on from every point at which it can be interrupted, and does nothing twice', async () => {
  script();
  const startedAt = Date.now();
  const seen = previewOf(broken, report());
  const whole = turnInput(simulator, { turn: 't', preview: seen });
  const points: { what: string; rows: JournalRows; files: Record<string, string | null>; checks: number }[] = [];
  const take = (what: string): void => {
    points.push({
      what,
      rows: structuredClone(whole.journal.rows),
      files: contents(whole.workspace),
      checks: seen.asked,
    });
  };
  take('the beginning');
  whole.journal.onStored = take;
  expect(await runAgentLoop(whole)).toEqual({ state: 'completed', blameless: false });
  expect(points.map(({ what }) => what)).toEqual([
    'the beginning',
    'reply 1',
    'result toolu_1',
    'result toolu_2',
    'reply 2',
    'result toolu_3',
    'reply 3',
    'note 3',
    'reply 4',
    'result toolu_4',
    'reply 5',
  ]);

  for (const point of points) {
    simulator.reset();
    script();
    const journal = MemoryJournal.from('t', point.rows, startedAt);
    // The object was evicted after some of the next step had been streamed.
    journal.emit({ type: 'text', data: { turn: 't', step: journal.position().step, delta: 'half a sen' } });
    const { workspace } = makeWorkspace(point.files as Record<string, string>);
    const preview = previewOf(...[broken, report()].slice(point.checks));
    const outcome = await runAgentLoop(turnInput(simulator, { turn: 't', journal, workspace, preview }));
    expect(outcome, point.what).toEqual({ state: 'completed', blameless: false });
    expect(journal.rows.messages, point.what).toEqual(whole.journal.rows.messages);
    expect(contents(workspace), point.what).toEqual({ 'a.txt': 'three', 'b.txt': 'two' });
    const done = eventsOf(journal, 'tool').filter(({ id, state }) => id.startsWith('toolu_') && state !== 'started');
    expect(
      done.map(({ id }) => id),
      point.what,
    ).toEqual(['toolu_1', 'toolu_2', 'toolu_3', 'toolu_4']);
    const asked = answers.length - point.rows.messages.filter(({ role }) => role === 'assistant').length;
    expect(simulator.requests, point.what).toHaveLength(asked);
  }
});
