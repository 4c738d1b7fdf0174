import type { BlobStore } from './blob-store.ts';
import { decodeTree, type FileTree } from './file-tree.ts';

/** Parsed trees kept in memory, so that a preview of an old version does not parse its tree once for each file. */
const cachedTrees = 4;

/** The trees of versions, by their hashes. */
export class TreeCache {
  readonly #blobs: Pick<BlobStore, 'getText'>;
  readonly #trees = new Map<string, FileTree>();

  constructor(blobs: Pick<BlobStore, 'getText'>) {
    this.#blobs = blobs;
  }

  /** @throws Error where there is no such tree */
  get(hash: string): FileTree {
    const cached = this.#trees.get(hash);
    if (cached) return cached;
    const text = this.#blobs.getText(hash);
    if (text === null) throw new Error(`The tree ${hash} is missing.`);
    const tree = decodeTree(text);
    const oldest = this.#trees.keys().next();
    if (this.#trees.size >= cachedTrees && !oldest.done) this.#trees.delete(oldest.value);
    this.#trees.set(hash, tree);
    return tree;
  }
}
