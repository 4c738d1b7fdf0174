import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { FileEntry } from '../protocol/resources.ts';
import { firstRow, type Sql, writeRow } from '../storage/sql.ts';
import { diffTrees, type FileChange, type FileTree } from './file-tree.ts';
import { absolutePath } from './workspace-path.ts';

type FileRow = { path: string; hash: string; bytes: number };

/** The current files: path to content hash. Expects normalised paths. */
export class WorkingTree {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get(path: string): FileEntry | null {
    return firstRow<FileRow>(this.#sql, 'SELECT path, hash, bytes FROM file WHERE path = ?', path);
  }

  isFolder(path: string): boolean {
    if (path === '') return true;
    // '0' follows '/' in Unicode: the range holds every path that begins with the folder's name and a slash.
    return (
      firstRow(this.#sql, 'SELECT 1 AS found FROM file WHERE path > ? AND path < ? LIMIT 1', `${path}/`, `${path}0`) !==
      null
    );
  }

  tree(): FileTree {
    const rows = this.#sql.exec<FileRow>('SELECT path, hash, bytes FROM file ORDER BY path');
    return new Map(Array.from(rows, (row) => [row.path, row]));
  }

  set(entry: FileEntry): void {
    writeRow(
      this.#sql,
      'INSERT OR REPLACE INTO file (path, hash, bytes) VALUES (?, ?, ?)',
      entry.path,
      entry.hash,
      entry.bytes,
    );
  }

  delete(path: string): void {
    this.#sql.exec('DELETE FROM file WHERE path = ?', path);
  }

  /** Makes the current files equal to `target`, and writes only the differences. */
  apply(target: FileTree): FileChange[] {
    const changes = diffTrees(this.tree(), target);
    for (const { path, change, hash, bytes } of changes) {
      if (change === 'deleted') this.delete(path);
      else this.set({ path, hash, bytes });
    }
    return changes;
  }

  /** @throws ProblemError where no file can be at `path`: the path is a folder, or one of its parent folders is a file */
  assertPathFree(path: string): void {
    if (this.isFolder(path)) {
      throw new ProblemError('invalid_request', `${absolutePath(path)} is a directory. Name a file in it.`, {
        reason: 'is_directory',
        path,
      });
    }
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      if (this.get(parent)) {
        throw new ProblemError(
          'invalid_request',
          `${absolutePath(parent)} is a file, so there can be no files in it.`,
          {
            reason: 'parent_is_file',
            path: parent,
          },
        );
      }
    }
  }

  /** @throws ProblemError where a file of `bytes` at `path` exceeds the limits of a file or of the project */
  assertWithinLimits(path: string, bytes: number): void {
    if (bytes > limits.fileBytes) {
      throw new ProblemError('payload_too_large', `A file may have ${megabytes(limits.fileBytes)}.`, {
        reason: 'file',
        limit: limits.fileBytes,
      });
    }
    const others = this.#sql
      .exec<{ files: number; bytes: number }>(
        'SELECT COUNT(*) AS files, COALESCE(SUM(bytes), 0) AS bytes FROM file WHERE path <> ?',
        path,
      )
      .one();
    if (others.files + 1 > limits.files) {
      throw new ProblemError('payload_too_large', `A project may have ${limits.files} files.`, {
        reason: 'files',
        limit: limits.files,
      });
    }
    if (others.bytes + bytes > limits.projectBytes) {
      throw new ProblemError('payload_too_large', `A project may have ${megabytes(limits.projectBytes)} in all.`, {
        reason: 'project',
        limit: limits.projectBytes,
      });
    }
  }
}

const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;
