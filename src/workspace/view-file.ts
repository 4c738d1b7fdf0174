import type { FileEntry } from '../protocol/resources.ts';
import { takeStart } from '../protocol/truncate-text.ts';
import { decodeText, numberLines, splitLines } from './text-file.ts';
import { absolutePath } from './workspace-path.ts';

export type ViewResult = { ok: true; text: string } | { ok: false; error: string };

/** Characters of one answer, about fifteen thousand tokens. Claude asks for more in ranges. */
const maxViewChars = 60_000;

/** Entries of one directory listing, and their characters. */
const maxEntries = 300;
const maxListingChars = 30_000;

const imageNames = /\.(png|jpe?g|gif|webp|avif|ico|bmp)$/i;

/**
 * A file as `cat -n` prints it.
 *
 * @param range first and last line, counted from 1; a last line of -1 is the end
 */
export function viewFile(path: string, bytes: Uint8Array, range?: readonly [number, number]): ViewResult {
  const name = absolutePath(path);
  const text = decodeText(bytes);
  if (text === null) {
    const what = imageNames.test(path) ? 'an image' : 'a binary file';
    return { ok: true, text: `${name} is ${what} of ${bytes.byteLength} bytes. It cannot be shown as text.` };
  }
  const lines = splitLines(text);
  if (lines.length === 0) return { ok: true, text: `${name} is empty.` };

  const [first, last] = range ?? [1, -1];
  if (first < 1 || first > lines.length) {
    return invalidRange(
      first,
      last,
      `Its first element \`${first}\` should be within the range of lines of the file: [1, ${lines.length}]`,
    );
  }
  if (last !== -1 && last < first) {
    return invalidRange(first, last, `Its second element \`${last}\` should be -1 or at least its first \`${first}\``);
  }

  const wanted = lines.slice(first - 1, last === -1 ? undefined : last);
  const shown = numberedWithin(wanted, first, lines.length, maxViewChars);
  return { ok: true, text: `Here's the result of running \`cat -n\` on ${name}:\n${shown}` };
}

/**
 * Numbered lines, as many as fit, and a note where lines are missing.
 *
 * @param first number of the first line
 * @param total lines of the file
 * @param max characters, without the note
 */
export function numberedWithin(lines: readonly string[], first: number, total: number, max: number): string {
  const numberChars = Math.max(6, String(total).length) + 2;
  let chars = 0;
  for (const [index, line] of lines.entries()) {
    chars += line.length + numberChars;
    if (chars <= max) continue;
    if (index === 0) {
      const start = takeStart(line, max - numberChars);
      return `${numberLines([start], first)}\n… cut in line ${first} of ${total}, which is very long.`;
    }
    return `${numberLines(lines.slice(0, index), first)}\n… cut after line ${first + index - 1} of ${total}. Use view_range to see more.`;
  }
  return numberLines(lines, first);
}

const invalidRange = (first: number, last: number, why: string): ViewResult => ({
  ok: false,
  error: `Invalid \`view_range\`: [${first}, ${last}]. ${why}`,
});

/** Lists a folder two levels deep, without hidden entries and `node_modules`. */
export function viewFolder(folder: string, files: readonly FileEntry[]): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Set<string>();
  for (const { path, bytes } of files) {
    if (!path.startsWith(prefix)) continue;
    const segments = path.slice(prefix.length).split('/');
    const hiddenIndex = segments.findIndex((segment) => segment.startsWith('.') || segment === 'node_modules');
    if (hiddenIndex !== -1) continue;
    for (let depth = 1; depth <= Math.min(2, segments.length); depth++) {
      const name = absolutePath(prefix + segments.slice(0, depth).join('/'));
      entries.add(depth === segments.length ? `${name} (${bytes} bytes)` : `${name}/`);
    }
  }
  const all = [...entries].sort();
  let chars = 0;
  const overflow = all.findIndex((entry, index) => {
    chars += entry.length + 1;
    return index === maxEntries || chars > maxListingChars;
  });
  const shown = overflow === -1 ? all : all.slice(0, overflow);
  const listed = all.length > 0 ? shown.join('\n') : '(no files)';
  const truncation = all.length > shown.length ? `\n… and ${all.length - shown.length} more.` : '';
  return `Here're the files and directories up to 2 levels deep in ${absolutePath(folder)}, excluding hidden items and node_modules:\n${listed}${truncation}`;
}
