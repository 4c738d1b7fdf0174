import { RE2JS, RE2JSException } from 're2js';
import { truncateText } from '../protocol/truncate-text.ts';
import type { EditableFiles } from './editable-files.ts';
import { decodeText, splitLines } from './text-file.ts';
import { absolutePath } from './workspace-path.ts';

/** Matching lines of one answer. */
const maxResults = 200;

/** Characters of the lines of one answer. */
const maxResultChars = 30_000;

/** Characters of a line that are searched: longer lines are minified code. */
const maxLineChars = 2_000;

/** Characters of a line that are shown. */
const maxShownChars = 300;

/** Bytes of the largest file that is searched. */
const maxFileBytes = 1024 * 1024;

/** Characters times RE2 instructions of a whole search: one or two seconds. */
const maxWork = 30_000_000;

/**
 * Finds lines that match a pattern, as `path:line: text`.
 *
 * RE2 takes time in proportion to line and pattern. The native engine backtracks: a pattern such as `(a+)+$`, written by a model without
 * ill intent, would block the session's only thread for hours. A pattern that RE2 rejects is searched for as plain text.
 *
 * @returns the answer for Claude, and how many lines it has
 * @param searchRoot a file or folder, normalised; the empty path is the workspace itself
 */
export function searchFiles(
  files: EditableFiles,
  pattern: string,
  searchRoot: string,
): { text: string; count: number } {
  const { test, note } = lineMatcher(pattern);
  const budget: WorkBudget = { remaining: maxWork };
  const results: string[] = [];
  let chars = 0;
  let truncation = '';
  search: for (const { path, bytes } of files.list()) {
    if (searchRoot !== '' && path !== searchRoot && !path.startsWith(`${searchRoot}/`)) continue;
    if (bytes > maxFileBytes) continue;
    const text = decodeText(files.read(path) ?? new Uint8Array());
    if (text === null) continue;
    for (const [index, line] of splitLines(text).entries()) {
      const matches = test(line.slice(0, maxLineChars), budget);
      if (budget.remaining <= 0) {
        truncation = `\n… stopped at ${absolutePath(path)}: the search took too long. Use a simpler pattern, or give a path.`;
        break search;
      }
      if (!matches) continue;
      const result = `${absolutePath(path)}:${index + 1}: ${truncateText(line.trim(), maxShownChars)}`;
      chars += result.length + 1;
      if (results.length === maxResults || chars > maxResultChars) {
        truncation = `\n… more than ${results.length} lines match. Make the pattern narrower, or give a path.`;
        break search;
      }
      results.push(result);
    }
  }
  const result = results.length > 0 ? results.join('\n') : `No line in ${absolutePath(searchRoot)} matches.`;
  return { text: note + result + truncation, count: results.length };
}

/** Work that a search may still do, in the unit of {@link maxWork}. */
interface WorkBudget {
  remaining: number;
}

function lineMatcher(pattern: string): { test: (line: string, fuel: WorkBudget) => boolean; note: string } {
  const matchLiterally = (line: string, fuel: WorkBudget): boolean => {
    fuel.remaining -= 1 + line.length / 16;
    return line.includes(pattern);
  };
  // `includes` is faster than RE2, and most patterns are plain text.
  if (!/[\\^$.*+?()[\]{}|]/.test(pattern)) return { test: matchLiterally, note: '' };
  try {
    const compiled = RE2JS.compile(pattern);
    const cost = compiled.programSize();
    const test = (line: string, fuel: WorkBudget): boolean => {
      fuel.remaining -= 1 + line.length * cost;
      return compiled.test(line);
    };
    return { test, note: '' };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return {
      test: matchLiterally,
      note: '(This is no regular expression that RE2 takes: it was looked for as plain text.)\n',
    };
  }
}
