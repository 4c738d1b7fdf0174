import type { ToolFailure, ToolFields } from '../protocol/tool-line.ts';
import { truncateText } from '../protocol/truncate-text.ts';
import { findOccurrences } from './find-occurrences.ts';
import { toCrLf, usesCrLf } from './text-file.ts';

/** An edit of a text: the new text and the line, from 1, where the change begins. */
export type EditResult =
  | { ok: true; text: string; line: number }
  | { ok: false; error: string; reason: ToolFailure; fields?: ToolFields };

const refuse = (reason: ToolFailure, error: string, fields: ToolFields = {}): EditResult => ({
  ok: false,
  error,
  reason,
  fields,
});

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Characters of a passage that a refusal repeats, enough to recognise it: Claude wrote it and has all of it. */
const maxEchoChars = 400;

/** Occurrences that a refusal names. */
const maxNamed = 20;

/**
 * Replaces the only occurrence of `oldText`. In a file whose lines end in CR LF, LF in the arguments means CR LF: Claude cannot see the
 * difference.
 *
 * @param name name of the file in error sentences
 */
export function replaceOnce(text: string, oldText: string, newText: string, name: string): EditResult {
  if (oldText === '') {
    return refuse(
      'empty_text',
      'No replacement was performed: old_str is empty. Use insert to add text, or create to write the file.',
    );
  }
  let [needle, replacement] = usesCrLf(text) ? [toCrLf(oldText), toCrLf(newText)] : [oldText, newText];
  // Overlapping occurrences count: any of them could be meant.
  let occurrences = findOccurrences(text, needle, maxNamed);
  if (occurrences.count === 0 && text.includes('\r\n')) {
    [needle, replacement] = [toCrLf(oldText), toCrLf(newText)];
    occurrences = findOccurrences(text, needle, maxNamed);
  }
  const [index] = occurrences.first;
  if (index === undefined) {
    return refuse(
      'no_match',
      `No replacement was performed, old_str \`${truncateText(oldText, maxEchoChars)}\` did not appear verbatim in ${name}. ${mismatchHint(text, oldText)}`,
    );
  }
  if (occurrences.count > 1) {
    const lines = occurrences.first.map((at) => lineAt(text, at));
    return refuse(
      'many_matches',
      `No replacement was performed. Multiple occurrences of old_str \`${truncateText(oldText, maxEchoChars)}\`: ${occurrences.count} in ${name}, in lines ` +
        `${lines.join(', ')}${occurrences.count > lines.length ? ', …' : ''}. Please ensure it is unique: include more of the lines around it.`,
      { count: occurrences.count },
    );
  }
  if (needle === replacement)
    return refuse('no_change', 'No replacement was performed: old_str and new_str are the same.');
  return {
    ok: true,
    text: text.slice(0, index) + replacement + text.slice(index + needle.length),
    line: lineAt(text, index),
  };
}

/**
 * Inserts whole lines after line `after` (0: at the beginning). A file without a final newline stays without one, unless the inserted
 * text ends in one.
 */
export function insertLines(text: string, after: number, inserted: string): EditResult {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const count = starts.at(-1) === text.length ? starts.length - 1 : starts.length;
  if (!Number.isInteger(after) || after < 0 || after > count) {
    return refuse(
      'line_range',
      `Invalid \`insert_line\` parameter: ${after}. It should be within the range of lines of the file: [0, ${count}]`,
    );
  }
  if (inserted === '') return refuse('empty_text', 'Nothing was inserted: insert_text is empty.');
  const crLf = usesCrLf(text);
  const end = crLf ? '\r\n' : '\n';
  const at = after === count ? text.length : (starts[after] ?? 0);
  let head = text.slice(0, at);
  let middle = crLf ? toCrLf(inserted) : inserted;
  if (head !== '' && !head.endsWith('\n')) head += end;
  else if (text !== '' && !middle.endsWith('\n')) middle += end;
  return { ok: true, text: head + middle + text.slice(at), line: after + 1 };
}

/** The probable reason why `oldText` was not found, so that the next attempt can succeed. */
function mismatchHint(text: string, oldText: string): string {
  const lines = oldText.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 0 && lines.every((line) => /^\s*\d+\t/.test(line))) {
    return 'It seems to contain the line numbers of a view: leave them out.';
  }
  const first = lines[0]?.trim();
  const matchingLines = text.split('\n').flatMap((line, index) => (first && line.trim() === first ? [index + 1] : []));
  if (matchingLines.length > 0 && matchingLines.length <= 5) {
    const where = matchingLines.length === 1 ? `line ${matchingLines[0]}` : `lines ${matchingLines.join(', ')}`;
    return `Its first line stands in ${where}, but white space or what follows differs: view the file there and copy it exactly.`;
  }
  return 'View the file and copy the text exactly as it stands now.';
}
