import { RE2JS, RE2JSException } from 're2js';
import type { EditableFiles } from './editable-files.ts';
import { decodeText, splitLines } from './text-file.ts';
import { absolutePath } from './workspace-path.ts';

/** Lines of one answer. */
const maxResults = 200;

/** Characters of a line that are looked at: what is longer is minified. */
const maxLineChars = 2_000;

/** Characters of a line that are shown. */
const maxShownChars = 300;

/** Bytes of a file that is looked at. */
const maxFileBytes = 1024 * 1024;

/** Characters times instructions of the whole search: a second or two. */
const maxWork = 30_000_000;

/**
 * Lines that match a pattern, as `path:line: text`.
 *
 * The native engine backtracks, and a pattern such as `(a+)+$`, written by a model that means no harm, would stop the session's only
 * thread for hours: RE2 takes time in proportion to line and pattern. A pattern that it does not take is looked for as it stands.
 *
 * @param searchRoot a file or folder, normalised; the workspace itself is the empty path
 */
export function searchFiles(files: EditableFiles, pattern: string, searchRoot: string): string {
  const { test, note } = lineMatcher(pattern);
  const budget: WorkBudget = { remaining: maxWork };
  const results: string[] = [];
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
      if (results.length === maxResults) {
        truncation = `\n… more than ${maxResults} lines match. Make the pattern narrower, or give a path.`;
        break search;
      }
      results.push(`${absolutePath(path)}:${index + 1}: ${line.trim().slice(0, maxShownChars)}`);
    }
  }
  const result = results.length > 0 ? results.join('\n') : `No line in ${absolutePath(searchRoot)} matches.`;
  return note + result + truncation;
}

/** How much work a search has left. */
interface WorkBudget {
  remaining: number;
}

function lineMatcher(pattern: string): { test: (line: string, fuel: WorkBudget) => boolean; note: string } {
  const matchLiterally = (line: string, fuel: WorkBudget): boolean => {
    fuel.remaining -= 1 + line.length / 16;
    return line.includes(pattern);
  };
  // The native search is faster, and most patterns have nothing special in them.
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
