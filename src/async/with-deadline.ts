/**
 * Runs work under a signal that aborts after `ms` milliseconds: stops the work itself. Clears the timer when the work ends: a pending
 * timer, as `AbortSignal.timeout` leaves it, would keep a Durable Object awake.
 */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('The deadline has passed.', 'TimeoutError')), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
