const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file, with its byte-order mark and line ends; null where the bytes are not UTF-8 text. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

export const encodeText = (text: string): Uint8Array => encoder.encode(text);

/** Lines without their ends. A final newline begins no further line; an empty text has no lines. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Whether every line ends in CR LF; inserted lines then have to as well. */
export const usesCrLf = (text: string): boolean => text.includes('\r\n') && !/(^|[^\r])\n/.test(text);

export const toCrLf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

/** Lines as `cat -n` prints them; the first has the number `from`. */
export const numberLines = (lines: readonly string[], from = 1): string =>
  lines.map((line, index) => `${String(from + index).padStart(6)}\t${line}`).join('\n');
