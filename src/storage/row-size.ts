import { Buffer } from 'node:buffer';

/**
 * Size limits of one SQLite row. Production refuses rows above 2 MB, local workerd does not: hence the assertions. Two rules: exact bytes
 * for rows that may hold binary data, and characters, cheaper to count, for rows of one long text.
 */

/** Bytes of one row. */
export const maxRowBytes = 1_500_000;

/** Characters of a row's one long text. A character takes up to three bytes in UTF-8. */
export const maxRowChars = 500_000;

/** Short texts are not measured but estimated at three bytes a character, the maximum. */
const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length * 3 < 1000 ? value.length * 3 : Buffer.byteLength(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return 8;
};

/** @throws RangeError where the values of one row would exceed {@link maxRowBytes} */
export function assertRowBytes(values: readonly unknown[]): void {
  let bytes = 0;
  for (const value of values) bytes += bytesOf(value);
  if (bytes > maxRowBytes) throw new RangeError(`A row of ${bytes} bytes exceeds ${maxRowBytes} bytes.`);
}

/**
 * Callers split long texts, or store them by hash, before they come here.
 *
 * @returns the same text
 * @throws Error where it exceeds {@link maxRowChars}
 */
export function assertRowChars(text: string): string {
  if (text.length > maxRowChars) throw new Error(`A row of ${text.length} characters is too large.`);
  return text;
}
