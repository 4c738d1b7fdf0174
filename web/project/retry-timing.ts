import type { RetryTiming } from './event-stream-client.ts';

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
