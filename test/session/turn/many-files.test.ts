import { expect, it, onTestFinished } from 'vitest';
import { SqlTurnJournal, type SqlTurnJournalDeps } from '../../../src/session/turn/turn-journal.ts';
import { useSimulator } from '../../support/use-simulator.ts';
import { NodeObject, scratch } from '../node-object.ts';

const simulator = await useSimulator();

/** A project whose only turn has left so many files, and a page with a title. */
async function built(files: number): Promise<NodeObject> {
  const { folder, remove } = scratch();
  const env = { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: simulator.url };
  const object = new NodeObject(`${folder}/session.sqlite`, env);
  onTestFinished(() => {
    object.close();
    remove();
  });
  simulator.script(() => ({ content: ['Done.'] }));
  const { storage, workspace } = object.context;
  const encoder = new TextEncoder();
  storage.transactionSync(() => {
    for (let file = 0; file < files; file++) workspace.write(`assets/${file}.txt`, encoder.encode(String(file)));
  });
  workspace.write('index.html', encoder.encode('<!doctype html><title>Tea timer</title>'));
  await object.build();
  return object;
}

it('a project is named after its page, also where the turn has made very many files before it', async () => {
  const { context } = await built(300);
  expect(context.workspace.head()?.changed).not.toContain('index.html');
  expect(context.meta.get('title')).toBe('Tea timer');
});

it.each([
  [40, ' and 11 more. View'],
  [300, ' and many more. View'],
])('Claude is told of %i files and the page that were deleted by hand', async (files, words) => {
  const object = await built(files);
  const { storage, workspace } = object.context;
  storage.transactionSync(() => {
    for (const { path } of workspace.list()) workspace.remove(path);
  });
  workspace.commit({ label: 'x', kind: 'edit', now: Date.now() });
  await object.build({ prompt: 'Once more.' });
  expect(simulator.requests.at(-1)?.rawBody).toContain(words);
});

it('a command that changes very many files leaves few rows, and an event for each', async () => {
  const { context } = await built(1);
  const turn = { id: 't', model: 'claude-haiku-5-5', payer: 'trial', firstSeq: 1 };
  const journal = new SqlTurnJournal(context, { turn, isResumed: false } as unknown as SqlTurnJournalDeps);
  const after = context.log.seq;
  const before = context.storage.sql.exec('SELECT 1 FROM event').toArray().length;
  journal.storeToolResult(1, { type: 'tool_use', id: 'a', name: 'bash', input: {} }, () => ({
    content: 'Done.',
    isError: false,
    title: 'Run it',
    verb: 'run',
    fields: {},
    events: Array.from({ length: 900 }, (_, file) => ({
      type: 'file',
      data: { turn: 't', path: `${file}.txt`, change: 'written', bytes: 1, hash: 'f'.repeat(64) },
    })),
  }));
  expect(context.storage.sql.exec('SELECT 1 FROM event').toArray().length - before).toBeLessThanOrEqual(4);
  await context.log.drain();
  const events = context.log.read(after, 2_000);
  expect(events.map(({ type }) => type)).toEqual([...Array.from({ length: 900 }, () => 'file'), 'tool']);
  expect(JSON.parse(events[899]?.data ?? '')).toMatchObject({ turn: 't', path: '899.txt' });
});
