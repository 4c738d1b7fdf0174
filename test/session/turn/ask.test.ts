import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RecordedRequest } from '../../claude-simulator/recorded-request.ts';
import { startSimulator } from '../../claude-simulator/simulator.ts';
import { createFile } from '../../support/running-redraw.ts';
import { NodeObject, scratch } from '../node-object.ts';

const question = { prompt: 'What is it?', mode: 'ask' } as const;

/** Tries to write, then answers. */
const answers = ({ body }: RecordedRequest) => ({
  chunkSize: 10,
  content: body?.messages.length === 1 ? [createFile('a.txt', 'a')] : ['Nothing so far.'],
});

it('a question that is resumed after its object was lost, at any commit, still changes nothing', async () => {
  const { folder, remove } = scratch();
  onTestFinished(remove);
  const simulator = await startSimulator({ handler: answers });
  onTestFinished(() => simulator.close());
  const open = (file: string, snapshots: string | null = null) =>
    new NodeObject(file, { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: simulator.url }, snapshots);
  const uncut = open(join(folder, 'uncut.sqlite'), folder);
  const { id } = await uncut.build(question);
  expect(uncut.context.turns.get(id)).toMatchObject({ mode: 'ask', state: 'completed' });
  expect(uncut.snapshots.length).toBeGreaterThan(4);
  for (const { file } of uncut.snapshots) {
    const again = open(file);
    again.runner.resume();
    await again.rest();
    const { turns, transcript, workspace } = again.context;
    expect(turns.get(id)).toMatchObject({ mode: 'ask', state: 'completed' });
    expect(workspace.list()).toEqual([]);
    expect(workspace.history()).toEqual([]);
    const result = transcript.ofTurn(id).find(({ kind }) => kind === 'result');
    expect(JSON.stringify(result?.content)).toContain('nothing may be changed');
    again.close();
  }
  uncut.close();
});

it('a question that waits is one after its object was lost', async () => {
  const { folder, remove } = scratch();
  onTestFinished(remove);
  const file = join(folder, 'queue.sqlite');
  const first = new NodeObject(file, {});
  first.context.queue.add('one', { ...question, model: null, attachments: [] }, '');
  first.context.queue.waitForCredits(
    { id: 'two', request: { ...question, model: null, attachments: [] }, address: '' },
    { until: Date.now() + 60_000, now: Date.now() },
  );
  first.close();
  const again = new NodeObject(file, {});
  expect(again.context.queue.items().map(({ id, mode }) => [id, mode])).toEqual([
    ['two', 'ask'],
    ['one', 'ask'],
  ]);
  again.close();
});
