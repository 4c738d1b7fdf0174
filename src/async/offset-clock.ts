/**
 * The time by which logins, proofs, flows and what lies idle expire: the system's, moved by the setting `CLOCK_OFFSET_MS`. Stored times that
 * are compared with it are to be taken from it. UNIX milliseconds.
 */
export function offsetClock({ clockOffsetMs }: { clockOffsetMs: number }): () => number {
  return () => Date.now() + clockOffsetMs;
}
