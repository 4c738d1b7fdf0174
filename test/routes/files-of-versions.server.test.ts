import { expect, it } from 'vitest';
import type { FileEntry, SessionDetail } from '../../src/protocol/resources.ts';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning();
const bytes = (text: string) => new TextEncoder().encode(text);

/** Version 1 has `a.txt`, version 2 a changed one, version 3 a second file. */
async function project(visitor: Visitor): Promise<string> {
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const at = `/api/sessions/${session}`;
  await visitor.json('PUT', `${at}/files/a.txt`, bytes('one'));
  await visitor.json('PUT', `${at}/files/a.txt`, bytes('two'));
  await visitor.json('PUT', `${at}/files/b%20c.txt`, bytes('three'));
  return at;
}

it('gives the files of a version, and a file as it was then', async () => {
  const visitor = running.visitor();
  const at = await project(visitor);
  const paths = async (query: string) =>
    (await visitor.json<FileEntry[]>('GET', `${at}/files${query}`)).map(({ path }) => path);
  expect(await paths('?version=1')).toEqual(['a.txt']);
  expect(await paths('?version=3')).toEqual(['a.txt', 'b c.txt']);
  expect(await paths('')).toEqual(['a.txt', 'b c.txt']);
  const text = async (rest: string) => (await visitor.call('GET', `${at}/files/${rest}`)).text();
  expect(await text('a.txt?version=1')).toBe('one');
  expect(await text('a.txt?version=2')).toBe('two');
  expect(await text('a.txt')).toBe('two');
  await problemOf(await visitor.call('GET', `${at}/files/b%20c.txt?version=2`), 404, 'not_found');
});

it('knows no version that there is not', async () => {
  const visitor = running.visitor();
  const at = await project(visitor);
  await problemOf(await visitor.call('GET', `${at}/files?version=9`), 404, 'not_found');
  for (const wrong of ['0', '-1', 'x', '1.5', '']) {
    await problemOf(await visitor.call('GET', `${at}/files?version=${wrong}`), 422, 'invalid_request');
  }
});

it('names what undo takes back and what redo brings back', async () => {
  const visitor = running.visitor();
  const at = await project(visitor);
  const labels = async () => {
    const { undoLabel, redoLabel } = await visitor.json<SessionDetail>('GET', at);
    return [undoLabel, redoLabel];
  };
  expect(await labels()).toEqual(['Add b c.txt', null]);
  await visitor.json('POST', `${at}/undo`, {});
  expect(await labels()).toEqual(['Edit a.txt', 'Add b c.txt']);
  await visitor.json('POST', `${at}/undo`, {});
  expect(await labels()).toEqual([null, 'Edit a.txt']);
  await visitor.json('POST', `${at}/redo`, {});
  expect(await labels()).toEqual(['Edit a.txt', 'Add b c.txt']);
});
