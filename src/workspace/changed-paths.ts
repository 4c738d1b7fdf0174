import * as v from 'valibot';
import { limits } from '../protocol/limits.ts';
import type { Sql } from '../storage/sql.ts';
import { parseStoredOr } from '../storage/stored-json.ts';

/** Characters of the paths that are kept with one version. */
const maxChars = 16_000;

/** Paths. Shown only: the files themselves are in the tree. */
const Paths = v.array(v.string());

export const parsePaths = (text: string | null): string[] => parseStoredOr(Paths, text, []);

/** What a version keeps of the paths that it changed: the first, at most as many as its event has. */
export function firstPaths(paths: readonly string[]): string[] {
  let chars = 0;
  const tooMany = paths.findIndex((path, n) => {
    chars += path.length;
    return n >= limits.changedPaths || chars > maxChars;
  });
  return paths.slice(0, tooMany < 0 ? paths.length : tooMany);
}

/** The count of paths that a version changed; null where `changed` has all of them, as earlier releases stored it. */
export const changedFilesStep = 'ALTER TABLE version ADD COLUMN files INTEGER;';

/** Bounds the paths that earlier releases stored with a version. One row at a time is in memory. */
export function boundChangedPaths(sql: Sql): void {
  const long = sql
    .exec<{ version: number }>('SELECT version FROM version WHERE octet_length(changed) > ?', maxChars)
    .toArray();
  for (const { version } of long) {
    const { changed } = sql.exec<{ changed: string }>('SELECT changed FROM version WHERE version = ?', version).one();
    const paths = parsePaths(changed);
    const first = JSON.stringify(firstPaths(paths));
    sql.exec('UPDATE version SET changed = ?, files = ? WHERE version = ?', first, paths.length, version);
  }
}
