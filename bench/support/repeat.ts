/** How often something is repeated. */
export interface Repetitions {
  least: number;
  most: number;
}

/**
 * Repeats `work` while there is time: past `least`, no repetition begins that would not end in time were it as long as the longest so far.
 *
 * @param remaining milliseconds that are left
 * @param signal ends the repetitions with its reason
 */
export async function repeat(
  { least, most }: Repetitions,
  remaining: () => number,
  signal: AbortSignal,
  work: (at: number) => unknown,
): Promise<void> {
  let longest = 0;
  for (let at = 0; at < most; at++) {
    // Lets a time limit strike between repetitions that await nothing.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    const before = remaining();
    if (at >= least && before < longest) return;
    await work(at);
    longest = Math.max(longest, before - remaining());
  }
}
