import { useEffect, useState } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';

export type Fetched<T> = { state: 'loading' } | { state: 'there'; value: T } | { state: 'failed'; error: ApiError };

/** Fetches a value, and again whenever `key` changes. The old value stays until the new one arrives. */
export function useFetched<T>(fetchValue: () => Promise<T>, key: unknown): Fetched<T> {
  const [fetched, setFetched] = useState<Fetched<T>>({ state: 'loading' });
  useEffect(() => {
    let isCurrent = true;
    fetchValue().then(
      (value) => isCurrent && setFetched({ state: 'there', value }),
      (error) => isCurrent && setFetched({ state: 'failed', error: toApiError(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [key]);
  return fetched;
}
