import { expect, it } from 'vitest';
import type { TurnOutcome } from '../../src/agent/turn-outcomes.ts';
import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { error, failingClaude, plan } from './failing-claude.ts';
import { eventsOf } from './support.ts';

const { fail } = await failingClaude();

const outOfCredits = (status: string) => ({
  [`${unifiedPrefix}status`]: status,
  [`${unifiedPrefix}overage-disabled-reason`]: 'out_of_credits',
});

/** How a turn ends. */
interface End {
  /** Null where they cannot be counted: Node's fetch repeats a reset request by itself. */
  requests: number | null;
  retries: number;
  event: 'credit_exhausted' | 'prompt_error';
  code?: string;
  outcome: TurnOutcome;
}

const exhausted: End = {
  requests: 1,
  retries: 0,
  event: 'credit_exhausted',
  outcome: { state: 'exhausted', blameless: false },
};
const exhaustedAfterRetries: End = { ...exhausted, requests: 4, retries: 3 };
/** Ends without retries: the owner of the account has to act. */
const account = (code: string): End => ({
  requests: 1,
  retries: 0,
  event: 'prompt_error',
  code,
  outcome: { state: 'failed', blameless: false },
});
/** Ends without retries, and does not count against the visitor. */
const blameless = (code: string): End => ({ ...account(code), outcome: { state: 'failed', blameless: true } });
const upstream = (code: string, requests: number | null = 4): End => ({ ...blameless(code), requests, retries: 3 });
const credentialRefused: End = { ...account('connection_broken'), requests: 2, retries: 2 };

it.each<[string, ClaudeCredential['kind'], Answer, End]>([
  [
    '429 of a plan at its limit',
    'oauth',
    error('rate_limit_error', 'limit', { headers: { ...plan, 'retry-after': '1' } }),
    exhausted,
  ],
  ['429 of a plan without a window', 'oauth', error('rate_limit_error', 'busy'), upstream('upstream_busy')],
  [
    '429 of a plan that names nothing but its extra usage',
    'oauth',
    error('rate_limit_error', 'x', { headers: { [`${unifiedPrefix}overage-status`]: 'rejected' } }),
    exhausted,
  ],
  ['a plan out of credits', 'oauth', error('permission_error', 'x', { headers: outOfCredits('rejected') }), exhausted],
  [
    'a plan out of credits that is served all the same',
    'oauth',
    error('permission_error', 'x', { headers: outOfCredits('allowed') }),
    account('permission_denied'),
  ],
  [
    '500 of a plan out of credits',
    'oauth',
    error('api_error', 'x', { headers: outOfCredits('rejected') }),
    upstream('upstream_error'),
  ],
  [
    '429 of a key that speaks of a plan',
    'api_key',
    error('rate_limit_error', 'x', { headers: plan }),
    exhaustedAfterRetries,
  ],
  ['429 of a key', 'api_key', error('rate_limit_error', 'Slow down.'), exhaustedAfterRetries],
  ['500', 'api_key', error('api_error', 'boom'), upstream('upstream_error')],
  ['502 with a page', 'api_key', { status: 502, rawBody: '<html>' }, upstream('upstream_error')],
  ['503', 'oauth', { status: 503, rawBody: '' }, upstream('upstream_error')],
  ['504', 'api_key', error('timeout_error', 'x', { status: 504 }), upstream('upstream_error')],
  ['529', 'api_key', error('overloaded_error', 'x'), upstream('upstream_overloaded')],
  ['408', 'api_key', { status: 408, rawBody: '' }, upstream('upstream_error')],
  ['409', 'api_key', { status: 409, rawBody: '' }, upstream('upstream_error')],
  ['a reset connection', 'api_key', { kind: 'reset' }, upstream('upstream_unreachable', null)],
  [
    'an error event',
    'api_key',
    { content: ['x'], streamError: { at: 1, type: 'api_error' } },
    upstream('upstream_error'),
  ],
  ['402', 'api_key', error('billing_error', 'Pay.', { status: 402 }), exhausted],
  [
    '400 without credit',
    'api_key',
    error('invalid_request_error', 'Your credit balance is too low to access the API.'),
    exhausted,
  ],
  ['401 of a key', 'api_key', error('authentication_error', 'invalid x-api-key'), credentialRefused],
  ['401 of a token, and there is no other', 'oauth', error('authentication_error', 'expired'), credentialRefused],
  ['403', 'api_key', error('permission_error', 'No.'), account('permission_denied')],
  ['404', 'api_key', error('not_found_error', 'model: x'), account('model_not_found')],
  [
    '403 of a token that was revoked, and there is no other',
    'oauth',
    error('permission_error', 'OAuth token has been revoked.', { headers: { 'x-should-retry': 'false' } }),
    credentialRefused,
  ],
  ['520', 'api_key', { status: 520, rawBody: '' }, upstream('upstream_error')],
  ['400', 'api_key', error('invalid_request_error', 'messages.1: bad'), blameless('upstream_refused')],
  ['413', 'api_key', error('request_too_large', 'x'), blameless('request_too_large')],
  [
    'x-should-retry: false',
    'api_key',
    error('api_error', 'x', { headers: { 'x-should-retry': 'false' } }),
    blameless('upstream_error'),
  ],
  [
    'retry-after that is no time',
    'api_key',
    error('api_error', 'x', { headers: { 'retry-after': '-99999' } }),
    upstream('upstream_error'),
  ],
  [
    'retry-after above a minute',
    'api_key',
    error('rate_limit_error', 'x', { headers: { 'retry-after': '61' } }),
    exhausted,
  ],
])('ends a turn, after retries where they may help: %s', async (_name, kind, answer, end) => {
  const { outcome, journal, requests } = await fail(kind, [answer]);
  expect(outcome).toEqual(end.outcome);
  if (end.requests !== null) expect(requests).toBe(end.requests);
  expect(eventsOf(journal, 'api_retry').map(({ attempt }) => attempt)).toEqual([1, 2, 3].slice(0, end.retries));
  expect(journal.events.at(-1)?.type).toBe(end.event);
  expect(eventsOf(journal, 'prompt_error').map(({ code }) => code)).toEqual(end.code === undefined ? [] : [end.code]);
});
