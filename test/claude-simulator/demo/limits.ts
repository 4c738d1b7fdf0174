import { createHash } from 'node:crypto';
import type { Answer } from '../script.ts';
import type { Conversation } from './conversation.ts';

/** One request of a turn that plays a limit scene. */
interface Moment {
  /** The attempt at this request, from 1. */
  attempt: number;
  /** Whether the limit is reached now: in the middle of the turn, or with its only reply. */
  midTurn: boolean;
  /** UNIX seconds at which the limit of this scene resets. */
  opensAt: number;
  /** UNIX seconds. */
  now: number;
}

/** What a scene puts in place of the reply (`error`, `cut`, …), or adds to it (`headers`); null: the usual reply. */
type Scene = (moment: Moment) => Answer | null;

/** Seconds until a limit of the demo resets. */
const wallSeconds = 60;

/** Seconds after which the same prompt reaches its limit again. */
const anewSeconds = 600;

const hour = 3600;

const unified = (headers: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, String(value)]),
  );

/** The first full hour at least `hours` hours away, so that windows keep their resets between requests. UNIX seconds. */
const fullHour = (now: number, hours: number): number => Math.ceil(now / hour + hours) * hour;

/** The headers of a plan well below its limits. */
const windows = (now: number, used: { five?: number; week?: number } = {}): Record<string, string | number> => ({
  '5h-status': 'allowed',
  '5h-utilization': used.five ?? 0.31,
  '5h-reset': fullHour(now, 2),
  '7d-status': 'allowed',
  '7d-utilization': used.week ?? 0.18,
  '7d-reset': fullHour(now, 100),
});

const failing =
  (times: number, answer: Answer): Scene =>
  ({ attempt }) =>
    attempt <= times ? answer : null;

const warning =
  (headers: (now: number) => Record<string, string | number>): Scene =>
  ({ now }) => ({
    headers: unified({ status: 'allowed_warning', reset: fullHour(now, 2), ...windows(now), ...headers(now) }),
  });

const wall =
  (answer: (opensAt: number) => Answer): Scene =>
  ({ midTurn, now, opensAt }) =>
    midTurn && now < opensAt ? answer(opensAt) : null;

const limited = (claim: string, rest: Record<string, string> = {}): Scene =>
  wall((opensAt) => ({
    error: {
      type: 'rate_limit_error',
      message: "This request would exceed your account's rate limit. Please try again later.",
    },
    headers: {
      'retry-after': String(wallSeconds),
      ...unified({
        status: 'rejected',
        reset: opensAt,
        'representative-claim': claim,
        'overage-status': 'rejected',
        ...rest,
      }),
    },
  }));

/** The scenes that a prompt may ask for with `#limit:<id>`: one for each limit signal of Claude. */
export const scenes: Readonly<Record<string, Scene>> = {
  overloaded: failing(2, {
    error: { type: 'overloaded_error', message: 'Overloaded' },
    // Long enough to read.
    headers: { 'retry-after': '4' },
  }),
  broken_line: failing(1, { cut: 6, cutMode: 'fin' }),
  busy: failing(2, {
    error: { type: 'rate_limit_error', message: 'Too many requests.' },
    headers: { 'retry-after': '3' },
  }),
  warning_five_hour: warning((now) => ({ ...windows(now, { five: 0.92 }), '5h-surpassed-threshold': 0.9 })),
  warning_week: warning((now) => ({ ...windows(now, { week: 0.78 }), '7d-surpassed-threshold': 0.75 })),
  warning_extra_usage: warning((now) => ({
    'overage-status': 'allowed_warning',
    'overage-utilization': 0.82,
    'overage-surpassed-threshold': 0.75,
    'overage-reset': fullHour(now, 200),
  })),
  extra_usage: ({ now }) => ({
    headers: unified({
      status: 'rejected',
      reset: fullHour(now, 2),
      'representative-claim': 'five_hour',
      'overage-status': 'allowed',
      'overage-in-use': 'true',
    }),
  }),
  limit_five_hour: limited('five_hour', { 'overage-disabled-reason': 'org_level_disabled' }),
  limit_week: limited('seven_day', { 'overage-disabled-reason': 'overage_not_provisioned' }),
  limit_week_opus: limited('seven_day_opus', { 'overage-disabled-reason': 'org_level_disabled' }),
  out_of_credits: limited('five_hour', { 'overage-disabled-reason': 'out_of_credits' }),
  no_credit: wall(() => ({
    error: {
      type: 'invalid_request_error',
      message:
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    },
  })),
};

/** `:own` is for the page: the limit is to look like that of the visitor's own plan. */
const marker = /#limit:([a-z_]+)(?::own)?/;

/** The prompt without what asks for a scene. */
export const withoutScene = (prompt: string): string => prompt.replace(new RegExp(marker, 'g'), '').trim();

/** Requests that are remembered at most. */
const maxRequests = 1_000;

/** Plays the scenes. It counts requests, because a request that is made again is the same to the letter. */
export class LimitStage {
  readonly #attempts = new Map<string, number>();
  readonly #opensAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now UNIX milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * What the scene of the newest prompt does to this request, or null.
   *
   * @param isLast whether the reply to it would end the turn
   */
  play(rawBody: string, { prompt, run }: Conversation, isLast: boolean): Answer | null {
    const id = marker.exec(prompt)?.[1] ?? '';
    const scene = Object.hasOwn(scenes, id) ? scenes[id] : undefined;
    if (!scene) return null;
    const now = Math.floor(this.#now() / 1000);
    const attempt = count(this.#attempts, digest(rawBody));
    let opensAt = this.#opensAt.get(prompt) ?? 0;
    if (opensAt + anewSeconds < now) {
      opensAt = now + wallSeconds;
      remember(this.#opensAt, prompt, opensAt);
    }
    return scene({ attempt, midTurn: run.length > 0 || isLast, opensAt, now });
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  remember(counts, key, next);
  return next;
}

function remember(map: Map<string, number>, key: string, value: number): void {
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > maxRequests && oldest !== undefined) map.delete(oldest);
}
