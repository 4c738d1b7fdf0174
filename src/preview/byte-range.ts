/** A range of bytes of a body. */
export interface ByteRange {
  start: number;
  /** Exclusive. */
  end: number;
}

/**
 * Parses a `Range` header with one range of bytes (RFC 9110, 14.2).
 *
 * @param size bytes of the whole body
 * @returns null where the whole body is the answer, `unsatisfiable` where the answer is 416
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size : Math.min(Number(match[2]) + 1, size);
  if (start >= size) return 'unsatisfiable';
  return end <= start ? null : { start, end };
}
