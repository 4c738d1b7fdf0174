import { describe, expect, it } from 'vitest';
import { bytes, makeWorkspace } from './make-workspace.ts';

const kib = 1024;
const longPath = (file: number) => `${'a'.repeat(230)}${file}`.slice(0, 239);

/** A project of so many files, made by a turn. */
function project(files: number, path: (file: number) => string = (file) => `src/parts/${file}.tsx`) {
  const { store, workspace } = makeWorkspace({ first: '1' });
  const { quota } = workspace;
  workspace.commit({ label: 'First', kind: 'turn', now: 1 });
  for (let file = 0; file < files; file++) workspace.write(path(file), bytes(String(file)));
  workspace.commit({ label: 'All', kind: 'turn', now: 2 });
  let edits = 0;
  return {
    store,
    workspace,
    quota,
    edit() {
      edits += 1;
      workspace.write('small.txt', bytes(`${edits}`));
      return workspace.commit({ label: 'Edit small.txt', kind: 'edit', now: 3 });
    },
  };
}

describe('what changes by hand make a project keep', () => {
  it('is counted with the list of files that an edit of one byte leaves, and with each file that a move changes', () => {
    const { store, workspace, quota, edit } = project(998, longPath);
    const before = store.sql.databaseSize;
    for (let n = 0; n < 20; n++) edit();
    const edits = quota.uncountedBytes();
    expect(edits).toBeGreaterThanOrEqual(store.sql.databaseSize - before);
    expect(edits).toBeGreaterThan(20 * 300_000);
    const beforeMoves = store.sql.databaseSize;
    workspace.revert(1, 4);
    for (let n = 0; n < 5; n++) {
      workspace.undo(5);
      workspace.redo(6);
    }
    expect(quota.uncountedBytes() - edits).toBeGreaterThanOrEqual(store.sql.databaseSize - beforeMoves);
    expect(quota.uncountedBytes() - edits).toBeGreaterThanOrEqual(11 * 998 * 4 * kib);
  });

  it('is little in a project of twenty files: thousands of edits and moves a day are far below a limit', () => {
    const { workspace, quota, edit } = project(20);
    edit();
    expect(quota.uncountedBytes()).toBeLessThan(8 * kib);
    workspace.undo(4);
    workspace.redo(5);
    expect(quota.uncountedBytes()).toBeLessThan(16 * kib);
  });

  it('is nothing for what turns make, and what was not counted before them stays', () => {
    const { workspace, quota, edit } = project(20);
    expect(quota.uncountedBytes()).toBe(0);
    edit();
    const before = quota.uncountedBytes();
    workspace.write('turn.txt', bytes('1'));
    workspace.commit({ label: 'A turn', kind: 'turn', now: 4 });
    expect(quota.uncountedBytes()).toBe(before);
  });

  it('counts what was changed without a version, once a move makes one of it', () => {
    const { workspace, quota } = project(20);
    workspace.write('by hand.txt', bytes('1'));
    workspace.undo(4);
    expect(quota.uncountedBytes()).toBeGreaterThan(2 * 4 * kib);
  });

  it('is counted once', () => {
    const { quota, edit } = project(20);
    edit();
    const counted = quota.uncountedBytes();
    edit();
    const both = quota.uncountedBytes();
    quota.markCounted(counted);
    expect(quota.uncountedBytes()).toBe(both - counted);
    quota.markCounted(both);
    expect(quota.uncountedBytes()).toBe(0);
  });
});
