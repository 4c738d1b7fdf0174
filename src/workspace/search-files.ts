import { RE2JS, RE2JSException } from 're2js';
import type { EditableFiles } from './editable-files.ts';
import { linesOf, textOf } from './text-file.ts';
import { absolute } from './workspace-path.ts';

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
 * @param within a file or folder, normalised; the workspace itself is the empty path
 */
export function searchFiles(files: EditableFiles, pattern: string, within: string): string {
  const { test, note } = lineTest(pattern);
  const fuel: Fuel = { left: maxWork };
  const found: string[] = [];
  let more = '';
  search: for (const { path, bytes } of files.list()) {
    if (within !== '' && path !== within && !path.startsWith(`${within}/`)) continue;
    if (bytes > maxFileBytes) continue;
    const text = textOf(files.read(path) ?? new Uint8Array());
    if (text === null) continue;
    for (const [index, line] of linesOf(text).entries()) {
      const matches = test(line.slice(0, maxLineChars), fuel);
      if (fuel.left <= 0) {
        more = `\n… stopped at ${absolute(path)}: the search took too long. Use a simpler pattern, or give a path.`;
        break search;
      }
      if (!matches) continue;
      if (found.length === maxResults) {
        more = `\n… more than ${maxResults} lines match. Make the pattern narrower, or give a path.`;
        break search;
      }
      found.push(`${absolute(path)}:${index + 1}: ${line.trim().slice(0, maxShownChars)}`);
    }
  }
  const result = found.length > 0 ? found.join('\n') : `No line in ${absolute(within)} matches.`;
  return note + result + more;
}

/** How much work a search has left. */
interface Fuel {
  left: number;
}

function lineTest(pattern: string): { test: (line: string, fuel: Fuel) => boolean; note: string } {
  const literal = (line: string, fuel: Fuel): boolean => {
    fuel.left -= 1 + line.length / 16;
    return line.includes(pattern);
  };
  // The native search is faster, and most patterns have nothing special in them.
  if (!/[\\^$.*+?()[\]{}|]/.test(pattern)) return { test: literal, note: '' };
  try {
    const compiled = RE2JS.compile(pattern);
    const cost = compiled.programSize();
    const test = (line: string, fuel: Fuel): boolean => {
      fuel.left -= 1 + line.length * cost;
      return compiled.test(line);
    };
    return { test, note: '' };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return {
      test: literal,
      note: '(This is no regular expression that RE2 takes: it was looked for as plain text.)\n',
    };
  }
}
