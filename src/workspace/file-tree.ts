import * as v from 'valibot';
import type { EventData } from '../protocol/events.ts';
import type { FileEntry } from '../protocol/resources.ts';
import { parseStored } from '../storage/stored-json.ts';

/** A change of one file, as in a `file` event. A deleted file has 0 bytes and an empty hash. */
export type FileChange = Omit<EventData<'file'>, 'turn'>;

/** All files of a project at one moment, by path. */
export type FileTree = ReadonlyMap<string, FileEntry>;

/** For files of one tree, whose paths differ. */
const compareByPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);

/** Path, hash and bytes of each file. */
const StoredTree = v.array(v.tuple([v.string(), v.string(), v.number()]));

/** Canonical text of a tree: equal trees have equal texts. */
export function encodeTree(tree: FileTree): string {
  return JSON.stringify([...tree.values()].sort(compareByPath).map(({ path, hash, bytes }) => [path, hash, bytes]));
}

/** Reads what {@link encodeTree} wrote. */
export function decodeTree(text: string): FileTree {
  const rows = parseStored(StoredTree, text, 'list of files');
  return new Map(rows.map(([path, hash, bytes]) => [path, { path, hash, bytes }]));
}

export const fileWritten = ({ path, bytes, hash }: FileEntry): FileChange => ({ path, change: 'written', bytes, hash });

export const fileDeleted = (path: string): FileChange => ({ path, change: 'deleted', bytes: 0, hash: '' });

/** The changes from one tree to another, by path. Deletions come first, so that a file may replace a folder. */
export function diffTrees(from: FileTree, to: FileTree): FileChange[] {
  const deletions = [...from.keys()].filter((path) => !to.has(path)).map(fileDeleted);
  const writes = [...to.values()].filter((file) => from.get(file.path)?.hash !== file.hash).map(fileWritten);
  return [...deletions.sort(compareByPath), ...writes.sort(compareByPath)];
}
