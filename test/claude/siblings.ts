import { expect } from 'vitest';
import type { ClaudeCredential } from '../../src/claude/client.ts';
import type { RateLimit } from '../../src/claude/rate-limit.ts';
import type { Draft, EventData } from '../../src/protocol/events.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { unified } from '../support/limits.ts';

/**
 * What was not recorded, but stands beside what was: the other windows, reasons, statuses, kinds of credential and malformed answers. What
 * is expected follows from the rules in `docs/signals.md`.
 */
export interface Sibling {
  /** As the recorded cases are named: the letter tells the family. */
  name: string;
  kind: ClaudeCredential['kind'];
  /** The last one serves all further requests. */
  answers: Answer[];
  told: Told;
  /** Worth a run through the whole product: what the runtime underneath does counts. */
  wire: boolean;
}

interface Told {
  /** The one state of the account that is told, as far as it is not `nothing`; `resetsAt` in UNIX milliseconds. */
  limit?: Partial<RateLimit>;
  /** The status of each wait; `forever`: of all that there may be. */
  retries?: (number | null)[] | { forever: number | null };
  /** `credit_exhausted`, or the code of the `prompt_error`. */
  end?: string;
  /** The `resetsAt` of the end. */
  reset?: number;
}

type Headers = Record<string, string>;

const nothing: Omit<RateLimit, 'extra'> = {
  status: 'allowed',
  resetsAt: null,
  rateLimitType: null,
  utilization: null,
  overageStatus: null,
  overageDisabledReason: null,
  isUsingOverage: false,
  surpassedThreshold: null,
};

const fails = (status: number, type: string, message = 'x', headers: Headers = {}): Answer => ({
  status,
  headers,
  body: { type: 'error', error: { type, message } },
});
const raw = (status: number, rawBody: string, type = 'text/html'): Answer => ({
  status,
  rawBody,
  headers: { 'content-type': type },
});
const stream = (...events: [string, string][]): Answer =>
  raw(200, events.map(([event, data]) => `event: ${event}\ndata: ${data}\n\n`).join(''), 'text/event-stream');
const fine: Answer = {};

/** @param now UNIX milliseconds */
export function siblings(now: number): Sibling[] {
  const seconds = Math.round(now / 1000);
  const at = (away: number): string => String(seconds + away);
  const ms = (away: number): number => (seconds + away) * 1000;
  const fiveHours = 9_000;
  const week = 343_800;
  /** What Claude says when nothing is the matter. */
  const usual = {
    status: 'allowed',
    reset: at(fiveHours),
    'representative-claim': 'five_hour',
    '5h-status': 'allowed',
    '5h-utilization': '0.12',
    '5h-reset': at(fiveHours),
    '7d-status': 'allowed',
    '7d-utilization': '0.34',
    '7d-reset': at(week),
    fallback: 'available',
    'fallback-percentage': '0.5',
    'overage-status': 'rejected',
    'overage-disabled-reason': 'org_level_disabled',
  };
  const read: Partial<RateLimit> = {
    resetsAt: ms(fiveHours),
    rateLimitType: 'five_hour',
    overageStatus: 'rejected',
    overageDisabledReason: 'org_level_disabled',
  };
  const list: Sibling[] = [];
  const add = (name: string, kinds: 'o' | 'k' | 'ok', answers: Answer[], told: Told = {}, wire = false): void => {
    for (const letter of kinds) {
      const kind = letter === 'o' ? 'oauth' : 'api_key';
      const { limit, ...rest } = told;
      // A plan is told of with every success; a key never is.
      const state = kind === 'oauth' && (limit !== undefined || told.end === undefined) ? { limit: { ...limit } } : {};
      list.push({ name: `${name} (${kind})`, kind, answers, told: { ...rest, ...state }, wire });
    }
  };
  /** A served request of a plan; `limit` where it differs from the usual. */
  const served = (name: string, headers: Headers, limit: Partial<RateLimit> = {}): void =>
    add(name, 'o', [{ headers: unified({ ...usual, ...headers }) }], { limit: { ...read, ...limit } });
  const without = (...names: (keyof typeof usual)[]): Headers =>
    Object.fromEntries(Object.entries(usual).filter(([name]) => !names.includes(name as keyof typeof usual)));

  // a: who is told at all
  add('a02-allowed', 'ok', [{ headers: unified(usual) }], { limit: read }, true);
  add('a03-rejected', 'k', [{ headers: unified({ ...usual, status: 'rejected' }) }]);
  add('a05-warning', 'k', [{ headers: unified({ ...usual, '5h-surpassed-threshold': '0.9' }) }]);

  // b: states of a plan whose requests are served
  const warns = (rateLimitType: string, resetsAt: number, utilization: number, threshold: number | null) => ({
    status: 'allowed_warning' as const,
    rateLimitType,
    resetsAt,
    utilization,
    surpassedThreshold: threshold,
  });
  const warning = { status: 'allowed_warning' };
  served(
    'b02-warning-5h',
    { ...warning, '5h-utilization': '0.92', '5h-surpassed-threshold': '0.9' },
    warns('five_hour', ms(fiveHours), 0.92, 0.9),
  );
  served(
    'b04-warning-7d',
    { ...warning, '7d-utilization': '0.8', '7d-surpassed-threshold': '0.75' },
    warns('seven_day', ms(week), 0.8, 0.75),
  );
  served(
    'b05-warning-7d_oi',
    { ...warning, '7d_oi-utilization': '0.8', '7d_oi-surpassed-threshold': '0.75', '7d_oi-reset': at(week) },
    warns('seven_day_overage_included', ms(week), 0.8, 0.75),
  );
  for (const family of ['opus', 'sonnet']) {
    const claim = `seven_day_${family}`;
    served(
      `b06-warning-7d_${family}`,
      {
        ...warning,
        'representative-claim': claim,
        [`7d_${family}-utilization`]: '0.9',
        [`7d_${family}-surpassed-threshold`]: '0.75',
      },
      { rateLimitType: claim },
    );
    served(`b07-claim-7d_${family}`, { 'representative-claim': claim }, { rateLimitType: claim });
  }
  served(
    'b15-warning-overage',
    {
      ...warning,
      'overage-status': 'allowed_warning',
      'overage-utilization': '0.82',
      'overage-surpassed-threshold': '0.75',
      'overage-reset': at(week),
    },
    { ...warns('overage', ms(week), 0.82, 0.75), overageStatus: 'allowed_warning' },
  );
  served(
    'b50-thresholds-5h-overage',
    {
      ...warning,
      '5h-utilization': '0.95',
      '5h-surpassed-threshold': '0.9',
      'overage-utilization': '0.82',
      'overage-surpassed-threshold': '0.75',
    },
    warns('five_hour', ms(fiveHours), 0.95, 0.9),
  );
  served(
    'b53-claim-5h-threshold-7d',
    { ...warning, '7d-utilization': '0.6', '7d-surpassed-threshold': '0.5' },
    warns('seven_day', ms(week), 0.6, 0.5),
  );
  served(
    'b55-threshold-allowed',
    { '5h-utilization': '0.5', '5h-surpassed-threshold': '0.5' },
    warns('five_hour', ms(fiveHours), 0.5, 0.5),
  );
  served('b12-warning-unsupported', warning);
  served('b56-threshold-rejected', { status: 'rejected', '5h-surpassed-threshold': '1' }, { status: 'rejected' });
  served('b57-threshold-unknown-status', { status: 'paused', '5h-surpassed-threshold': '1' }, { status: 'unknown' });
  served('b30-status-unknown', { status: 'throttled' }, { status: 'unknown' });
  served('b34-status-capitals', { status: 'ALLOWED' }, { status: 'unknown' });
  served('b33-status-empty', { status: '' });
  served('b31-claim-unknown', { 'representative-claim': 'one_month' }, { rateLimitType: 'one_month' });
  served('b41-overage-unknown', { 'overage-status': 'pending' }, { overageStatus: 'pending' });
  for (const overage of ['allowed', 'allowed_warning', 'rejected', 'pending'])
    served(
      `b08-rejected-overage-${overage}`,
      { status: 'rejected', 'overage-status': overage },
      { status: 'rejected', overageStatus: overage, isUsingOverage: overage.startsWith('allowed') },
    );
  for (const reason of ['out_of_credits', 'org_level_disabled_until', 'seat_tier_zero_credit_limit', 'full_moon'])
    served(`b40-reason-${reason}`, { 'overage-disabled-reason': reason }, { overageDisabledReason: reason });
  for (const reset of ['', 'soon', '-1', '0', `${now}`, '99999999999999999999', '1e400', '946684800', '1,795,194,000'])
    served(`b20-reset-${reset}`, { reset }, { resetsAt: null });
  served('b22-reset-passed', { reset: at(-60) }, { resetsAt: ms(-60) });
  served(
    'b21-window-reset-ms',
    { '5h-reset': `${now}`, '5h-utilization': '0.92', '5h-surpassed-threshold': '0.9' },
    { ...warns('five_hour', 0, 0.92, 0.9), resetsAt: null },
  );
  for (const used of ['', 'much', '-0.5', 'NaN', '1e9'])
    served(
      `b25-utilization-${used}`,
      { ...warning, '5h-utilization': used, '5h-surpassed-threshold': '0.9' },
      { ...warns('five_hour', ms(fiveHours), 0, 0.9), utilization: null },
    );
  served(
    'b27-threshold-true',
    { ...warning, '5h-utilization': '0.92', '5h-surpassed-threshold': 'true' },
    warns('five_hour', ms(fiveHours), 0.92, null),
  );
  add('b58-only-windows', 'o', [{ headers: unified(without('status', 'reset', 'representative-claim')) }], {
    limit: { ...read, resetsAt: null, rateLimitType: null },
  });
  add('b59-no-overage', 'o', [{ headers: unified(without('overage-status', 'overage-disabled-reason')) }], {
    limit: { ...read, overageStatus: null, overageDisabledReason: null },
  });

  // c: 429
  const limitType = 'rate_limit_error';
  const atLimit = { end: 'credit_exhausted', reset: ms(fiveHours) };
  const limited = (name: string, headers: Headers, limit: Partial<RateLimit> = {}, rest: Headers = {}): void =>
    add(
      name,
      'o',
      [fails(429, limitType, 'Limit.', { ...unified({ ...usual, status: 'rejected', ...headers }), ...rest }), fine],
      { ...atLimit, limit: { ...read, status: 'rejected', ...limit } },
    );
  for (const claim of ['five_hour', 'seven_day_sonnet', 'overage', 'seven_day_overage_included', 'one_month'])
    limited(`c01-${claim}`, { 'representative-claim': claim }, { rateLimitType: claim });
  for (const reason of ['out_of_credits', 'no_limits_configured', 'member_level_disabled', 'full_moon'])
    limited(`c07-reason-${reason}`, { 'overage-disabled-reason': reason }, { overageDisabledReason: reason });
  limited('c06-overage-allowed', { 'overage-status': 'allowed' }, { overageStatus: 'allowed', isUsingOverage: true });
  for (const status of ['allowed_warning', 'paused', '']) limited(`c14-status-${status}`, { status });
  for (const again of ['true', 'false']) limited(`c17-should-retry-${again}`, {}, {}, { 'x-should-retry': again });
  for (const wait of ['0', '1', '60', '86400', 'soon'])
    limited(`c16-retry-after-${wait}`, {}, {}, { 'retry-after': wait });
  add('c23-html', 'o', [{ ...raw(429, '<html>'), headers: unified({ ...usual, status: 'rejected' }) }], {
    ...atLimit,
    limit: { ...read, status: 'rejected' },
  });
  const onlyReset = { status: 'rejected', reset: at(fiveHours) };
  for (const [name, headers] of Object.entries({
    'c19-no-headers': {},
    'c24-only-windows': without('representative-claim', 'overage-status', 'overage-disabled-reason', 'reset'),
    'c25-empty-claim': { 'representative-claim': '', 'overage-status': '' },
  }))
    add(
      name,
      'o',
      [fails(429, limitType, 'Busy.', unified(headers))],
      { retries: { forever: 429 }, end: 'upstream_busy', limit: { status: 'rejected' } },
      name === 'c19-no-headers',
    );
  add('c26-then-served', 'o', [fails(429, limitType, 'Busy.', unified(onlyReset)), fine], { retries: [429] });
  add(
    'c27-out-of-credits-only',
    'o',
    [fails(429, limitType, 'Limit.', unified({ ...onlyReset, 'overage-disabled-reason': 'out_of_credits' }))],
    {
      ...atLimit,
      limit: { status: 'rejected', resetsAt: ms(fiveHours), overageDisabledReason: 'out_of_credits' },
    },
  );
  add(
    'c28-allowed-out-of-credits',
    'o',
    [fails(429, limitType, 'Busy.', unified({ status: 'allowed', 'overage-disabled-reason': 'out_of_credits' })), fine],
    { retries: [429] },
  );
  add('c18-key', 'k', [fails(429, limitType, 'Slow down.', unified({ ...usual, status: 'rejected' }))], {
    retries: { forever: 429 },
    end: 'credit_exhausted',
  });

  // d: other failures
  for (const status of [408, 409, 500, 501, 502, 503, 504, 520, 524, 529]) {
    add(`d05-${status}`, 'ok', [fails(status, 'api_error', 'x', unified({ status: 'rejected' })), fine], {
      retries: [status],
    });
    const end = status === 529 ? 'upstream_overloaded' : 'upstream_error';
    add(`d06-${status}-empty`, 'k', [raw(status, '')], { retries: { forever: status }, end });
  }
  for (const [status, end] of [
    [400, 'upstream_refused'],
    [402, 'credit_exhausted'],
    [403, 'permission_denied'],
    [404, 'model_not_found'],
    [405, 'upstream_refused'],
    [413, 'request_too_large'],
    [422, 'upstream_refused'],
    [451, 'upstream_refused'],
  ] as const) {
    add(`d10-${status}`, 'ok', [fails(status, 'some_error'), fine], { end });
    for (const body of [
      '',
      '<html>No.</html>',
      'null',
      '[]',
      '"x"',
      '{"error":5}',
      '{"error":{"type":5,"message":{"a":[]}}}',
    ])
      add(`d10-${status}-${body}`, 'k', [raw(status, body), fine], { end }, status === 402);
  }
  const noCredit = 'Your credit balance is too low to access the Anthropic API.';
  for (const message of [
    noCredit,
    "You're out of extra usage. Add more at claude.ai/settings/usage.",
    "You've hit your limit.",
    'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
  ])
    add(`d09-${message}`, 'ok', [fails(400, 'invalid_request_error', message), fine], { end: 'credit_exhausted' });
  for (const body of [noCredit, JSON.stringify({ error: noCredit }), JSON.stringify({ message: noCredit })])
    add(`d09-gateway-${body}`, 'k', [raw(400, body), fine], { end: 'credit_exhausted' });
  for (const status of [400, 403, 429])
    add(
      `d09-spend-limit-${status}`,
      'ok',
      [
        {
          status,
          body: { error: { type: 'x', message: 'Spent.', details: { error_code: 'enforced_spend_limit_reached' } } },
        },
        fine,
      ],
      { end: 'credit_exhausted', ...(status === 429 ? { limit: { status: 'rejected' } } : {}) },
    );
  add('d13-billing-403', 'ok', [fails(403, 'billing_error'), fine], { end: 'credit_exhausted' });
  const spent = { ...usual, status: 'rejected', 'overage-disabled-reason': 'out_of_credits' };
  for (const status of [400, 403])
    add(`d14-out-of-credits-${status}`, 'o', [fails(status, 'x', 'x', unified(spent)), fine], atLimit);
  add('d15-out-of-credits-allowed', 'o', [fails(403, 'x', 'x', unified({ ...spent, status: 'allowed' })), fine], {
    end: 'permission_denied',
  });
  const refused = { retries: [401, 401], end: 'connection_broken' };
  add('d17-401', 'ok', [fails(401, 'authentication_error')], refused, true);
  add('d17-401-empty', 'ok', [raw(401, '')], refused);
  add('d17-401-should-not-retry', 'ok', [fails(401, 'x', 'x', { 'x-should-retry': 'false' })], refused);
  add('d17-401-retry-after', 'ok', [fails(401, 'x', 'x', { 'retry-after': '8949' })], refused);
  add('d18-401-then-served', 'ok', [fails(401, 'authentication_error'), fine], { retries: [401] }, true);
  add('d18-401-500-served', 'ok', [fails(401, 'x'), fails(500, 'x'), fine], { retries: [401, 500] });
  const revoked = fails(403, 'permission_error', 'OAuth token has been revoked. Please obtain a new token.');
  add('d19-403-revoked', 'k', [revoked], { end: 'permission_denied' });
  add('d19-403-revoked-then-served', 'o', [revoked, fine], { retries: [403] }, true);
  add('d20-400-too-long', 'ok', [fails(400, 'invalid_request_error', 'prompt is too long: 210000 > 200000')], {
    end: 'request_too_large',
  });
  add('d23-400-thinking', 'ok', [fails(400, 'invalid_request_error', 'thinking.budget_tokens: too small'), fine], {
    end: 'upstream_refused',
  });
  for (const status of [408, 429, 500, 503, 529])
    add(`d24-should-not-retry-${status}`, 'k', [fails(status, 'x', 'x', { 'x-should-retry': 'false' }), fine], {
      end: status === 429 ? 'credit_exhausted' : status === 529 ? 'upstream_overloaded' : 'upstream_error',
    });
  const severed = { retries: [null] };
  for (const cutMode of ['end', 'fin', 'reset'] as const)
    for (const cut of [0, 1, 4]) add(`d25-cut-${cut}-${cutMode}`, 'ok', [{ cut, cutMode }, fine], severed, cut !== 1);
  add('d25-cut-for-ever', 'o', [{ cut: 4 }], { retries: { forever: null }, end: 'upstream_unreachable' }, true);
  add('d28-reset', 'ok', [{ kind: 'reset' }, fine], severed, true);
  for (const type of ['overloaded_error', 'api_error', 'rate_limit_error', 'internal_server_error'])
    add(`d26-stream-${type}`, 'ok', [{ streamError: { at: 3, type } }, fine], severed, type === 'overloaded_error');
  add('d26-stream-at-once', 'ok', [stream(['error', '{"error":{"type":"overloaded_error"}}']), fine], severed, true);
  for (const type of ['invalid_request_error', 'permission_error'])
    add(`d26-stream-${type}`, 'k', [{ streamError: { at: 3, type } }, fine], { end: 'upstream_refused' });
  add('d26-stream-billing', 'ok', [{ streamError: { at: 3, type: 'billing_error' } }, fine], {
    end: 'credit_exhausted',
  });
  for (const data of ['no json', '{', 'null', '5'])
    add(`d29-garbage-${data}`, 'k', [stream(['message_start', data]), fine], severed, true);
  add('d29-error-garbage', 'k', [stream(['error', 'no json']), fine], severed);
  add('d30-empty-stream', 'ok', [stream(), fine], severed, true);
  add('d30-page', 'k', [raw(200, '<html>'), fine], severed, true);
  add('d30-json', 'k', [raw(200, '{"type":"message"}', 'application/json'), fine], severed);
  add('d30-no-content', 'k', [raw(204, ''), fine], severed, true);

  // e: `retry-after`
  for (const value of ['', '-5', 'soon', '120s', '0', '0x50', 'Fri, 20 Nov 2020 15:00:00 GMT'])
    add(`e08-${value}`, 'k', [fails(429, limitType, 'x', { 'retry-after': value }), fine], { retries: [429] });
  for (const value of ['61', '120.5', '8949', '99999999999'])
    for (const [status, end] of [
      [429, 'credit_exhausted'],
      [503, 'upstream_error'],
    ] as const)
      add(`e06-${value}-${status}`, 'k', [fails(status, 'x', 'x', { 'retry-after': value }), fine], { end });
  add('e06-61', 'o', [fails(429, limitType, 'x', { 'retry-after': '61' }), fine], {
    end: 'upstream_busy',
    limit: { status: 'rejected' },
  });

  // f: use that runs ahead of the clock, on both sides of each line
  const pace = (
    key: '5h' | '7d',
    type: string,
    length: number,
    used: number,
    elapsed: number,
    ahead: boolean,
  ): void => {
    const away = Math.round(length * (1 - elapsed));
    served(
      `f-pace-${key}-${used}-${elapsed}`,
      { [`${key}-utilization`]: String(used), [`${key}-reset`]: at(away) },
      ahead ? warns(type, ms(away), used, null) : {},
    );
  };
  for (const [used, elapsed, ahead] of [
    [0.9, 0.7, true],
    [1.2, 0.01, true],
    [0.89, 0.7, false],
    [0.99, 0.74, false],
  ] as const)
    pace('5h', 'five_hour', 18_000, used, elapsed, ahead);
  for (const [used, elapsed, ahead] of [
    [0.25, 0.13, true],
    [0.24, 0.13, false],
    [0.5, 0.33, true],
    [0.49, 0.33, false],
    [0.75, 0.58, true],
    [0.74, 0.58, false],
    [0.99, 0.62, false],
  ] as const)
    pace('7d', 'seven_day', 604_800, used, elapsed, ahead);

  return list;
}

const dataOf = <T extends Draft['type']>(events: readonly Draft[], type: T): EventData<T>[] =>
  events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);

/** Holds what Redraw told against what was to be expected. `requests`: how many reached Claude; null where that cannot be told. */
export function expectTold(
  { told, kind }: Sibling,
  events: readonly Draft[],
  requests: number | null,
  maxRetries: number,
): void {
  const waits = told.retries ?? [];
  const retries = Array.isArray(waits) ? waits : Array<number | null>(maxRetries).fill(waits.forever);
  expect(dataOf(events, 'api_retry').map(({ httpStatus }) => httpStatus)).toEqual(retries);
  const limits = dataOf(events, 'rate_limit').map(({ extra: _, ...fields }) => fields);
  expect(limits).toEqual(told.limit ? [{ ...nothing, ...told.limit }] : []);
  const exhausted = dataOf(events, 'credit_exhausted');
  const ends = [...exhausted.map(() => 'credit_exhausted'), ...dataOf(events, 'prompt_error').map(({ code }) => code)];
  expect(ends).toEqual(told.end === undefined ? [] : [told.end]);
  if (told.reset !== undefined) expect(exhausted[0]?.resetsAt).toBe(told.reset);
  for (const { message, resetsAt } of exhausted) {
    expect(message).toMatch(/^[^<]+$/);
    if (resetsAt !== null) expect(resetsAt - Date.now()).toBeLessThan(366 * 86_400_000);
  }
  const state = told.end === undefined ? 'completed' : told.end === 'credit_exhausted' ? 'exhausted' : 'failed';
  expect(dataOf(events, 'turn_finished').map((end) => end.state)).toEqual([state]);
  // A state comes after the reply, or before the end; and after it nothing but the receipt.
  const order = events.map(({ type }) => type).filter((type) => type !== 'usage');
  const last = told.end === undefined ? [] : [exhausted.length > 0 ? 'credit_exhausted' : 'prompt_error'];
  expect(order.slice(-2 - last.length)).toEqual([
    ...(told.limit ? ['rate_limit'] : order.slice(-2 - last.length, -1 - last.length)),
    ...last,
    'turn_finished',
  ]);
  // With a refused credential the last wait is announced, but nothing comes after it.
  const unused = told.end === 'connection_broken' ? 1 : 0;
  if (requests !== null) expect(requests, kind).toBe(retries.length + 1 - unused);
}
