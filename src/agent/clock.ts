/** Time and randomness, injected so that tests can control them. */
export interface Clock {
  /** UNIX milliseconds. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds. @returns a function that cancels the call */
  after(ms: number, fn: () => void): () => void;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
