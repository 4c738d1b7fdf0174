/**
 * What the bridge uses of the page, taken before the app's code runs: an app that replaces these (timers of a test library, a
 * `fetch` of its own) does not stop the bridge by accident.
 */
export const later = window.setTimeout.bind(window);
export const nextFrame = window.requestAnimationFrame.bind(window);
export const fetchPristine = window.fetch.bind(window);
export const now = performance.now.bind(performance);
export const postTo = Function.prototype.call.bind(MessagePort.prototype.postMessage) as (
  port: MessagePort,
  message: unknown,
) => void;

/** Runs something of the bridge's own: its failure is never the app's. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The app goes on; there is nobody to tell.
  }
}
