/** Thrown where something has not come in its time. */
export class TimeoutError extends Error {
  override readonly name = 'LateError';
}

/**
 * Settles as the work does, or rejects once its time is over: then nobody listens to it any more.
 *
 * @param ms milliseconds
 * @throws LateError
 */
export function withTimeout<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError('The container does not answer.')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
