/** How far the device's clock may run away from the page's own before it is known to have been set, or the device to have slept. Milliseconds. */
const DRIFT_MS = 10_000;

/** The server's time (UNIX milliseconds) less `performance.now()`; null until it is known. */
let offset: number | null = null;
/** The device's time less `performance.now()`, when that was last looked at. */
let deviceOffset = Date.now() - performance.now();
let onDrift: () => void = () => undefined;

/**
 * Learns the server's time. What is older than what is known changes nothing, so an event may be one that was stored long ago: `performance.now()`
 * only ever rises, at most as fast as time itself (it may stand still while the device sleeps), so the newest time is the largest offset.
 *
 * @param ms UNIX milliseconds; NaN: the server did not say
 * @param isFresh whether it was sent just now: only then it counts as the first
 */
export function hearServerTime(ms: number, isFresh: boolean): void {
  const heard = ms - performance.now();
  if (offset === null ? isFresh && !Number.isNaN(ms) : heard > offset) offset = heard;
}

/** The server's time, by which everything is counted down (UNIX milliseconds); the device's until the server has said its own. */
export function serverNow(): number {
  const device = Date.now() - performance.now();
  if (offset === null) return Date.now();
  if (Math.abs(device - deviceOffset) > DRIFT_MS) {
    deviceOffset = device;
    onDrift();
  }
  return offset + performance.now();
}

/** Calls back once the device has slept, or its clock was set: then the server's time should be asked for. */
export function onClockDrift(ask: () => void): void {
  onDrift = ask;
}
