import { later, nextFrame, now } from './pristine.ts';
import type { Traffic } from './requests.ts';
import { isBlank } from './snapshot.ts';

/** Milliseconds without a change or a request after which a page is taken as settled. */
const quietMs = 250;
/** Milliseconds after the document was parsed, after which it is taken as settled in any case. */
const longestMs = 4000;
/** Milliseconds that stand for a frame in a hidden tab, which draws none. */
const hiddenMs = 50;
/** Milliseconds after which a frame is not waited for any more. */
const slowMs = 500;

/** Calls back once what stands in the document now has been drawn: a frame after the one that draws it. */
export function afterPaint(done: () => void): void {
  nextFrameOrSoon(() => nextFrameOrSoon(done));
}

/** The next frame, or a little later where there is none. */
function nextFrameOrSoon(done: () => void): void {
  let called = false;
  const once = () => {
    if (called) return;
    called = true;
    done();
  };
  nextFrame(once);
  later(once, document.hidden ? hiddenMs : slowMs);
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
  const paint = (wait: (done: () => void) => void) => {
    if (isPainted) return;
    isPainted = true;
    wait(painted);
  };
  const settle = () => {
    if (isSettled) return;
    isSettled = true;
    observer.disconnect();
    paint(afterPaint);
    afterPaint(settled);
  };
  /** At most one look a frame: it needs layout. */
  const check = () => {
    if (isPainted || checking || document.readyState === 'loading') return;
    checking = true;
    nextFrameOrSoon(() => {
      checking = false;
      // This very frame draws it.
      if (!isBlank()) paint(nextFrameOrSoon);
    });
  };
  const parsed = () => {
    let start = now();
    check();
    const wait = () => {
      // Without room nothing is drawn, and nothing can be said of it: the page around is hidden, or has not come to it yet.
      if (innerWidth === 0 || innerHeight === 0) start = now();
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
