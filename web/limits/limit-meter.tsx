import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { type RateLimit, visitorLimit } from '../project/visitor-limit.ts';
import { strings } from '../strings/strings.ts';
import { useNow } from '../ui/use-now.ts';
import { isDismissed, limitOverlayOf, reopenLimitOverlay } from './limit-overlay-state.ts';
import { hasReset, isBilled, isServerOverload } from './limit-windows.ts';

const words = strings.limit;

function statusText(limit: RateLimit): string {
  const { status, utilization, isUsingOverage, extra } = limit;
  if (status === 'unknown') return words.says(extra.status ?? status);
  if (isServerOverload(limit)) return words.busy;
  if (status === 'rejected') return isUsingOverage ? words.usedUp : words.reached;
  return utilization === null ? words.near : words.used(utilization);
}

/** The used share of a window, as a bar. Absent if the share is unknown. */
function Gauge({ limit, name }: { limit: RateLimit; name: string }) {
  const usedShare = limit.status === 'rejected' && !isServerOverload(limit) ? 1 : limit.utilization;
  if (usedShare === null) return null;
  return (
    <span class="gauge">
      <meter
        class="visually-hidden"
        aria-label={words.meter(name)}
        aria-valuetext={statusText(limit)}
        max={100}
        value={Math.min(100, Math.round(usedShare * 100))}
      />
      <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
        <path class="gauge-rule" d="M1 13H99M1 13V6M20.6 13V9M40.2 13V9M59.8 13V9M79.4 13V9M99 13V6" />
        <path d="M2 9.5C20 7.2 36 8.6 52 8.4 68 8.2 84 6.6 98 7.6" transform={`scale(${Math.min(1, usedShare)} 1)`} />
      </svg>
    </span>
  );
}

/** The limit state of the visitor's own Claude, from the first warning on. @param project null on a page without one */
export function LimitMeter({ project }: { project: Project | null }) {
  const { account, openDialog, refused } = useApp();
  const now = useNow(true);
  const me = account.value;
  const limit = visitorLimit(me, project?.view.value ?? null);
  if (!limit || limit.status === 'allowed' || hasReset(limit, now)) return null;
  const { rateLimitType, resetsAt } = limit;
  const name = rateLimitType === null ? words.plan : words.window(rateLimitType);
  const overlay = project && limitOverlayOf(project, me, now);
  const openDetails = () => {
    if (overlay && isDismissed(overlay.key)) return reopenLimitOverlay(overlay.key);
    refused.value = null;
    openDialog.value = 'payer';
  };
  return (
    <div class="limit-meter">
      <Gauge limit={limit} name={name} />
      <button type="button" class="limit-meter-words" aria-haspopup="dialog" onClick={openDetails}>
        <span>
          <span class="limit-name">{name}</span> {statusText(limit)}
        </span>
        {isBilled(limit) && <strong class="billed">{words.billed}</strong>}
        {resetsAt !== null && (
          <span>
            {words.resets(resetsAt, now)}
            {/* Hidden from screen readers: the countdown changes constantly. */}
            <span aria-hidden="true">, {words.left(resetsAt - now)}</span>
          </span>
        )}
      </button>
    </div>
  );
}
