import type { VersionStep } from '../protocol/events.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { FileEntry, VersionEntry } from '../protocol/resources.ts';
import type { SqlStore } from '../storage/sql.ts';
import { BlobStore, sha256Hex } from './blob-store.ts';
import { piecesOfZip, type SnapshotPieces } from './export-zip.ts';
import { diffTrees, encodeTree, type FileChange, type FileTree, fileDeleted, fileWritten } from './file-tree.ts';
import type { StoredContent } from './staged-blob.ts';
import { type Retention, StorageQuota } from './storage-quota.ts';
import { TreeCache } from './tree-cache.ts';
import { keptPaths, toVersionEntries, toVersionEntry, UndoHistory, type VersionRecord } from './undo-history.ts';
import { backToLabel, manualEditsLabel, versionLabel } from './version-label.ts';
import { WorkingTree } from './working-tree.ts';
import { absolutePath, filePath, normalizePath } from './workspace-path.ts';

export interface CommitOptions {
  /** The prompt, or another cause of this version; its first line becomes the label. */
  label: string;
  kind: 'turn' | 'edit';
  /** Whether the turn that made the version was stopped. */
  stopped?: boolean;
  /** UNIX milliseconds. */
  now: number;
}

/** Result of undo, redo and revert. */
export interface RestoreResult {
  /** The new version; the unchanged head where a revert found nothing to change. */
  version: VersionEntry;
  /** Changes of the files. */
  changes: FileChange[];
  /** The version that was committed before, so that uncommitted changes are not lost; null where there were none. */
  saved: VersionEntry | null;
}

/**
 * A project's files and versions in the SQLite of its Durable Object, over the tables of `workspaceTables`.
 *
 * All methods are synchronous, so that a caller can run them in one transaction with rows of its own. A failed method throws a
 * `ProblemError` with a sentence and changes nothing. Paths may have any form that `normalizePath` accepts.
 */
export class Workspace {
  readonly blobs: BlobStore;
  readonly quota: StorageQuota;
  readonly #store: SqlStore;
  readonly #files: WorkingTree;
  readonly #versions: UndoHistory;
  readonly #trees: TreeCache;

  constructor(store: SqlStore, retention: Partial<Retention> = {}) {
    this.#store = store;
    this.blobs = new BlobStore(store);
    this.#trees = new TreeCache(this.blobs);
    this.#files = new WorkingTree(store.sql);
    this.#versions = new UndoHistory(store.sql);
    const parts = { blobs: this.blobs, files: this.#files, trees: this.#trees, versions: this.#versions };
    this.quota = new StorageQuota({ ...parts, store, retention });
  }

  /** The files by path. Throws `not_found` where there is no such version. */
  list(version?: number): FileEntry[] {
    return [...this.#treeAt(version).values()];
  }

  /** Path, size and hash of a file, or null where there is none. */
  stat(path: string, version?: number): FileEntry | null {
    const result = normalizePath(path);
    if (!result.ok) return null;
    return version === undefined ? this.#files.get(result.path) : (this.#treeAt(version).get(result.path) ?? null);
  }

  /** SHA-256 of a file in lower-case hex, or null where there is none. */
  hash(path: string, version?: number): string | null {
    return this.stat(path, version)?.hash ?? null;
  }

  read(path: string, version?: number): Uint8Array<ArrayBuffer> | null {
    const entry = this.stat(path, version);
    return entry && this.#readBlob(entry);
  }

  /** Whether there are files below `path`, which is normalised. The empty path is the workspace itself. */
  isFolder(path: string): boolean {
    return this.#files.isFolder(path);
  }

  /** Creates or replaces a file. Throws `invalid_request` (path) or `payload_too_large`. */
  write(path: string, bytes: Uint8Array): FileChange {
    return this.#store.transactionSync(() => {
      const content = { hash: sha256Hex(bytes), bytes: bytes.byteLength };
      const change = this.#write(path, content, () => this.blobs.put(bytes));
      this.quota.enforce();
      return change;
    });
  }

  /**
   * Creates or replaces a file by a content that is stored already, as `blobs.stage` does. The caller enforces the quota. Throws as `write`
   * does.
   */
  place(path: string, content: StoredContent): FileChange {
    return this.#write(path, content, () => undefined);
  }

  /** Deletes a file. Throws `not_found`. */
  remove(path: string): FileChange {
    const { path: removed } = this.#existingFile(path);
    this.#files.delete(removed);
    return fileDeleted(removed);
  }

  /** Moves a file. Throws `not_found`, and `invalid_request` where `to` is taken or not a valid path. */
  rename(from: string, to: string): FileChange {
    const entry = this.#existingFile(from);
    const target = filePath(to);
    if (this.#files.get(target)) {
      throw new ProblemError(
        'invalid_request',
        `There is a file at ${absolutePath(target)} already. Delete it first.`,
        {
          reason: 'path_taken',
          path: target,
        },
      );
    }
    return this.#store.transactionSync(() => {
      this.#files.delete(entry.path);
      this.#files.assertPathFree(target);
      this.#files.set({ ...entry, path: target });
      return { ...fileWritten({ ...entry, path: target }), change: 'renamed', from: entry.path };
    });
  }

  /** Commits the current files as a version. @returns null where they equal those of the head */
  commit({ label, kind, stopped = false, now }: CommitOptions): VersionEntry | null {
    const record = this.#store.transactionSync(() => this.#commit(versionLabel(label), kind, stopped, now));
    return record && toVersionEntry(record);
  }

  /** Restores the step before, as a new version. Throws `nothing_to_undo`. @param now UNIX milliseconds */
  undo(now: number): RestoreResult {
    return this.#store.transactionSync(() => {
      const saved = this.#head() && this.#saveUncommitted(now);
      const head = this.#head();
      const target = head && this.#keptVersion(head.previousStep);
      if (!head || !target) throw new ProblemError('nothing_to_undo', 'There is nothing before this version.');
      const undone = this.#versions.get(head.step) ?? head;
      const position = { step: target.version, previousStep: target.previousStep, redoTip: head.redoTip };
      const named = { kind: 'undo', label: versionLabel(`Undo: ${undone.label}`), of: undone.version } as const;
      return this.#restore(head, target, named, position, saved, now);
    });
  }

  /** Reverses the last undo, as a new version. Throws `nothing_to_redo`. @param now UNIX milliseconds */
  redo(now: number): RestoreResult {
    return this.#store.transactionSync(() => {
      const head = this.#head();
      const target = head && this.#redoTarget(head);
      if (!head || !target) throw new ProblemError('nothing_to_redo', 'There is no undone step to bring back.');
      const position = { step: target.version, previousStep: target.previousStep, redoTip: head.redoTip };
      const named = { kind: 'redo', label: versionLabel(`Redo: ${target.label}`), of: target.version } as const;
      return this.#restore(head, target, named, position, null, now);
    });
  }

  /** Restores the files of an older version, as a new version. Throws `not_found`. @param now UNIX milliseconds */
  revert(version: number, now: number): RestoreResult {
    return this.#store.transactionSync(() => {
      const target = this.#existingVersion(version);
      const saved = this.#saveUncommitted(now);
      const head = this.#head() ?? target;
      if (head.tree === target.tree) return { version: toVersionEntry(head), changes: [], saved };
      const position = { step: head.version + 1, previousStep: head.step, redoTip: head.version + 1 };
      const named = { kind: 'revert', label: backToLabel(target.label), of: target.version } as const;
      return this.#restore(head, target, named, position, saved, now);
    });
  }

  /** The newest versions, oldest first. */
  history(): VersionEntry[] {
    return toVersionEntries(this.#versions.listed());
  }

  /** Whether there is such a version with its files. */
  isKept(version: number): boolean {
    return this.#keptVersion(version) !== null;
  }

  /** The newest version, or null before the first. */
  head(): VersionEntry | null {
    const head = this.#head();
    return head && toVersionEntry(head);
  }

  /** The step that undo would take back, or null where there is nothing to undo. */
  undoStep(): VersionStep | null {
    const head = this.#head();
    if (!head) return null;
    if (this.#isDirty(head)) return { label: manualEditsLabel, version: null };
    return this.#keptVersion(head.previousStep) && toStep(this.#versions.get(head.step) ?? head);
  }

  /** The step that redo would restore, or null where there is nothing to redo. */
  redoStep(): VersionStep | null {
    const head = this.#head();
    const target = head && this.#redoTarget(head);
    return target && toStep(target);
  }

  /** The changes from one version to another; without `to`, to the current files. Throws `not_found`. */
  diff(from: number, to?: number): FileChange[] {
    return diffTrees(this.#treeAt(from), this.#treeAt(to));
  }

  /** The files as a zip in the order of their paths, in pieces; equal files give equal bytes. Throws `not_found`. */
  exportZip(version?: number): SnapshotPieces {
    return piecesOfZip(this.blobs, this.list(version));
  }

  /** The bytes of a file from `start` to `end` (exclusive), in pieces. */
  readPieces({ hash }: Pick<FileEntry, 'hash'>, start: number, end: number): SnapshotPieces {
    return { pieces: this.blobs.pieces(hash, start, end), release: this.blobs.hold([hash]) };
  }

  #write(path: string, content: StoredContent, store: () => void): FileChange {
    const entry = { path: filePath(path), ...content };
    return this.#store.transactionSync(() => {
      this.#files.assertPathFree(entry.path);
      this.#files.assertWithinLimits(entry.path, entry.bytes);
      if (this.#files.get(entry.path)?.hash !== entry.hash) {
        store();
        this.#files.set(entry);
      }
      return fileWritten(entry);
    });
  }

  #head(): VersionRecord | null {
    return this.#versions.head();
  }

  /** The version that redo would restore, or null where there is nothing to redo. */
  #redoTarget(head: VersionRecord): VersionRecord | null {
    const next = this.#versions.nextStep(head.step, head.redoTip);
    return next === null || this.#isDirty(head) ? null : this.#keptVersion(next);
  }

  /** Null where there is no such version, or its contents were dropped. */
  #keptVersion(version: number | null): VersionRecord | null {
    const record = version === null ? null : this.#versions.get(version);
    return record?.isGone ? null : record;
  }

  #existingVersion(version: number): VersionRecord {
    const record = this.#versions.get(version);
    if (record?.isGone)
      throw new ProblemError('not_found', `Version ${version} is not kept any more.`, {
        reason: 'version_gone',
        version,
      });
    if (!record) throw new ProblemError('not_found', `There is no version ${version}.`, { reason: 'version', version });
    return record;
  }

  #existingFile(path: string): FileEntry {
    const from = filePath(path);
    const entry = this.#files.get(from);
    if (entry) return entry;
    if (this.#files.isFolder(from)) {
      throw new ProblemError('invalid_request', `${absolutePath(from)} is a directory. Name a file in it.`, {
        reason: 'is_directory',
        path: from,
      });
    }
    throw new ProblemError('not_found', `There is no file ${absolutePath(from)}.`, { reason: 'file', path: from });
  }

  #readBlob(entry: FileEntry): Uint8Array<ArrayBuffer> {
    const bytes = this.blobs.get(entry.hash);
    if (!bytes) throw new Error(`The content ${entry.hash} of ${entry.path} is missing.`);
    return bytes;
  }

  #treeAt(version: number | undefined): FileTree {
    return version === undefined ? this.#files.tree() : this.#trees.get(this.#existingVersion(version).tree);
  }

  #isDirty(head: VersionRecord): boolean {
    return sha256Hex(encodeTree(this.#files.tree())) !== head.tree;
  }

  #saveUncommitted(now: number): VersionEntry | null {
    const record = this.#commit(manualEditsLabel, 'edit', false, now);
    return record && toVersionEntry(record);
  }

  #commit(label: string, kind: VersionEntry['kind'], stopped: boolean, now: number): VersionRecord | null {
    const head = this.#head();
    const tree = this.#files.tree();
    const text = encodeTree(tree);
    if (head ? sha256Hex(text) === head.tree : tree.size === 0) return null;
    const changes = diffTrees(head ? this.#trees.get(head.tree) : new Map(), tree);
    this.blobs.pin(Array.from(tree.values(), (file) => file.hash));
    const version = (head?.version ?? 0) + 1;
    const record: VersionRecord = {
      version,
      parent: head?.version ?? null,
      label,
      kind,
      stopped,
      createdAt: now,
      tree: this.blobs.putPinned(text),
      ...keptPaths(sortedPaths(changes)),
      step: version,
      previousStep: head?.step ?? null,
      redoTip: version,
    };
    this.#versions.append(record);
    return record;
  }

  #restore(
    head: VersionRecord,
    target: VersionRecord,
    { kind, label, of }: { kind: VersionEntry['kind']; label: string; of: number },
    position: Pick<VersionRecord, 'step' | 'previousStep' | 'redoTip'>,
    saved: VersionEntry | null,
    now: number,
  ): RestoreResult {
    const changes = this.#files.apply(this.#trees.get(target.tree));
    const record: VersionRecord = {
      version: head.version + 1,
      parent: head.version,
      label,
      kind,
      stopped: false,
      createdAt: now,
      tree: target.tree,
      ...keptPaths(sortedPaths(changes)),
      ...position,
    };
    this.#versions.append(record);
    return { version: toVersionEntry(record, of), changes, saved };
  }
}

const toStep = ({ label, version }: VersionRecord): VersionStep => ({ label, version });

const sortedPaths = (changes: FileChange[]): string[] => changes.map(({ path }) => path).sort();
