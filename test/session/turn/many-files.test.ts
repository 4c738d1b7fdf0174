import { expect, it, onTestFinished } from 'vitest';
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
  const { workspace } = object.context;
  const encoder = new TextEncoder();
  for (let file = 0; file < files; file++) workspace.write(`assets/${file}.txt`, encoder.encode(String(file)));
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
  const { workspace } = object.context;
  for (const { path } of workspace.list()) workspace.remove(path);
  workspace.commit({ label: 'x', kind: 'edit', now: Date.now() });
  await object.build({ prompt: 'Once more.' });
  expect(simulator.requests.at(-1)?.rawBody).toContain(words);
});
