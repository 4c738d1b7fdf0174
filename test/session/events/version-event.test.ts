import { expect, it } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import { versionEvent } from '../../../src/session/events/version-event.ts';
import { bytes, makeWorkspace } from '../../workspace/make-workspace.ts';

/** A project whose second version has changed so many files. */
function changed(files: number) {
  const { workspace } = makeWorkspace({ x: 'A' });
  workspace.commit({ label: 'A', kind: 'turn', now: 1 });
  for (let file = 0; file < files; file++) workspace.write(`src/${file}.ts`, bytes(String(file)));
  const version = workspace.commit({ label: 'B', kind: 'turn', now: 2 });
  if (!version) throw new Error('There is no version.');
  return { workspace, ...versionEvent(workspace, version) };
}

it('the event of a version tells all that the list of versions does, and what can be undone then', () => {
  const { workspace, type, data } = changed(1);
  expect(type).toBe('version');
  expect(data).toEqual({ ...workspace.history()[1], undo: { label: 'B', version: 2 }, redo: null });
  const { version } = workspace.undo(3);
  expect(versionEvent(workspace, version).data).toEqual({
    ...workspace.history()[2],
    of: 2,
    undo: null,
    redo: { label: 'B', version: 2 },
  });
  workspace.write('x', bytes('by hand'));
  expect(versionEvent(workspace, version).data).toMatchObject({
    undo: { label: 'Changes by hand', version: null },
    redo: null,
  });
});

it('the event of a version with very many files has the first of them, and how many more there are', () => {
  expect(changed(limits.changedPaths).data).not.toHaveProperty('more');
  const { data } = changed(900);
  expect(data).toMatchObject({ more: 900 - limits.changedPaths });
  expect(JSON.stringify(data).length).toBeLessThan(10_000);
});
