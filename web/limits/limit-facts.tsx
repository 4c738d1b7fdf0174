import type { RateLimit } from '../project/own-limit.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';
import { isBilled, isServerOverload } from './limit-windows.ts';

const words = strings.limit;

function inWords(limit: RateLimit): string {
  const { status, utilization, isUsingOverage, extra } = limit;
  if (status === 'unknown') return words.says(extra.status ?? status);
  if (isServerOverload(limit)) return words.busy;
  if (status === 'rejected') return isUsingOverage ? words.usedUp : words.reached;
  if (utilization !== null) return words.used(utilization);
  return status === 'allowed' ? '' : words.near;
}

/** Whether there is extra usage, whether it is billed, and why there is none. */
function Extra({ limit }: { limit: RateLimit }) {
  const { overageStatus, overageDisabledReason } = limit;
  if (isBilled(limit)) return <p class="billed">{words.extraBilled}</p>;
  if (overageStatus === null && overageDisabledReason === null) return null;
  if (overageDisabledReason !== null) return <p>{words.reason(overageDisabledReason)}</p>;
  const status = overageStatus ?? '';
  return <p>{words.extraStates[status] ?? words.extraSays(status)}</p>;
}

/** All that Claude last said of the limits of the visitor's own account. */
export function LimitFacts({ limit }: { limit: RateLimit | null }) {
  const now = useNow(true);
  if (!limit || (limit.resetsAt !== null && limit.resetsAt <= now)) return <p>{strings.account.limitFree}</p>;
  const { rateLimitType, resetsAt } = limit;
  const name = rateLimitType === null ? words.plan : words.window(rateLimitType);
  const stands = inWords(limit);
  const rest = Object.entries(limit.extra);
  return (
    <>
      <p>
        {[name, stands].filter(Boolean).join(', ')}
        {resetsAt !== null && (
          <>
            ; {words.resets(resetsAt, now)}
            <span aria-hidden="true">, {words.left(resetsAt - now)}</span>
          </>
        )}
      </p>
      <Extra limit={limit} />
      {rest.length > 0 && (
        <details class="quiet">
          <summary>{words.rest}</summary>
          <ul class="claude-rest">
            {rest.map(([key, value]) => (
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
