import { later, nextFrame, now } from './pristine.ts';
import type { Traffic } from './requests.ts';
import { isBlank } from './snapshot.ts';

/** Milliseconds without a change or a request after which a page is taken as settled. */
const quietMs = 250;
/** Milliseconds after the document was parsed, after which it is taken as settled in any case. */
const longestMs = 4000;
/** Milliseconds that a hidden tab, which draws no frames, is given in place of two frames. */
const hiddenMs = 100;

/** Calls back once what stands in the document now has been drawn. */
export function afterPaint(done: () => void): void {
  let called = false;
  const once = () => {
    if (called) return;
    called = true;
    done();
  };
  nextFrame(() => nextFrame(once));
  later(once, document.hidden ? hiddenMs : 1000);
}

/**
 * Watches a new document until it rests.
 *
 * @param painted the first picture with something on it stands, or nothing came
 * @param settled nothing has changed for a while
 */
export function watchPaint(traffic: Traffic, painted: () => void, settled: () => void): { settle(): void } {
  let changedAt = now();
  let isPainted = false;
  let isSettled = false;
  let checking = false;
  const observer = new MutationObserver(() => {
    changedAt = now();
    check();
  });
  const paint = () => {
    if (isPainted) return;
    isPainted = true;
    afterPaint(painted);
  };
  const settle = () => {
    if (isSettled) return;
    isSettled = true;
    observer.disconnect();
    paint();
    afterPaint(settled);
  };
  /** At most one look a frame: it needs layout. */
  const check = () => {
    if (isPainted || checking || document.readyState === 'loading') return;
    checking = true;
    nextFrame(() => {
      checking = false;
      if (!isBlank()) paint();
    });
  };
  const parsed = () => {
    const start = now();
    check();
    const wait = () => {
      const quiet = now() - Math.max(changedAt, traffic.quietSince, start);
      const loaded = document.readyState === 'complete' && traffic.pending <= 0;
      if ((loaded && quiet >= quietMs) || now() - start > longestMs) settle();
      else later(wait, 50);
    };
    wait();
  };
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', parsed, { once: true });
  else parsed();
  return { settle };
}
