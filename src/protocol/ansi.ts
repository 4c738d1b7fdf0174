/** ANSI escapes in the output of commands, and carriage returns: the rules shared by the session and the page. */

/**
 * Escape sequences of a terminal. In a control sequence (CSI) the first group is its parameters and the second its final byte; other
 * sequences (OSC, single characters) have no groups.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
export const ansiEscapes = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Leaves only the last text of a line that was overwritten by carriage returns, as a progress bar is. Linear in the text. */
export function applyCarriageReturns(text: string): string {
  if (!text.includes('\r')) return text;
  const lines = text.split('\n');
  return lines.map((line, at) => lastWritten(line, at < lines.length - 1)).join('\n');
}

/** @param isEnded whether a line feed follows: the returns before it overwrite nothing, nor does one at the end of all text, yet */
function lastWritten(line: string, isEnded: boolean): string {
  let end = line.length;
  while (isEnded && end > 0 && line[end - 1] === '\r') end -= 1;
  const shown = line.slice(0, end);
  const before = isEnded ? shown : shown.slice(0, -1);
  return shown.slice(before.lastIndexOf('\r') + 1);
}
