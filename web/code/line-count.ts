import { diffLines } from 'diff';
import { differences, type FileStore } from './file-store.ts';

export interface LineCount {
  added: number;
  removed: number;
}

/** Milliseconds for one comparison. After that, all lines count as removed and added. */
const LONGEST_MS = 200;

const linesOf = (text: string) => (text === '' ? 0 : text.replace(/\n$/, '').split('\n').length);

/** Counts the lines added and removed between two texts. */
export function countLines(before: string, after: string): LineCount {
  const parts = diffLines(before, after, { timeout: LONGEST_MS });
  if (!parts) return { added: linesOf(after), removed: linesOf(before) };
  const sum = (pick: 'added' | 'removed') => parts.reduce((all, part) => all + (part[pick] ? part.count : 0), 0);
  return { added: sum('added'), removed: sum('removed') };
}

/**
 * Counts the lines added and removed between two versions, in all text files.
 *
 * @param from null for an empty project
 * @throws ApiError
 */
export async function countVersion(files: FileStore, from: number | null, to: number): Promise<LineCount> {
  const [before, after] = await Promise.all([from === null ? [] : files.list(from), files.list(to)]);
  const total: LineCount = { added: 0, removed: 0 };
  for (const difference of differences(before, after)) {
    const [old, now] = await Promise.all([
      difference.before ? files.text(difference.before, from) : '',
      difference.after ? files.text(difference.after, to) : '',
    ]);
    if (old === null || now === null) continue;
    const { added, removed } = countLines(old, now);
    total.added += added;
    total.removed += removed;
  }
  return total;
}
