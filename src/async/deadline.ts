/**
 * Does work under a signal that aborts after so many milliseconds. The timer goes with the work: one that is left pending
 * (`AbortSignal.timeout`) keeps a Durable Object awake until its end.
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
