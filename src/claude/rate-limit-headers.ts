import { redactedLine } from '../log/redact.ts';
import type { EventData } from '../protocol/events.ts';
import type { ClaudeCredential } from './claude-client.ts';
import { fractionOf, resetOf } from './header-values.ts';

export type RateLimit = EventData<'rate_limit'>;

export const unifiedPrefix = 'anthropic-ratelimit-unified-';

/**
 * Windows that can warn, in the order in which they are looked at [b52, b54]. A window warns without a threshold header when its use
 * runs ahead of the clock: `used` or more of it within the first `elapsed` of it [b03, f1, f2].
 *
 * As Claude Code 2.1.329 does it, measured on 2026-11-20; the names in brackets are those of the recorded cases.
 */
const windows: readonly {
  key: string;
  type: string;
  seconds: number;
  pace: readonly { used: number; elapsed: number }[];
}[] = [
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

/** Windows that count one family of models only: the rest of the plan is open while they are closed. Claude Code calls the last "Fable limit". */
const familyWindows: Readonly<Record<string, RegExp>> = {
  seven_day_opus: /opus/,
  seven_day_sonnet: /sonnet/,
  seven_day_overage_included: /fable/,
};

/** Whether a window, by its `rateLimitType`, counts what a model uses. */
export function bindsModel(rateLimitType: string | null, model: string): boolean {
  return familyWindows[rateLimitType ?? '']?.test(model) ?? true;
}

/** Words of `status` and `overage-status` under which requests are served. */
const serving = /^allowed(_warning)?$/;

type Warning = Pick<RateLimit, 'resetsAt' | 'utilization' | 'surpassedThreshold'> & { type: string };

/** One header of the family, without its prefix; null where it is absent or empty. */
type Read = (name: string) => string | null;

/**
 * Reads what Claude's answer says of the account behind a plan's token.
 *
 * @param now UNIX milliseconds
 * @param refused whether the answer was a 429 that ends the turn: then the account is `rejected`, whatever the header says [c13]
 * @returns null for an API key: its answers do not speak of a plan [a01]
 */
export function readRateLimit(
  headers: Headers,
  kind: ClaudeCredential['kind'],
  now: number,
  refused = false,
): RateLimit | null {
  if (kind === 'api_key') return null;
  const read: Read = (name) => {
    const value = headers.get(unifiedPrefix + name);
    return value === null || value === '' ? null : redactedLine(value);
  };
  // Without the header the account is served as usual [b16, b18].
  const said = read('status') ?? 'allowed';
  const warning = !refused && serving.test(said) ? findWarning(read, now) : null;
  const overageStatus = read('overage-status');
  const told: Omit<RateLimit, 'extra'> = {
    status: refused ? 'rejected' : statusOf(said, warning),
    resetsAt: warning ? warning.resetsAt : resetOf(read('reset'), now),
    rateLimitType: warning ? warning.type : read('representative-claim'),
    utilization: warning ? warning.utilization : null,
    overageStatus,
    overageDisabledReason: read('overage-disabled-reason'),
    isUsingOverage: said === 'rejected' && serving.test(overageStatus ?? ''),
    surpassedThreshold: warning ? warning.surpassedThreshold : null,
  };
  return { ...told, extra: extraOf(headers, told) };
}

function statusOf(said: string, warning: Warning | null): RateLimit['status'] {
  if (warning) return 'allowed_warning';
  // A warning that no window supports is none.
  if (serving.test(said)) return 'allowed';
  return said === 'rejected' ? 'rejected' : 'unknown';
}

const essentials = [
  'status',
  'resetsAt',
  'rateLimitType',
  'utilization',
  'overageStatus',
  'overageDisabledReason',
  'isUsingOverage',
  'surpassedThreshold',
] as const satisfies readonly (keyof RateLimit)[];

/** Whether two states agree in the eight fields: an event is sent only where they do not. */
export function sameRateLimit(a: RateLimit | null, b: RateLimit | null): boolean {
  if (a === null || b === null) return a === b;
  return essentials.every((field) => a[field] === b[field]);
}

function findWarning(read: Read, now: number): Warning | null {
  const passed = windows.find(({ key }) => read(`${key}-surpassed-threshold`) !== null);
  const warning = passed ?? windows.find((window) => runsAhead(window, read, now));
  if (!warning) return null;
  const { key, type } = warning;
  return {
    type,
    resetsAt: resetOf(read(`${key}-reset`), now),
    utilization: fractionOf(read(`${key}-utilization`)),
    surpassedThreshold: fractionOf(read(`${key}-surpassed-threshold`)),
  };
}

function runsAhead({ key, seconds, pace }: (typeof windows)[number], read: Read, now: number): boolean {
  const resetsAt = resetOf(read(`${key}-reset`), now);
  const used = fractionOf(read(`${key}-utilization`));
  if (resetsAt === null || used === null) return false;
  const elapsed = 1 - (resetsAt - now) / 1000 / seconds;
  return pace.some((rule) => used >= rule.used && elapsed <= rule.elapsed);
}

/** All that Claude said and that the eight fields do not tell, as it stands: words and windows that nobody knows yet go on unharmed. */
function extraOf(headers: Headers, told: Omit<RateLimit, 'extra'>): Record<string, string> {
  const tells: Record<string, unknown> = {
    status: told.status,
    reset: told.resetsAt === null ? null : String(told.resetsAt / 1000),
    'representative-claim': told.rateLimitType,
    'overage-status': told.overageStatus,
    'overage-disabled-reason': told.overageDisabledReason,
  };
  const rest: [string, string][] = [];
  for (const [name, value] of headers) {
    if (!name.startsWith(unifiedPrefix)) continue;
    const key = name.slice(unifiedPrefix.length);
    const line = redactedLine(value);
    if (line !== '' && tells[key] !== line) rest.push([key, line]);
  }
  return Object.fromEntries(rest);
}
