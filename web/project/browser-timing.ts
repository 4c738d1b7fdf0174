import type { LinkWorld } from './event-link.ts';

/** The page's own clock, dice and network. */
export const browserWorld: LinkWorld = {
  random: Math.random,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        globalThis.removeEventListener?.('online', go);
        signal.removeEventListener('abort', stop);
      };
      const go = () => {
        leave();
        resolve();
      };
      const stop = () => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(go, ms);
      globalThis.addEventListener?.('online', go);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    }),
};
