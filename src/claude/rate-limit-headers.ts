import { redactedLine } from '../log/redact.ts';
import type { EventData } from '../protocol/events.ts';
import type { ClaudeCredential } from './claude-client.ts';
import { parseFraction, parseReset } from './header-values.ts';

export type RateLimit = EventData<'rate_limit'>;

export const unifiedPrefix = 'anthropic-ratelimit-unified-';

interface RateWindow {
  /** The window's part of the header names. */
  key: string;
  /** Its `rateLimitType`. */
  type: string;
  seconds: number;
  /** Fractions of use and of time: the window warns from `used` on while at most `elapsed` of it has passed. */
  pace: readonly { used: number; elapsed: number }[];
}

/**
 * Windows that can warn, in order of precedence [b52, b54]. A window warns without a threshold header when its use is ahead of the clock:
 * `used` or more of it within the first `elapsed` of it [b03, f1, f2].
 *
 * The behaviour of Claude Code 2.1.329, measured on 2026-11-20; the names in brackets are those of the recorded cases.
 */
const windows: readonly RateWindow[] = [
  { key: '5h', type: 'five_hour', seconds: 5 * 3600, pace: [{ used: 0.9, elapsed: 0.72 }] },
  {
    key: '7d',
    type: 'seven_day',
    seconds: 7 * 86_400,
    pace: [
      { used: 0.75, elapsed: 0.6 },
      { used: 0.5, elapsed: 0.35 },
      { used: 0.25, elapsed: 0.15 },
    ],
  },
  // Source of the name: https://github.com/askalf/dario/issues/1262
  { key: '7d_oi', type: 'seven_day_overage_included', seconds: 7 * 86_400, pace: [] },
  // [b13]
  { key: 'overage', type: 'overage', seconds: 0, pace: [] },
];

/**
 * Windows of a single model family: the rest of the plan stays usable while they are exhausted. Claude Code calls the last "Fable limit".
 */
const familyWindows: Readonly<Record<string, RegExp>> = {
  seven_day_opus: /opus/,
  seven_day_sonnet: /sonnet/,
  seven_day_overage_included: /fable/,
};

/** Whether a window, named by its `rateLimitType`, counts the use of a model. */
export function windowCoversModel(rateLimitType: string | null, model: string): boolean {
  return familyWindows[rateLimitType ?? '']?.test(model) ?? true;
}

/** Values of `status` and `overage-status` with which requests are served. */
const servingStatus = /^allowed(_warning)?$/;

type Warning = Pick<RateLimit, 'resetsAt' | 'utilization' | 'surpassedThreshold'> & { type: string };

/** Reads a header of the family by its name without the prefix; null where it is absent or empty. */
type ReadHeader = (name: string) => string | null;

/**
 * Reads the rate limit state of the account behind a plan's token from the headers of an answer.
 *
 * @param now UNIX milliseconds
 * @param refused whether the answer was a 429 that ends the turn: the account is `rejected` then, whatever the header says [c13]
 * @returns null for an API key: its answers carry no state of a plan [a01]
 */
export function readRateLimit(
  headers: Headers,
  kind: ClaudeCredential['kind'],
  now: number,
  refused = false,
): RateLimit | null {
  if (kind === 'api_key') return null;
  const read: ReadHeader = (name) => {
    const value = headers.get(unifiedPrefix + name);
    return value === null || value === '' ? null : redactedLine(value);
  };
  // Without the header the account is served as usual [b16, b18].
  const status = read('status') ?? 'allowed';
  const warning = !refused && servingStatus.test(status) ? findWarning(read, now) : null;
  const overageStatus = read('overage-status');
  const fields: Omit<RateLimit, 'extra'> = {
    status: refused ? 'rejected' : statusOf(status, warning),
    resetsAt: warning ? warning.resetsAt : parseReset(read('reset'), now),
    rateLimitType: warning ? warning.type : read('representative-claim'),
    utilization: warning ? warning.utilization : null,
    overageStatus,
    overageDisabledReason: read('overage-disabled-reason'),
    isUsingOverage: status === 'rejected' && servingStatus.test(overageStatus ?? ''),
    surpassedThreshold: warning ? warning.surpassedThreshold : null,
  };
  return { ...fields, extra: extraOf(headers, fields) };
}

function statusOf(status: string, warning: Warning | null): RateLimit['status'] {
  if (warning) return 'allowed_warning';
  // `allowed_warning` without a window that warns is no warning.
  if (servingStatus.test(status)) return 'allowed';
  return status === 'rejected' ? 'rejected' : 'unknown';
}

const comparedFields = [
  'status',
  'resetsAt',
  'rateLimitType',
  'utilization',
  'overageStatus',
  'overageDisabledReason',
  'isUsingOverage',
  'surpassedThreshold',
] as const satisfies readonly (keyof RateLimit)[];

/** Whether two states agree in the eight fields: an event is emitted only where they differ. */
export function sameRateLimit(a: RateLimit | null, b: RateLimit | null): boolean {
  if (a === null || b === null) return a === b;
  return comparedFields.every((field) => a[field] === b[field]);
}

/** Whether an answer says nothing of limits: it has no header of the family, and reads as `allowed` [b16]. */
export function isSilent(headers: Headers): boolean {
  return [...headers.keys()].every((name) => !name.startsWith(unifiedPrefix));
}

/**
 * Whether a state stands although Claude has served a request since and said nothing of it: a warning, and extra usage, until the window
 * resets. A refusal does not.
 *
 * @param now UNIX milliseconds
 */
export function outlastsSilence(state: RateLimit, now: number): boolean {
  const isWarning = state.status === 'allowed_warning' || state.isUsingOverage;
  return isWarning && state.resetsAt !== null && state.resetsAt > now;
}

function findWarning(read: ReadHeader, now: number): Warning | null {
  const passed = windows.find(({ key }) => read(`${key}-surpassed-threshold`) !== null);
  const warning = passed ?? windows.find((window) => isAheadOfPace(window, read, now));
  if (!warning) return null;
  const { key, type } = warning;
  return {
    type,
    resetsAt: parseReset(read(`${key}-reset`), now),
    utilization: parseFraction(read(`${key}-utilization`)),
    surpassedThreshold: parseFraction(read(`${key}-surpassed-threshold`)),
  };
}

function isAheadOfPace({ key, seconds, pace }: RateWindow, read: ReadHeader, now: number): boolean {
  const resetsAt = parseReset(read(`${key}-reset`), now);
  const used = parseFraction(read(`${key}-utilization`));
  if (resetsAt === null || used === null) return false;
  const elapsed = 1 - (resetsAt - now) / 1000 / seconds;
  return pace.some((rule) => used >= rule.used && elapsed <= rule.elapsed);
}

/** All headers of the family that the eight fields do not report, unchanged: unknown values and windows are passed on. */
function extraOf(headers: Headers, fields: Omit<RateLimit, 'extra'>): Record<string, string> {
  const reported: Record<string, unknown> = {
    status: fields.status,
    reset: fields.resetsAt === null ? null : String(fields.resetsAt / 1000),
    'representative-claim': fields.rateLimitType,
    'overage-status': fields.overageStatus,
    'overage-disabled-reason': fields.overageDisabledReason,
  };
  const rest: [string, string][] = [];
  for (const [name, value] of headers) {
    if (!name.startsWith(unifiedPrefix)) continue;
    const key = name.slice(unifiedPrefix.length);
    const line = redactedLine(value);
    if (line !== '' && reported[key] !== line) rest.push([key, line]);
  }
  return Object.fromEntries(rest);
}
