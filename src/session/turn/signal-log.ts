import { withDeadline } from '../../async/deadline.ts';
import type { Draft, Payer } from '../../protocol/events.ts';
import type { Settings } from '../../settings.ts';

/** Milliseconds that the analytics server has to answer. */
const postMs = 5_000;

export interface SignalSinks {
  /** Takes one line of JSON. */
  line(text: string): void;
  /** Cloudflare's Analytics Engine; absent where the deployment has none. */
  points?: Pick<AnalyticsEngineDataset, 'writeDataPoint'> | undefined;
  posthog: Settings['posthog'];
  fetch: typeof fetch;
  /** Keeps the object alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** What is told of a signal: words of a closed form only, so that no prompt, token or address can get in. */
interface Signal {
  signal: Draft['type'];
  status: string;
  model: string;
  payer: Payer;
}

/** What an event says in one word, or null where it is none of Claude's signals. */
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

const word = (text: string): string => (/^[a-z0-9_./-]{1,80}$/i.test(text) ? text : 'other');

/** Writes each of Claude's signals to the log, to Analytics Engine and to PostHog, as far as the deployment has them. */
export class SignalLog {
  readonly #sinks: SignalSinks;

  constructor(sinks: SignalSinks) {
    this.#sinks = sinks;
  }

  tell(draft: Draft, turn: { model: string; payer: Payer }): void {
    const said = statusOf(draft);
    if (said === null) return;
    const { line, points, posthog } = this.#sinks;
    const signal: Signal = {
      signal: draft.type,
      status: word(said),
      model: word(turn.model),
      payer: word(turn.payer || 'none'),
    };
    line(JSON.stringify(signal));
    const { status, model, payer } = signal;
    points?.writeDataPoint({ indexes: [draft.type], blobs: [draft.type, status, model, payer], doubles: [1] });
    if (posthog) this.#post(posthog, signal);
  }

  /** Source: https://posthog.com/docs/api/capture. An event without a person: nobody is told apart. */
  #post({ key, host }: NonNullable<Settings['posthog']>, { signal, ...properties }: Signal): void {
    const body = JSON.stringify({
      api_key: key,
      event: signal,
      distinct_id: 'redraw',
      properties: { ...properties, $process_person_profile: false, $geoip_disable: true },
    });
    const headers = { 'Content-Type': 'application/json' };
    const { fetch, waitUntil } = this.#sinks;
    const posted = withDeadline(postMs, async (signal) => {
      const response = await fetch(`${host.replace(/\/+$/, '')}/i/v0/e/`, { method: 'POST', headers, body, signal });
      await response.body?.cancel();
    });
    // Nobody waits for it, and nothing depends on it.
    waitUntil(posted.catch(() => undefined));
  }
}
