import { expect, it } from 'vitest';
import type { EventData } from '../../src/protocol/events.ts';
import type { SessionDetail, VersionEntry } from '../../src/protocol/resources.ts';
import { createFile, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { eventsOf, type Visitor } from '../support/visitor.ts';

const running = useRunning();

/** A project with one version. */
async function built(): Promise<{ visitor: Visitor; session: string; detail(): Promise<SessionDetail> }> {
  const visitor = running.visitor();
  const prompt = uniquePrompt('A timer');
  running.simulator.script([{ content: [createFile('index.html', '<h1>One</h1>')] }, {}], { text: prompt });
  const { session } = await visitor.build(prompt);
  return { visitor, session, detail: () => visitor.json<SessionDetail>('GET', `/api/sessions/${session}`) };
}

async function eventsAfter({ visitor, session }: { visitor: Visitor; session: string }, seq: number) {
  const events = [];
  for await (const event of eventsOf(await visitor.call('GET', `/api/sessions/${session}/events?after=${seq}`)))
    events.push(event);
  return events;
}

it('each version is told with all that a page shows of it: nothing has to be read anew', async () => {
  const project = await built();
  const { visitor, session, detail } = project;
  const at = (rest: string) => `/api/sessions/${session}${rest}`;
  await visitor.call('PUT', at('/files/notes.txt'), new TextEncoder().encode('one'));
  await visitor.json('POST', at('/undo'), {});
  const undone = await detail();
  await visitor.json('POST', at('/redo'), {});
  await visitor.json('POST', at('/revert'), { version: 1 });
  const { undo, redo, canUndo, canRedo, versions } = await detail();
  const told = (await eventsAfter(project, 0)).filter((event) => event.type === 'version').map(({ data }) => data);
  const entries = told.map(({ undo, redo, ...entry }) => entry);
  expect(entries).toEqual(versions);
  expect(await visitor.json<VersionEntry[]>('GET', at('/history'))).toEqual(versions);
  expect(versions.slice(1)).toMatchObject([
    { kind: 'edit', path: 'notes.txt', isNew: true, label: 'Add notes.txt' },
    { kind: 'undo', of: 2, label: 'Undo: Add notes.txt' },
    { kind: 'redo', of: 2, label: 'Redo: Add notes.txt' },
    { kind: 'revert', of: 1 },
  ]);
  expect(told[2]).toMatchObject({ undo: undone.undo, redo: { label: 'Add notes.txt', version: 2 } });
  expect(told[4]).toMatchObject({ undo, redo });
  expect([canUndo, canRedo, undo?.version, redo]).toEqual([true, false, 5, null]);
});

it('the files are told as they are: what a page has by events is the list', async () => {
  const project = await built();
  const { visitor, session } = project;
  await visitor.call('PUT', `/api/sessions/${session}/files/notes.txt`, new TextEncoder().encode('one'));
  await visitor.json('POST', `/api/sessions/${session}/undo`, {});
  await visitor.json('POST', `/api/sessions/${session}/redo`, {});
  const files = new Map<string, EventData<'file'>>();
  for (const event of await eventsAfter(project, 0)) {
    if (event.type !== 'file') continue;
    if (event.data.change === 'deleted') files.delete(event.data.path);
    else files.set(event.data.path, event.data);
  }
  const listed = await visitor.json<{ path: string }[]>('GET', `/api/sessions/${session}/files`);
  const told = [...files.values()].map(({ path, bytes, hash }) => ({ path, bytes, hash }));
  expect(told.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(listed);
});

it('a model and an address are told to every page, and a new project with its first event', async () => {
  const project = await built();
  const { visitor, session, detail } = project;
  const [first] = await eventsAfter(project, 0);
  const { title, model, sandbox } = await detail();
  expect(first).toMatchObject({
    type: 'session',
    data: { project: { title, model, commands: sandbox.commands, why: sandbox.why, hosts: [] } },
  });
  const { seq } = await detail();
  await visitor.json('PUT', `/api/sessions/${session}/model`, { model });
  await visitor.json('POST', `/api/sessions/${session}/preview/reset`, {});
  const { previewUrl } = await detail();
  const settings = (await eventsAfter(project, seq)).filter(({ type }) => type === 'settings');
  expect(settings.map(({ data }) => data)).toEqual([{ model }, { previewUrl }]);
  await visitor.build('and a bell', session);
  const sessions = (await eventsAfter(project, seq)).filter(({ type }) => type === 'session');
  expect(sessions.map(({ data }) => 'project' in data)).toEqual([false]);
});
