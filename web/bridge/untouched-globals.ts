/**
 * Browser functions that the bridge uses, bound before the app's code runs. An app that replaces them (a test library's timers, its
 * own `fetch`) thus cannot break the bridge by accident.
 */
export const setTimer = window.setTimeout.bind(window);
export const nextFrame = window.requestAnimationFrame.bind(window);
export const fetchPristine = window.fetch.bind(window);
export const now = performance.now.bind(performance);
export const postMessageTo = Function.prototype.call.bind(MessagePort.prototype.postMessage) as (
  port: MessagePort,
  message: unknown,
) => void;

/** Runs code of the bridge and swallows its errors: they must not become the app's. */
export function swallowErrors(work: () => void): void {
  try {
    work();
  } catch {
    // There is nobody to report to, and the app must go on.
  }
}
