const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file, byte-order mark and line ends as they are; null where the bytes are no text. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

export const encodeText = (text: string): Uint8Array => encoder.encode(text);

/** Lines without their ends. A final newline ends the last line and does not begin another; an empty text has none. */
export function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Whether every line ends in CR LF, so that what is put in should too. */
export const usesCrLf = (text: string): boolean => text.includes('\r\n') && !/(^|[^\r])\n/.test(text);

export const toCrLf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

/** Lines as `cat -n` prints them, the first with the number `from`. */
export const numberLines = (lines: readonly string[], from = 1): string =>
  lines.map((line, index) => `${String(from + index).padStart(6)}\t${line}`).join('\n');
