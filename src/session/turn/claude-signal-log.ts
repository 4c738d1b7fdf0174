import { withDeadline } from '../../async/with-deadline.ts';
import type { OutboundFetch } from '../../net/outbound-fetch.ts';
import type { Draft, Payer } from '../../protocol/events.ts';
import type { Settings } from '../../settings.ts';

/** Timeout of a request to PostHog. Milliseconds. */
const postTimeoutMs = 5_000;

export interface ClaudeSignalLogDeps {
  /** Writes one line of JSON to the log. */
  writeLine(text: string): void;
  /** Cloudflare's Analytics Engine; undefined where the deployment has none. */
  analytics?: Pick<AnalyticsEngineDataset, 'writeDataPoint'> | undefined;
  posthog: Settings['posthog'];
  fetch: OutboundFetch;
  /** Keeps the object alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** One recorded signal. Its words have a closed form, so that no prompt, token or address can get in. */
interface Signal {
  signal: Draft['type'];
  status: string;
  model: string;
  payer: Payer;
}

/** The event's signal in one word, or null for an event that is not one of Claude's signals. */
function statusOf(draft: Draft): string | null {
  switch (draft.type) {
    case 'rate_limit':
      return `${draft.data.status}/${draft.data.rateLimitType ?? 'none'}`;
    case 'api_retry':
    case 'credit_exhausted':
      return `${draft.data.httpStatus ?? 'none'}/${draft.data.errorType ?? 'none'}`;
    case 'prompt_error':
      return draft.data.code;
    default:
      return null;
  }
}

const closedForm = (text: string): string => (/^[a-z0-9_./-]{1,80}$/i.test(text) ? text : 'other');

/** Records each of Claude's signals in the log, and in Analytics Engine and PostHog where the deployment has them. */
export class ClaudeSignalLog {
  readonly #deps: ClaudeSignalLogDeps;

  constructor(deps: ClaudeSignalLogDeps) {
    this.#deps = deps;
  }

  record(draft: Draft, turn: { model: string; payer: Payer }): void {
    const word = statusOf(draft);
    if (word === null) return;
    const { writeLine, analytics, posthog } = this.#deps;
    const signal: Signal = {
      signal: draft.type,
      status: closedForm(word),
      model: closedForm(turn.model),
      payer: closedForm(turn.payer || 'none'),
    };
    writeLine(JSON.stringify(signal));
    const { status, model, payer } = signal;
    analytics?.writeDataPoint({ indexes: [draft.type], blobs: [draft.type, status, model, payer], doubles: [1] });
    if (posthog) this.#post(posthog, signal);
  }

  /** Source: https://posthog.com/docs/api/capture. All events share one id and have no person profile: visitors are not told apart. */
  #post({ key, host }: NonNullable<Settings['posthog']>, { signal, ...properties }: Signal): void {
    const body = JSON.stringify({
      api_key: key,
      event: signal,
      distinct_id: 'redraw',
      properties: { ...properties, $process_person_profile: false, $geoip_disable: true },
    });
    const headers = { 'Content-Type': 'application/json' };
    const { fetch, waitUntil } = this.#deps;
    const posted = withDeadline(postTimeoutMs, async (signal) => {
      const response = await fetch(`${host.replace(/\/+$/, '')}/i/v0/e/`, { method: 'POST', headers, body, signal });
      await response.body?.cancel();
    });
    // Best effort: nothing depends on the delivery.
    waitUntil(posted.catch(() => undefined));
  }
}
