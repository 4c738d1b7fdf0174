import type { FileEntry } from '../../src/protocol/resources.ts';
import { type FileStore, READABLE_BYTES } from './file-store.ts';

/** A line that matches a search. Lines count from 1, columns from 0. */
export interface SearchMatch {
  path: string;
  line: number;
  column: number;
  text: string;
}

/** Matches at which a search ends. */
export const MAX_MATCHES = 300;
/** Files read at the same time. */
const CONCURRENCY = 6;
/** Characters of a line in a result. */
const LINE_CHARS = 200;

/** Finds the lines of a text that contain the query, ignoring case. */
export function matchesIn(path: string, text: string, query: string): SearchMatch[] {
  const needle = query.toLowerCase();
  if (needle === '') return [];
  const found: SearchMatch[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const column = line.toLowerCase().indexOf(needle);
    if (column < 0) continue;
    const from = column > LINE_CHARS / 2 ? column - 40 : 0;
    found.push({ path, line: index + 1, column, text: line.slice(from, from + LINE_CHARS).trim() });
    if (found.length >= MAX_MATCHES) break;
  }
  return found;
}

/**
 * Searches all text files.
 *
 * @returns matches in the order of `list`
 * @throws ApiError, or the signal's reason when aborted
 */
export async function searchFiles(
  files: FileStore,
  list: readonly FileEntry[],
  version: number | null,
  query: string,
  signal: AbortSignal,
): Promise<SearchMatch[]> {
  const readable = list.filter(
    ({ bytes, path }) =>
      bytes <= READABLE_BYTES && !/\.(?:png|jpe?g|gif|webp|avif|ico|woff2?|ttf|mp[34]|zip|pdf)$/i.test(path),
  );
  const found: SearchMatch[][] = [];
  let next = 0;
  let count = 0;
  const read = async () => {
    while (next < readable.length && count < MAX_MATCHES) {
      const index = next++;
      const entry = readable[index];
      if (!entry) return;
      const text = await files.text(entry, version);
      signal.throwIfAborted();
      found[index] = text === null ? [] : matchesIn(entry.path, text, query);
      count += found[index]?.length ?? 0;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, read));
  return found.flat().slice(0, MAX_MATCHES);
}
