import type { EventData } from '../../src/protocol/events.ts';
import { arrivedAt } from '../project/arrival-times.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';

const words = strings.limit;

/** A request that failed in passing and is tried again, with the time until then. The time is not read out. */
export function RetryLine({ retry }: { retry: EventData<'api_retry'> }) {
  const now = useNow(true);
  const retryAt = (arrivedAt.get(retry) ?? 0) + retry.retryDelayMs;
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
