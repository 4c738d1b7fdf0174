import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { SqlStore } from '../storage/sql.ts';
import type { BlobStore } from './blob-store.ts';
import type { FileTree } from './file-tree.ts';
import type { TreeCache } from './tree-cache.ts';
import type { UndoHistory } from './undo-history.ts';
import { type OldVersions, oldVersions } from './version-retention.ts';
import type { WorkingTree } from './working-tree.ts';

/** What is freed, once a version has to go: a full project does not look for room at each write. Share of the limit. */
const headroom = 0.05;

/** How far contents that are still arriving may exceed the limit: one file with the overhead of its rows. */
const arrivingBytes = 1.02 * limits.fileBytes;

/** How far what is no file may exceed the limit, so that a project full of files takes prompts: a share of the limit, and bytes at least. */
const promptAllowance = { share: 0.05, bytes: 4 * 1024 * 1024 };

/** Seconds after which a caller who found no place may try again. */
const retryAfter = 5;

/** Too many large contents come and go at a time. */
export const busy = (): ProblemError =>
  new ProblemError('busy', `Too many large files are under way. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });

/** What a project may keep, all its versions included. */
export interface Retention {
  /** Bytes of its database. */
  limit: number;
  /** Hashes of blobs that others need. */
  usedElsewhere(): Iterable<string>;
}

const keepsAll: Retention = { limit: Number.POSITIVE_INFINITY, usedElsewhere: () => [] };

export interface StorageQuotaDeps {
  store: SqlStore;
  blobs: BlobStore;
  files: WorkingTree;
  trees: TreeCache;
  versions: UndoHistory;
  retention: Partial<Retention>;
}

/** The bound on all that a project keeps: its whole database, without the pages that are free. */
export class StorageQuota {
  readonly #deps: StorageQuotaDeps;
  readonly #retention: Retention;

  constructor(deps: StorageQuotaDeps) {
    this.#deps = deps;
    this.#retention = { ...keepsAll, ...deps.retention };
  }

  /**
   * Deletes blobs that neither a file nor a version uses.
   *
   * @param alsoUsed hashes that others still need, beside those that the retention names
   * @returns how many blobs were deleted
   */
  collectGarbage(alsoUsed: Iterable<string> = []): number {
    return this.#deps.blobs.collectGarbage([...alsoUsed, ...this.#inUse(this.#deps.files.tree())]);
  }

  /**
   * Makes the project fit after something was written, in the transaction of that: what nobody needs goes first, then the contents of the
   * oldest versions. The newest version stays, and the one that undo leads to goes last.
   *
   * @throws ProblemError `payload_too_large` where that is not enough; nothing is dropped then, and the caller has to undo what it wrote
   */
  enforce(): void {
    if (this.#excess() <= 0) return;
    this.#deps.store.transactionSync(() => {
      this.collectGarbage();
      if (this.#excess() <= 0) return;
      const enough = -headroom * this.#retention.limit;
      for (const old of this.#old(this.#deps.files.tree(), false)) {
        if (this.#excess() <= (old.isUndoTarget ? 0 : enough)) break;
        for (const version of old.versions) this.#deps.versions.markGone(version);
        for (const hash of old.hashes) this.#deps.blobs.drop(hash);
      }
      if (this.#excess() > 0) throw this.#full();
    });
  }

  /** Makes the project fit as far as it can: what has grown is no file, and cannot be refused. */
  enforceIfPossible(): void {
    try {
      this.enforce();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  /**
   * Looks for room where a prompt is kept that costs nobody anything, as one that waits or was not admitted: they can be repeated for ever.
   *
   * @throws ProblemError `payload_too_large` where the project has long exceeded its limit
   */
  assertTakesPrompts(): void {
    this.enforceIfPossible();
    const { bytes, share } = promptAllowance;
    if (this.#excess() > Math.max(bytes, share * this.#retention.limit)) throw this.#full();
  }

  /** See `UndoHistory.uncountedBytes`. */
  uncountedBytes(): number {
    return this.#deps.versions.uncountedBytes();
  }

  /** See `UndoHistory.markCounted`. */
  markCounted(bytes: number): void {
    this.#deps.versions.markCounted(bytes);
  }

  /** The versions that have lost their files since the last call. */
  takeGone(): number[] {
    return this.#deps.versions.takeGone();
  }

  /**
   * Checks a content that arrives piece by piece, for a file at `path`: whether there will be room for it. No version loses its files for
   * what may yet fail to arrive.
   *
   * @param staged the content
   * @returns to be called after each piece. Throws ProblemError `payload_too_large`, or `busy` where there would be room if nothing else arrived
   */
  arrival(path: string, staged: { written: number }): () => void {
    let most = 0;
    return () => {
      if (this.#exceeding() > most) most = this.#freeable(path);
      if (this.#excess() + staged.written > most) throw this.#full();
      if (this.#exceeding() > Math.min(most, arrivingBytes)) throw busy();
    };
  }

  /** Bytes that can be freed for a file at `path`, once nothing is left that nobody needs. */
  #freeable(path: string): number {
    this.collectGarbage();
    const files = new Map([...this.#deps.files.tree()].filter(([other]) => other !== path));
    let bytes = 0;
    for (const old of this.#old(files, true)) bytes += old.bytes;
    return bytes;
  }

  #old(currentFiles: FileTree, withHead: boolean): Iterable<OldVersions> {
    const { trees, versions } = this.#deps;
    const tree = (hash: string) => trees.get(hash);
    return oldVersions({ versions: versions.all(), tree, inUse: this.#inUse(currentFiles), withHead });
  }

  #inUse(currentFiles: FileTree): Set<string> {
    const used = new Set(this.#retention.usedElsewhere());
    for (const { hash } of currentFiles.values()) used.add(hash);
    return used;
  }

  /** Bytes above the limit, with what is still arriving. */
  #exceeding(): number {
    return this.#deps.store.sql.databaseSize - this.#retention.limit;
  }

  /** Bytes above the limit. */
  #excess(): number {
    return this.#exceeding() - this.#deps.blobs.arrivingBytes;
  }

  #full(): ProblemError {
    const { limit } = this.#retention;
    const size = `${Math.floor(limit / 1024 / 1024)} MB`;
    return new ProblemError(
      'payload_too_large',
      `This project keeps as much as it may, ${size} with its versions. Ask Claude to delete large files, or go on in a new project.`,
      { reason: 'kept', limit },
    );
  }
}
