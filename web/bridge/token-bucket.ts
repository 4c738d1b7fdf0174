/** Lets so many through at once, and so many a second for long. */
export interface Bucket {
  /** Whether one more may pass now. */
  take(): boolean;
}

/** @param now milliseconds from any start, never going back */
export function createBucket(burst: number, perSecond: number, now: () => number): Bucket {
  let tokens = burst;
  let last = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - last) / 1000) * perSecond);
      last = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
