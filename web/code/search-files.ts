import type { FileEntry } from '../../src/protocol/resources.ts';
import { type FileStore, READABLE_BYTES } from './file-store.ts';

/** A line in which something was found. Lines count from 1, columns from 0. */
export interface Place {
  path: string;
  line: number;
  column: number;
  text: string;
}

/** Places after which a search ends. */
export const MOST_PLACES = 300;
const READERS = 6;
/** Characters of a line that are shown. */
const LINE_CHARS = 200;

/** Finds a text in another, without regard to upper and lower case: at most one place a line. */
export function placesIn(path: string, text: string, wanted: string): Place[] {
  const needle = wanted.toLowerCase();
  if (needle === '') return [];
  const found: Place[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const column = line.toLowerCase().indexOf(needle);
    if (column < 0) continue;
    const from = column > LINE_CHARS / 2 ? column - 40 : 0;
    found.push({ path, line: index + 1, column, text: line.slice(from, from + LINE_CHARS).trim() });
    if (found.length >= MOST_PLACES) break;
  }
  return found;
}

/** Searches all text files, in the order of their paths. Rejects with an `ApiError`, or when it is aborted. */
export async function searchFiles(
  files: FileStore,
  list: readonly FileEntry[],
  version: number | null,
  wanted: string,
  signal: AbortSignal,
): Promise<Place[]> {
  const readable = list.filter(
    ({ bytes, path }) =>
      bytes <= READABLE_BYTES && !/\.(?:png|jpe?g|gif|webp|avif|ico|woff2?|ttf|mp[34]|zip|pdf)$/i.test(path),
  );
  const found: Place[][] = [];
  let next = 0;
  let count = 0;
  const read = async () => {
    while (next < readable.length && count < MOST_PLACES) {
      const index = next++;
      const entry = readable[index];
      if (!entry) return;
      const text = await files.text(entry, version);
      signal.throwIfAborted();
      found[index] = text === null ? [] : placesIn(entry.path, text, wanted);
      count += found[index]?.length ?? 0;
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return found.flat().slice(0, MOST_PLACES);
}
