/** Whether text is parsed as Markdown, and when again: the parser recurses at each quotation mark, and is square in some marks. */

/** Marks of quotes and lists that begin one line, and its indentation in characters. */
const maxDepth = 60;
const maxIndent = 200;
/** Marks of emphasis, links and images in one paragraph. */
const maxMarks = 1_000;
/** Lines of one paragraph in a list: the parser reads all of them again at each. */
const maxListLines = 1_000;

const leading = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;

const listItem = /^(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)/;

/** Markers of quotes and lists at the beginning of a line, counted up to one more than the most. */
function depthOf(line: string): number {
  let depth = 0;
  leading.lastIndex = 0;
  while (depth <= maxDepth && leading.test(line)) depth += 1;
  return depth;
}

/** Whether a text is nested or marked so densely that it is shown as it stands. Takes time in proportion to the text. */
export function isTooDense(source: string): boolean {
  let fence = '';
  let marks = 0;
  let listLines = 0;
  for (const line of source.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
      continue;
    }
    if (mark !== '') {
      fence = mark;
      marks = 0;
      continue;
    }
    if (depthOf(line) > maxDepth || line.search(/[^ \t]/) > maxIndent) return true;
    const text = line.replace(/^[ \t>]+/, '');
    if (text === '') listLines = 0;
    else if (listItem.test(text)) listLines = 1;
    else if (listLines > 0) listLines += 1;
    if (listLines > maxListLines) return true;
    if (line.trim() === '') marks = 0;
    // The cells of a table are read one by one.
    else if (line.startsWith('|')) marks = 0;
    for (const sign of line) if ('*_[!~'.includes(sign)) marks += 1;
    if (marks > maxMarks) return true;
  }
  return false;
}

/** Characters up to which text that still grows is parsed each time. */
const alwaysChars = 4_000;

/**
 * Whether text that still grows is parsed anew: each time where it is short, and where it is long once it has grown by a quarter. So all
 * parses together read a few times the text, however many pieces it came in.
 *
 * @param parsed characters of it that were parsed last
 */
export function isParsedAgain(chars: number, parsed: number): boolean {
  return chars <= alwaysChars || parsed === 0 || chars > parsed * 1.25 || chars < parsed;
}
