import { expect, it, onTestFinished } from 'vitest';
import { parseEvent } from '../../src/protocol/events.ts';
import { moveVersion } from '../../src/session/manual-edits.ts';
import { NodeObject, scratch } from './node-object.ts';

const files = 900;

/** A project whose second version has so many files more than its first, with names as long as they may be. */
function project() {
  const { folder, remove } = scratch();
  const object = new NodeObject(`${folder}/session.sqlite`, {});
  onTestFinished(() => {
    object.close();
    remove();
  });
  const { context } = object;
  const { log, storage, workspace } = context;
  const encoder = new TextEncoder();
  storage.transactionSync(() => {
    workspace.write('first', encoder.encode('1'));
    workspace.commit({ label: 'First', kind: 'turn', now: 1 });
    for (let file = 0; file < files; file++) workspace.write(`${'a'.repeat(230)}${file}`, encoder.encode(String(file)));
    workspace.commit({ label: 'All', kind: 'turn', now: 2 });
  });
  /** The rows that a move writes, and the events that it leaves. */
  async function move(how: Parameters<typeof moveVersion>[1]) {
    const after = log.seq;
    const rows = () => storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n;
    const before = rows();
    moveVersion(context, how, 3);
    const written = rows() - before;
    await log.drain();
    const events = log.read(after, 10_000).map(({ seq, type, data }) => parseEvent(seq, type, data));
    return { written, events };
  }
  return { workspace, move };
}

it.each(['undo', { version: 1 }] as const)('%j of very many files writes a row for each, and few more', async (how) => {
  const { move } = project();
  expect((await move(how)).written).toBeLessThanOrEqual(files + 12);
  expect((await move(how === 'undo' ? 'redo' : { version: 2 })).written).toBeLessThanOrEqual(files + 12);
});

it('each of them is told, so that a page knows the files without reading them anew', async () => {
  const { move, workspace } = project();
  const known = new Map(workspace.list().map((entry) => [entry.path, entry]));
  for (const how of ['undo', 'redo', { version: 1 }] as const) {
    const { events } = await move(how);
    expect(events.slice(-2).map((event) => event?.type)).toEqual(['version', 'preview']);
    for (const event of events.slice(0, -2)) {
      if (event?.type !== 'file') throw new Error('This is no change of a file.');
      const { path, change, bytes, hash } = event.data;
      if (change === 'deleted') known.delete(path);
      else known.set(path, { path, bytes, hash });
    }
    expect([...known.values()].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(workspace.list());
  }
});
