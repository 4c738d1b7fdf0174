import type { ApiError } from '../api/api-error.ts';

/** Time and randomness of the backoff; a test passes its own. */
export interface RetryTiming {
  /** Resolves after so many milliseconds, or earlier when the network comes back; rejects when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

const LONGEST_WAIT_MS = 15_000;

/**
 * Exponential backoff with jitter: half to all of the full wait. Milliseconds.
 *
 * @param failures from 1
 * @param firstMs the full wait after the first failure
 */
export function backoffMs(failures: number, { random }: Pick<RetryTiming, 'random'>, firstMs = 1000): number {
  return Math.min(LONGEST_WAIT_MS, firstMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

/** Whether a repetition of the request would fail again. */
export function isFinal({ status }: ApiError): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The browser's timers and randomness; `online` ends a wait early. */
export const browserTiming: RetryTiming = {
  random: Math.random,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const cleanUp = () => {
        clearTimeout(timer);
        removeEventListener('online', finish);
        signal.removeEventListener('abort', abort);
      };
      const finish = () => {
        cleanUp();
        resolve();
      };
      const abort = () => {
        cleanUp();
        reject(signal.reason);
      };
      const timer = setTimeout(finish, ms);
      addEventListener('online', finish);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
    }),
};
