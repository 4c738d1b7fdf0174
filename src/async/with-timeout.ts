/** Thrown where a call did not settle in time. Its `name` may reach RPC callers in an error's text, so it is kept stable. */
export class TimeoutError extends Error {
  override readonly name = 'LateError';
}

/**
 * Settles as the work does, or rejects after `ms` milliseconds. For calls without an abort signal: the work goes on, its result is dropped.
 *
 * @param ms milliseconds
 * @throws TimeoutError
 */
export function withTimeout<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError('The container does not answer.')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
