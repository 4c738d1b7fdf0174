/**
 * Truncation of text. A cut falls between graphemes, else between code points, and the result is well-formed Unicode: the Messages API
 * refuses half a surrogate pair. Lengths are UTF-16 code units. Time is in proportion to what is kept.
 */

/** Code units around a cut in which its grapheme is looked for: longer than any emoji. */
const windowChars = 64;

let segmenter: Intl.Segmenter | undefined;

/** The boundaries nearest to `at`: where a cut neither splits a grapheme nor, where marks pile up past the window, a code point. */
function boundariesAround(text: string, at: number): { before: number; after: number } {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const from = Math.max(0, at - windowChars);
  const part = text.slice(from, at + windowChars);
  const grapheme = segmenter.segment(part).containing(at - from);
  const start = grapheme?.index ?? at - from;
  if (from + start === at) return { before: at, after: at };
  const end = start + (grapheme?.segment.length ?? 0);
  const splitsPair = (text.codePointAt(at - 1) ?? 0) > 0xffff;
  return {
    before: start > 0 ? from + start : at - Number(splitsPair),
    after: end < part.length ? from + end : at + Number(splitsPair),
  };
}

/** The beginning of a text, at most `max` code units. */
export function takeStart(text: string, max: number): string {
  const end = text.length <= max ? text.length : boundariesAround(text, max).before;
  return text.slice(0, end).toWellFormed();
}

/** The end of a text, at most `max` code units. */
export function takeEnd(text: string, max: number): string {
  const start = text.length <= max ? 0 : boundariesAround(text, text.length - max).after;
  return text.slice(start).toWellFormed();
}

/** A text of at most `max` code units, which ends in an ellipsis where something is left out. */
export function truncateText(text: string, max: number): string {
  return text.length <= max ? text.toWellFormed() : `${takeStart(text, max - 1)}…`;
}
