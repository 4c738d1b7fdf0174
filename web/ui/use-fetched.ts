import { useEffect, useState } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';

export type Fetched<T> = { state: 'loading' } | { state: 'there'; value: T } | { state: 'failed'; error: ApiError };

/** Asks again whenever `key` changes; what was there stays until the new answer has come. */
export function useFetched<T>(ask: () => Promise<T>, key: unknown): Fetched<T> {
  const [fetched, setFetched] = useState<Fetched<T>>({ state: 'loading' });
  useEffect(() => {
    let isCurrent = true;
    ask().then(
      (value) => isCurrent && setFetched({ state: 'there', value }),
      (error) => isCurrent && setFetched({ state: 'failed', error: toApiError(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [key]);
  return fetched;
}
