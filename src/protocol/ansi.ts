/** ANSI escapes in the output of commands, and carriage returns: the rules shared by the session and the page. */

/**
 * Escape sequences of a terminal. In a control sequence (CSI) the first group is its parameters and the second its final byte; other
 * sequences (OSC, single characters) have no groups.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
export const ansiEscapes = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Leaves only the last text of a line that was overwritten by carriage returns, as a progress bar is. */
export function applyCarriageReturns(text: string): string {
  return text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?=[^\n])/g, '');
}
