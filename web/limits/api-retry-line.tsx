import type { EventData } from '../../src/protocol/events.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';

const words = strings.limit;

/** A transient failure that is being retried, with a countdown (hidden from screen readers). */
export function ApiRetryLine({ retry }: { retry: EventData<'api_retry'> }) {
  const now = useNow(true);
  const retryAt = (retry.now ?? 0) + retry.retryDelayMs;
  return (
    <p class="retry">
      <span class="retry-dot" aria-hidden="true" />
      {words.retrying(retry.attempt, retry.maxRetries)}
      <span class="quiet">{words.retryReason(retry.httpStatus, retry.errorType)}</span>
      {retryAt > now && (
        <span class="quiet" aria-hidden="true">
          {words.retryIn(retryAt - now)}
        </span>
      )}
    </p>
  );
}
