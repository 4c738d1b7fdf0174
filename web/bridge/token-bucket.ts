/** A rate limiter: `burst` at once, `perSecond` sustained. */
export interface TokenBucket {
  /** Takes a token. @returns false if none is left */
  take(): boolean;
}

/** @param now monotonic clock, in milliseconds */
export function createTokenBucket(burst: number, perSecond: number, now: () => number): TokenBucket {
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
