import type { ComponentChildren } from 'preact';
import { RetryNotice } from './retry-notice.tsx';
import type { Fetched } from './use-fetched.ts';

interface Props<T> {
  list: Fetched<readonly T[]>;
  loading: string;
  failed: string;
  onRetry(): void;
  children: (entries: readonly T[]) => ComponentChildren;
}

/** A fetched list, in each of its states: loading, failed, present. */
export function FetchedList<T>({ list, loading, failed, onRetry, children }: Props<T>) {
  if (list.state === 'loading') return <p role="status">{loading}</p>;
  if (list.state === 'there') return <>{children(list.value)}</>;
  return <RetryNotice text={failed} onRetry={onRetry} />;
}
