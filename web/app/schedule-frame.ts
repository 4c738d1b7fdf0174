/** Milliseconds after which a hidden page, which gets no animation frames, is updated all the same. */
const HIDDEN_MS = 250;

/** Calls back once: at the next animation frame, or after a while where there is none. */
export function scheduleFrame(show: () => void): void {
  const run = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    show();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_MS);
}
