import { expect, it } from 'vitest';
import { bytes, makeWorkspace } from './make-workspace.ts';

const versions = 10;

it('parses the trees of four old versions once, and keeps no more of them', () => {
  const { store, workspace } = makeWorkspace();
  for (let version = 1; version <= versions; version++) {
    workspace.write('a.txt', bytes(`version ${version}`));
    workspace.commit({ label: 'x', kind: 'edit', now: version });
  }
  let reads = 0;
  const exec = store.sql.exec.bind(store.sql);
  store.sql.exec = (query, ...bindings) => {
    if (/FROM blob/i.test(query)) reads += 1;
    return exec(query, ...bindings);
  };
  /** How many of these versions' trees are read from the disk. */
  const readsOf = (...shown: number[]) => {
    const cost = (version: number) => {
      reads = 0;
      expect(workspace.list(version).map(({ path }) => path)).toEqual(['a.txt']);
      return Math.min(1, reads);
    };
    return shown.map(cost);
  };
  expect(readsOf(1, 2, 3, 4)).toEqual([1, 1, 1, 1]);
  expect(readsOf(1, 2, 3, 4, 4, 1)).toEqual([0, 0, 0, 0, 0, 0]);
  // The oldest makes room.
  expect(readsOf(5, 2, 3, 4, 5)).toEqual([1, 0, 0, 0, 0]);
  expect(readsOf(1)).toEqual([1]);
  expect(readsOf(6, 7, 8, 9, 6, 7, 8, 9)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
});
