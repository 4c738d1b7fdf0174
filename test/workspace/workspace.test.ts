import { describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace/workspace.ts';
import { bytes, makeWorkspace } from './make-workspace.ts';

/** A workspace with a version for each content of its only file, `x`, labelled with it. */
function withVersions(...contents: string[]) {
  const made = makeWorkspace();
  for (const [index, content] of contents.entries()) {
    made.workspace.write('x', bytes(content));
    made.workspace.commit({ label: content, kind: 'turn', now: index });
  }
  return made;
}

describe('the labels of undo and redo', () => {
  it('name the step that each would reverse or restore, not the undo itself', () => {
    const { workspace } = withVersions('A', 'B', 'C');
    const labels = () => [workspace.undoStep()?.label ?? null, workspace.redoStep()?.label ?? null];
    expect(labels()).toEqual(['C', null]);
    workspace.undo(10);
    expect(labels()).toEqual(['B', 'C']);
    workspace.undo(11);
    expect(labels()).toEqual([null, 'B']);
    workspace.redo(12);
    expect(labels()).toEqual(['B', 'C']);
    workspace.revert(1, 13);
    expect(labels()).toEqual(['Back to: A', null]);
  });

  it('call what no version holds changes by hand, and offer no redo over them', () => {
    const { workspace } = withVersions('A', 'B');
    workspace.undo(10);
    workspace.write('x', bytes('by hand'));
    expect([workspace.undoStep()?.label ?? null, workspace.redoStep()?.label ?? null]).toEqual([
      'Changes by hand',
      null,
    ]);
  });

  it('are null before the first version', () => {
    const { workspace } = makeWorkspace({ x: 'uncommitted' });
    expect([workspace.undoStep()?.label ?? null, workspace.redoStep()?.label ?? null]).toEqual([null, null]);
  });
});

describe('the versions', () => {
  it('say of a turn alone that it was stopped, not of what follows it', () => {
    const { workspace } = makeWorkspace({ x: 'A' });
    workspace.commit({ label: 'A', kind: 'turn', now: 1 });
    workspace.write('x', bytes('B'));
    workspace.commit({ label: 'B', kind: 'turn', stopped: true, now: 2 });
    workspace.write('x', bytes('by hand'));
    workspace.undo(3);
    workspace.redo(4);
    workspace.revert(1, 5);
    expect(workspace.history().map(({ kind, stopped }) => [kind, stopped])).toEqual([
      ['turn', false],
      ['turn', true],
      ['edit', false],
      ['undo', false],
      ['redo', false],
      ['revert', false],
    ]);
  });

  it('differ from each other, and from the current files, by path', () => {
    const { workspace } = withVersions('A', 'B');
    const written = (content: string) => ({
      path: 'x',
      change: 'written',
      bytes: 1,
      hash: workspace.blobs.put(content),
    });
    expect(workspace.diff(1, 2)).toEqual([written('B')]);
    expect(workspace.diff(2, 1)).toEqual([written('A')]);
    expect(workspace.diff(2)).toEqual([]);
    workspace.remove('x');
    expect(workspace.diff(2)).toEqual([{ path: 'x', change: 'deleted', bytes: 0, hash: '' }]);
  });

  it('can be listed where the paths that one changed cannot be read', () => {
    const { store, workspace } = withVersions('A', 'B');
    store.sql.exec("UPDATE version SET changed = '{' WHERE version = 1");
    expect(workspace.history().map(({ label, changed }) => [label, changed])).toEqual([
      ['A', []],
      ['B', ['x']],
    ]);
  });
});

it('writes no row for a file that has this content already', () => {
  const { store, workspace } = makeWorkspace({ x: 'A' });
  const writes = () => store.sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n;
  const before = writes();
  expect(workspace.write('x', bytes('A'))).toEqual({ ...workspace.stat('x'), change: 'written' });
  expect(writes()).toBe(before);
});

it('names the content or the tree that its storage has lost', () => {
  const { store, workspace } = withVersions('A', 'B');
  store.sql.exec('DELETE FROM blob');
  expect(() => workspace.read('x')).toThrow(`The content ${workspace.hash('x')} of x is missing.`);
  // The workspace keeps trees in memory, a new one has none.
  expect(() => new Workspace(store).list(1)).toThrow(/^The tree [0-9a-f]{64} is missing\.$/);
});
