import type { FileTree } from './file-tree.ts';
import type { VersionRecord } from './undo-history.ts';

/** Versions with the same files, which lose them together, and the contents that nobody else has. */
export interface OldVersions {
  versions: number[];
  hashes: string[];
  /** Bytes of these contents, but for the list of the files itself. */
  bytes: number;
  /** Whether undo leads to one of them. */
  isUndoTarget: boolean;
}

export interface RetentionOrder {
  /** All versions, oldest first. */
  versions: readonly VersionRecord[];
  tree(hash: string): FileTree;
  /** Hashes of contents that others than versions need: current files, the transcript. */
  inUse: Iterable<string>;
  /** Whether the newest version may lose its files, too: another is about to take its place. */
  withHead: boolean;
}

/**
 * What a project can lose, in the order in which it does: the oldest first, the one that undo leads to last. Each holds only if all before
 * it are dropped. Versions with the same files are as old as the newest of them.
 */
export function* oldVersions({ versions, tree, inUse, withHead }: RetentionOrder): Generator<OldVersions, void, void> {
  const kept = versions.filter(({ isGone }) => !isGone);
  const head = kept.at(-1);
  if (!head) return;
  const byTree = new Map<string, number[]>();
  for (const { tree, version } of kept) {
    const same = byTree.get(tree) ?? [];
    // Set anew, so that the order is that of the newest of each.
    byTree.delete(tree);
    byTree.set(tree, [...same, version]);
  }
  const uses = new Map<string, number>();
  const use = (hash: string): void => void uses.set(hash, (uses.get(hash) ?? 0) + 1);
  for (const hash of inUse) use(hash);
  for (const hash of byTree.keys()) for (const content of contentsOf(hash, tree(hash)).keys()) use(content);
  const undoTree = withHead ? head.tree : kept.find(({ version }) => version === head.previousStep)?.tree;
  const old = [...byTree.keys()].filter((hash) => withHead || hash !== head.tree);
  for (const hash of [...old.filter((each) => each !== undoTree), ...old.filter((each) => each === undoTree)]) {
    const hashes: string[] = [];
    let bytes = 0;
    for (const [content, size] of contentsOf(hash, tree(hash))) {
      const left = (uses.get(content) ?? 0) - 1;
      uses.set(content, left);
      if (left > 0) continue;
      hashes.push(content);
      bytes += size;
    }
    yield { versions: byTree.get(hash) ?? [], hashes, bytes, isUndoTarget: hash === undoTree };
  }
}

/** Bytes of a version's contents by their hashes: its files, and its tree. */
function contentsOf(hash: string, tree: FileTree): Map<string, number> {
  return new Map([[hash, 0], ...Array.from(tree.values(), (file) => [file.hash, file.bytes] as const)]);
}
