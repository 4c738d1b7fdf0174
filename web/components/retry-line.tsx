import { useMemo } from 'preact/hooks';
import type { EventData } from '../../src/protocol/events.ts';
import { strings } from '../strings.ts';
import { useNow } from './use-now.ts';

/** A request that failed in passing and is tried again, with the time until then. */
export function RetryLine({ retry }: { retry: EventData<'api_retry'> }) {
  const now = useNow(true);
  const due = useMemo(() => Date.now() + retry.retryDelayMs, [retry]);
  return (
    <p class="retry">
      <span class="retry-dot" aria-hidden="true" />
      {strings.turn.retry(retry.attempt, retry.maxRetries)}
      <span class="quiet">{strings.turn.retryReason(retry.httpStatus, retry.errorType)}</span>
      {due > now && (
        <span class="quiet" aria-hidden="true">
          {strings.turn.retryIn(due - now)}
        </span>
      )}
    </p>
  );
}
