import { isBlank } from './page-snapshot.ts';
import type { RequestActivity } from './pending-requests.ts';
import { nextFrame, now, setTimer } from './untouched-globals.ts';

/** Milliseconds without a DOM change or a request after which a page counts as settled. */
const quietMs = 250;
/** Milliseconds after parsing, at the latest, at which a page counts as settled. */
const longestMs = 4000;
/** Milliseconds in place of a frame in a hidden tab, which draws none. */
const hiddenMs = 50;
/** Milliseconds after which a frame is no longer waited for. */
const slowMs = 500;

/** Calls back once the present document has been drawn: one frame after the frame that draws it. */
export function afterPaint(done: () => void): void {
  nextFrameOrSoon(() => nextFrameOrSoon(done));
}

/** Calls back at the next frame, or after a timeout if none comes. */
function nextFrameOrSoon(done: () => void): void {
  let called = false;
  const once = () => {
    if (called) return;
    called = true;
    done();
  };
  nextFrame(once);
  setTimer(once, document.hidden ? hiddenMs : slowMs);
}

/**
 * Watches a new document until it settles.
 *
 * @param painted called when the first non-blank frame was drawn, or the document settled blank
 * @param settled called when nothing has changed for a while
 * @returns `settle` ends the wait
 */
export function watchPaint(requests: RequestActivity, painted: () => void, settled: () => void): { settle(): void } {
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
  /** At most once a frame: `isBlank` forces layout. */
  const check = () => {
    if (isPainted || checking || document.readyState === 'loading') return;
    checking = true;
    nextFrameOrSoon(() => {
      checking = false;
      // Content found in this frame is drawn by this frame.
      if (!isBlank()) paint(nextFrameOrSoon);
    });
  };
  const parsed = () => {
    let start = now();
    check();
    const wait = () => {
      // Without a size nothing is drawn: the framing page is hidden, or has not laid out the frame yet.
      if (innerWidth === 0 || innerHeight === 0) start = now();
      const quiet = now() - Math.max(changedAt, requests.lastEndAt, start);
      const loaded = document.readyState === 'complete' && requests.pending <= 0;
      if ((loaded && quiet >= quietMs) || now() - start > longestMs) settle();
      else setTimer(wait, 50);
    };
    wait();
  };
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', parsed, { once: true });
  else parsed();
  return { settle };
}
