import { expect, it } from 'vitest';
import { diffTrees, encodeTree, type FileTree } from '../../src/workspace/file-tree.ts';

/** Files with their path as hash. */
const treeOf = (...paths: string[]): FileTree => new Map(paths.map((path) => [path, { path, hash: path, bytes: 1 }]));

it('gives equal trees one text, in whatever order their files come', () => {
  const text = '[["a","a",1],["b","b",1],["b/c","b/c",1],["d","d",1]]';
  for (const paths of [
    ['a', 'b', 'b/c', 'd'],
    ['d', 'b/c', 'b', 'a'],
    ['b/c', 'd', 'a', 'b'],
  ]) {
    expect(encodeTree(treeOf(...paths))).toBe(text);
  }
});

it('lists the changes by path, and deletions before what may take their place', () => {
  const from = treeOf('kept', 'z', 'a/x', 'm');
  const to = treeOf('y', 'a', 'n', 'kept');
  const paths = (changes: ReturnType<typeof diffTrees>) => changes.map(({ path, change }) => `${change} ${path}`);
  expect(paths(diffTrees(from, to))).toEqual([
    'deleted a/x',
    'deleted m',
    'deleted z',
    'written a',
    'written n',
    'written y',
  ]);
  expect(diffTrees(from, from)).toEqual([]);
});
