import type { RateLimit } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { rateLimitHeaders } from '../support/rate-limit-answers.ts';
import { fiveHours, type Headers, type VariantCase, VariantCases } from './variant-cases.ts';

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

/** Failures in place of a reply. `now` in UNIX milliseconds. */
export function failures(now: number): VariantCase[] {
  const cases = new VariantCases(now);
  const { add, usual, read } = cases;
  const at = (offset: number): string => cases.at(offset);
  const ms = (offset: number): number => cases.ms(offset);

  // c: 429
  const limitType = 'rate_limit_error';
  const atLimit = { end: 'credit_exhausted', reset: ms(fiveHours) };
  const limited = (name: string, headers: Headers, limit: Partial<RateLimit> = {}, rest: Headers = {}): void =>
    add(
      name,
      'o',
      [
        fails(429, limitType, 'Limit.', { ...rateLimitHeaders({ ...usual, status: 'rejected', ...headers }), ...rest }),
        fine,
      ],
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
  add('c23-html', 'o', [{ ...raw(429, '<html>'), headers: rateLimitHeaders({ ...usual, status: 'rejected' }) }], {
    ...atLimit,
    limit: { ...read, status: 'rejected' },
  });
  const onlyReset = { status: 'rejected', reset: at(fiveHours) };
  for (const [name, headers] of Object.entries({
    'c19-no-headers': {},
    'c24-only-windows': cases.without('representative-claim', 'overage-status', 'overage-disabled-reason', 'reset'),
    'c25-empty-claim': { 'representative-claim': '', 'overage-status': '' },
  }))
    add(
      name,
      'o',
      [fails(429, limitType, 'Busy.', rateLimitHeaders(headers))],
      { retries: { forever: 429 }, end: 'upstream_busy', limit: { status: 'rejected' } },
      name === 'c19-no-headers',
    );
  add('c26-then-served', 'o', [fails(429, limitType, 'Busy.', rateLimitHeaders(onlyReset)), fine], { retries: [429] });
  add(
    'c27-out-of-credits-only',
    'o',
    [fails(429, limitType, 'Limit.', rateLimitHeaders({ ...onlyReset, 'overage-disabled-reason': 'out_of_credits' }))],
    {
      ...atLimit,
      limit: { status: 'rejected', resetsAt: ms(fiveHours), overageDisabledReason: 'out_of_credits' },
    },
  );
  add(
    'c28-allowed-out-of-credits',
    'o',
    [
      fails(
        429,
        limitType,
        'Busy.',
        rateLimitHeaders({ status: 'allowed', 'overage-disabled-reason': 'out_of_credits' }),
      ),
      fine,
    ],
    { retries: [429] },
  );
  add('c18-key', 'k', [fails(429, limitType, 'Slow down.', rateLimitHeaders({ ...usual, status: 'rejected' }))], {
    retries: { forever: 429 },
    end: 'credit_exhausted',
  });

  // d: other failures
  for (const status of [408, 409, 500, 501, 502, 503, 504, 520, 524, 529]) {
    add(`d05-${status}`, 'ok', [fails(status, 'api_error', 'x', rateLimitHeaders({ status: 'rejected' })), fine], {
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
    add(`d14-out-of-credits-${status}`, 'o', [fails(status, 'x', 'x', rateLimitHeaders(spent)), fine], atLimit);
  add(
    'd15-out-of-credits-allowed',
    'o',
    [fails(403, 'x', 'x', rateLimitHeaders({ ...spent, status: 'allowed' })), fine],
    {
      end: 'permission_denied',
    },
  );
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
  return cases.list;
}
