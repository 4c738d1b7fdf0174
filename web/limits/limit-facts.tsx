import type { RateLimit } from '../project/visitor-limit.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';
import { isBilled, isServerOverload } from './limit-windows.ts';

const words = strings.limit;

function statusText(limit: RateLimit): string {
  const { status, utilization, isUsingOverage, extra } = limit;
  if (status === 'unknown') return words.says(extra.status ?? status);
  if (isServerOverload(limit)) return words.busy;
  if (status === 'rejected') return isUsingOverage ? words.usedUp : words.reached;
  if (utilization !== null) return words.used(utilization);
  return status === 'allowed' ? '' : words.near;
}

/** Whether extra usage is available or billed, or why it is not available. */
function ExtraUsage({ limit }: { limit: RateLimit }) {
  const { overageStatus, overageDisabledReason } = limit;
  if (isBilled(limit)) return <p class="billed">{words.extraBilled}</p>;
  if (overageStatus === null && overageDisabledReason === null) return null;
  if (overageDisabledReason !== null) return <p>{words.reason(overageDisabledReason)}</p>;
  const status = overageStatus ?? '';
  return <p>{words.extraStates[status] ?? words.extraSays(status)}</p>;
}

/** The last known limit state of the visitor's own Claude account, in full. */
export function LimitFacts({ limit }: { limit: RateLimit | null }) {
  const now = useNow(true);
  if (!limit || (limit.resetsAt !== null && limit.resetsAt <= now)) return <p>{strings.account.limitFree}</p>;
  const { rateLimitType, resetsAt } = limit;
  const name = rateLimitType === null ? words.plan : words.window(rateLimitType);
  const statusNow = statusText(limit);
  const otherFields = Object.entries(limit.extra);
  return (
    <>
      <p>
        {[name, statusNow].filter(Boolean).join(', ')}
        {resetsAt !== null && (
          <>
            ; {words.resets(resetsAt, now)}
            <span aria-hidden="true">, {words.left(resetsAt - now)}</span>
          </>
        )}
      </p>
      <ExtraUsage limit={limit} />
      {otherFields.length > 0 && (
        <details class="quiet">
          <summary>{words.rest}</summary>
          <ul class="claude-rest">
            {otherFields.map(([key, value]) => (
              <li key={key}>
                <code>
                  {key}: {value}
                </code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
