import type { EventData } from '../protocol/events.ts';
import type { ClaudeCredential } from './client.ts';

type RateLimit = EventData<'rate_limit'>;

const prefix = 'anthropic-ratelimit-unified-';

/** Windows that can warn, in the order in which they are looked at. */
const windows = [
  { key: '5h', type: 'five_hour', seconds: 5 * 3600 },
  { key: '7d', type: 'seven_day', seconds: 7 * 86_400 },
  { key: '7d_oi', type: 'seven_day_overage_included', seconds: 7 * 86_400 },
  { key: 'overage', type: 'overage', seconds: null },
] as const;

/**
 * A window warns without a threshold header when its use runs ahead of the clock: `used` or more of it within the first `elapsed` of it.
 * As Claude Code 2.1.329 does it; measured 2026-11-20 [cases f1, f2].
 */
const pace: Record<string, readonly { used: number; elapsed: number }[]> = {
  '5h': [{ used: 0.9, elapsed: 0.72 }],
  '7d': [
    { used: 0.75, elapsed: 0.6 },
    { used: 0.5, elapsed: 0.35 },
    { used: 0.25, elapsed: 0.15 },
  ],
};

interface Warning {
  type: string;
  resetsAt: number | null;
  utilization: number | null;
  surpassedThreshold: number | null;
}

/**
 * Reads what Claude's answer says of the account behind a plan's token.
 *
 * @param now UNIX milliseconds
 * @param exhausted whether the answer was a refusal for want of usage: then the account is `rejected`, whatever the header says
 * @returns null for an API key: its answers do not speak of a plan
 */
export function readRateLimit(
  headers: Headers,
  kind: ClaudeCredential['kind'],
  now: number,
  exhausted = false,
): RateLimit | null {
  if (kind === 'api_key') return null;
  const text = (name: string) => headers.get(prefix + name);
  const number = (name: string) => {
    const value = text(name);
    return value === null || value === '' || !Number.isFinite(Number(value)) ? null : Number(value);
  };
  const said = exhausted ? 'rejected' : text('status');
  const warning = said === 'rejected' ? null : findWarning(text, number, now);
  const known = said === null || said === 'allowed' || said === 'allowed_warning';
  const status = said === 'rejected' ? 'rejected' : warning ? 'allowed_warning' : known ? 'allowed' : 'unknown';
  const overageStatus = text('overage-status');
  const reset = number('reset');
  return {
    status,
    resetsAt: warning ? warning.resetsAt : reset === null ? null : reset * 1000,
    rateLimitType: warning ? warning.type : text('representative-claim'),
    utilization: warning ? warning.utilization : null,
    overageStatus,
    overageDisabledReason: text('overage-disabled-reason'),
    isUsingOverage: status === 'rejected' && /^allowed(_warning)?$/.test(overageStatus ?? ''),
    surpassedThreshold: warning ? warning.surpassedThreshold : null,
    extra: extraFields(headers),
  };
}

/** Whether two states differ in one of the eight fields: only then an event is sent. */
export function sameRateLimit(a: RateLimit | null, b: RateLimit | null): boolean {
  const essence = (r: RateLimit | null) => r && JSON.stringify({ ...r, extra: undefined }, Object.keys(r).sort());
  return essence(a) === essence(b);
}

function findWarning(
  text: (name: string) => string | null,
  number: (name: string) => number | null,
  now: number,
): Warning | null {
  const warn = ({ key, type }: { key: string; type: string }): Warning => {
    const reset = number(`${key}-reset`);
    return {
      type,
      resetsAt: reset === null ? null : reset * 1000,
      utilization: number(`${key}-utilization`),
      surpassedThreshold: number(`${key}-surpassed-threshold`),
    };
  };
  const passed = windows.find(({ key }) => text(`${key}-surpassed-threshold`) !== null);
  if (passed) return warn(passed);
  for (const window of windows) {
    const reset = number(`${window.key}-reset`);
    const used = number(`${window.key}-utilization`);
    if (reset === null || used === null || window.seconds === null) continue;
    const elapsed = 1 - (reset - now / 1000) / window.seconds;
    if (pace[window.key]?.some((rule) => used >= rule.used && elapsed <= rule.elapsed)) return warn(window);
  }
  return null;
}

const named = new Set(['status', 'reset', 'representative-claim', 'overage-status', 'overage-disabled-reason']);

function extraFields(headers: Headers): Record<string, string> {
  const extra: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name.startsWith(prefix) && !named.has(name.slice(prefix.length))) extra[name.slice(prefix.length)] = value;
  }
  return extra;
}
