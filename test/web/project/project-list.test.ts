import { expect, test } from 'vitest';
import type { SessionSummary } from '../../../src/protocol/resources.ts';
import { ApiError } from '../../../web/api/api-error.ts';
import { ProjectList } from '../../../web/project/project-list.ts';

const summary = (session: string): SessionSummary => ({
  session,
  title: `Title ${session}`,
  createdAt: 1,
  updatedAt: 2,
});

/** The server's side of the list; its calls can be made to fail. */
function setUp() {
  const server = {
    sessions: [summary('a'), summary('b')],
    failWith: null as ApiError | null,
    removed: [] as string[],
    renamed: [] as string[],
  };
  const answer = async <T>(value: () => T): Promise<T> => {
    if (server.failWith) throw server.failWith;
    return value();
  };
  const list = new ProjectList({
    sessions: () => answer(() => server.sessions),
    rename: (session) => answer(() => void server.renamed.push(session)),
    remove: (session) => answer(() => void server.removed.push(session)),
  });
  return { server, list, titles: () => list.all.value?.map(({ title }) => title) };
}

test('a new title stands at once, and the old one again where it was refused', async () => {
  const { server, list, titles } = setUp();
  await list.load();
  const renaming = list.rename('a', 'Better');
  expect(titles()).toEqual(['Better', 'Title b']);
  expect(await renaming).toBe(true);
  server.failWith = new ApiError('internal', 'No.', 500);
  for (const session of ['a', 'b']) expect(await list.rename(session, 'Worse')).toBe(false);
  expect(titles()).toEqual(['Better', 'Title b']);
});

test('a project that is not on the list cannot be renamed', async () => {
  const { server, list, titles } = setUp();
  expect(await list.rename('a', 'Better')).toBe(false);
  await list.load();
  expect(await list.rename('c', 'Better')).toBe(false);
  expect([server.renamed, titles()]).toEqual([[], ['Title a', 'Title b']]);
});

test('one of two projects that are deleted can be spared', async () => {
  const { server, list, titles } = setUp();
  await list.load();
  for (const session of ['a', 'b']) list.scheduleDelete(session);
  list.cancelDelete('a');
  expect([list.isDeleting('a'), list.isDeleting('b')]).toEqual([false, true]);
  list.deleteNow();
  expect(server.removed).toEqual(['b']);
  await expect.poll(titles).toEqual(['Title a']);
});

test('a project can be deleted before the list was loaded', async () => {
  const { server, list } = setUp();
  list.scheduleDelete('a');
  expect(await list.remove('a')).toBe(true);
  expect([server.removed, list.isDeleting('a'), list.all.value]).toEqual([['a'], false, null]);
});

test('what is deleted can be spared; else it is gone from the server, too', async () => {
  const { server, list, titles } = setUp();
  await list.load();
  list.scheduleDelete('a');
  expect(list.isDeleting('a')).toBe(true);
  list.cancelDelete('a');
  expect(await list.remove('a')).toBe(true);
  expect(server.removed).toEqual([]);
  list.scheduleDelete('a');
  await list.remove('a');
  expect(server.removed).toEqual(['a']);
  expect(titles()).toEqual(['Title b']);
});

test('a project that could not be deleted is on the list again; one that was gone already is gone', async () => {
  const { server, list, titles } = setUp();
  await list.load();
  server.failWith = new ApiError('internal', 'No.', 500);
  list.scheduleDelete('a');
  expect(await list.remove('a')).toBe(false);
  expect(list.isDeleting('a')).toBe(false);
  server.failWith = new ApiError('not_found', 'Gone.', 404);
  list.scheduleDelete('a');
  expect(await list.remove('a')).toBe(true);
  expect(titles()).toEqual(['Title b']);
});

test('leaving the page deletes what was to be deleted', async () => {
  const { server, list } = setUp();
  await list.load();
  list.scheduleDelete('a');
  expect(list.deleteNow()).toEqual(['a']);
  expect(server.removed).toEqual(['a']);
});

test('a list that cannot be read keeps what it knew', async () => {
  const { server, list, titles } = setUp();
  await list.load();
  server.failWith = new ApiError('unreachable', 'No.');
  await list.load();
  expect(titles()).toHaveLength(2);
  expect(list.failure.value?.code).toBe('unreachable');
});

test('a deletion that came without the cookie is one that failed: the project is still there', async () => {
  const { server, list, titles } = setUp();
  await list.load();
  list.scheduleDelete('a');
  server.failWith = new ApiError('not_found', 'No.', 404, { reason: 'cookie' });
  expect(await list.remove('a')).toBe(false);
  expect([titles(), list.isDeleting('a')]).toEqual([['Title a', 'Title b'], false]);
});
