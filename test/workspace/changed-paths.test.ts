import { beforeAll, describe, expect, it } from 'vitest';
import type { VersionEntry } from '../../src/protocol/resources.ts';
import { boundChangedPaths } from '../../src/workspace/changed-paths.ts';
import { bytes, makeWorkspace } from './make-workspace.ts';

const files = 900;
const longPath = (file: number) => `${'a'.repeat(230)}${String(file).padStart(4, '0')}`;

/** A project whose second version has as many files of long names more than its first. */
function largeProject() {
  const { store, workspace } = makeWorkspace({ first: '1' });
  workspace.commit({ label: 'First', kind: 'turn', now: 1 });
  for (let file = 0; file < files; file++) workspace.write(longPath(file), bytes(String(file)));
  const whole = workspace.commit({ label: 'All', kind: 'turn', now: 2 });
  return { store, workspace, whole };
}

const pathsOf = ({ changed, more = 0 }: VersionEntry): number => changed.length + more;

describe('the paths of a version that changes very many files', () => {
  it('are the first of them, and how many there are more', () => {
    const { workspace, whole } = largeProject();
    const { version } = workspace.undo(3);
    for (const entry of [whole, version, workspace.head()]) {
      expect(entry?.changed[0]).toBe(longPath(0));
      expect(JSON.stringify(entry).length).toBeLessThan(20_000);
      expect(entry && pathsOf(entry)).toBe(files);
    }
    expect(workspace.history().map(pathsOf)).toEqual([1, files, files]);
  });

  it('are all there in what moves the files', () => {
    const { workspace } = largeProject();
    expect(workspace.undo(3).changes).toHaveLength(files);
    expect(workspace.list().map(({ path }) => path)).toEqual(['first']);
    expect(workspace.redo(4).changes).toHaveLength(files);
    expect(workspace.diff(1, 2)).toHaveLength(files);
    expect(workspace.revert(1, 5).changes).toHaveLength(files);
    expect(workspace.list()).toHaveLength(1);
  });

  it('take a fraction of what they would where they are stored', () => {
    const { store, workspace } = largeProject();
    const before = store.sql.databaseSize;
    for (let n = 0; n < 10; n++) {
      workspace.undo(3 + n);
      workspace.redo(3 + n);
    }
    expect((store.sql.databaseSize - before) / 20).toBeLessThan(25_000);
  });
});

describe('the list of versions', () => {
  const { workspace } = largeProject();
  beforeAll(() => {
    for (let n = 0; n < 100; n++) {
      workspace.undo(3 + n);
      workspace.redo(3 + n);
    }
    for (let n = 0; n < 5; n++) {
      workspace.write(longPath(n), bytes('by hand'));
      workspace.commit({ label: `Edit ${longPath(n)}`, kind: 'edit', now: 500 + n });
    }
  });

  it('has a bounded size, however often very many files go back and forth', () => {
    const history = workspace.history();
    expect(history).toHaveLength(207);
    expect(JSON.stringify(history).length).toBeLessThan(700_000);
  });

  it('has the paths of the newest, of each how many there are, and which version it went back to', () => {
    const history = workspace.history();
    const moves = history.slice(2, 202);
    expect(moves.every((entry) => pathsOf(entry) === files)).toBe(true);
    expect(moves.at(-1)?.changed.length).toBeGreaterThan(20);
    expect(moves.at(0)?.changed).toEqual([]);
    expect(moves.at(0)).toMatchObject({ kind: 'undo', of: 2 });
    expect(moves.at(1)).toMatchObject({ kind: 'redo', of: 2 });
  });

  it('always has a path that stands alone', () => {
    for (const entry of workspace.history().slice(-5)) expect(entry.path).toBe(entry.changed[0]);
    expect(workspace.history()[0]?.changed).toEqual(['first']);
  });
});

it('the list of versions has the newest ten thousand', () => {
  const { store, workspace } = makeWorkspace({ x: '1' });
  workspace.commit({ label: 'First', kind: 'turn', now: 1 });
  workspace.write('x', bytes('2'));
  workspace.commit({ label: 'Second', kind: 'turn', now: 2 });
  workspace.undo(3);
  store.sql.exec(
    `INSERT INTO version SELECT n, n - 1, label, kind, stopped, created_at, tree, changed, stands_for, before, tip, gone, files, 0
     FROM version, (WITH RECURSIVE counted(n) AS (SELECT 4 UNION ALL SELECT n + 1 FROM counted WHERE n < 12000) SELECT n FROM counted)
     WHERE version = 3`,
  );
  const history = workspace.history();
  expect([history.length, history[0]?.version, history.at(-1)?.version]).toEqual([10_000, 2001, 12_000]);
  expect(history.at(-1)).toMatchObject({ kind: 'undo', of: 1 });
});

describe('versions that an earlier release stored with all their paths', () => {
  it('keep the first of them, and their number', () => {
    const { store, workspace } = largeProject();
    const all = JSON.stringify(Array.from({ length: files }, (_, file) => longPath(file)));
    store.sql.exec('UPDATE version SET changed = ?, files = NULL WHERE version = 2', all);
    store.sql.exec('UPDATE version SET files = NULL WHERE version = 1');
    boundChangedPaths(store.sql);
    const [first, second] = workspace.history();
    expect(first).toMatchObject({ changed: ['first'] });
    expect(first).not.toHaveProperty('more');
    expect(second && pathsOf(second)).toBe(files);
    expect(JSON.stringify(second).length).toBeLessThan(20_000);
  });

  it('are read where what is stored of them is no list of paths', () => {
    const { store, workspace } = largeProject();
    store.sql.exec(`UPDATE version SET changed = ?, files = NULL WHERE version = 2`, 'x'.repeat(100_000));
    boundChangedPaths(store.sql);
    expect(workspace.history()[1]).toMatchObject({ version: 2, changed: [] });
  });
});
