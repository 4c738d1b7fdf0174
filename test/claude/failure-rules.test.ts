import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/claude/classify-failure.ts';
import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import type { ClaudeFailure } from '../../src/claude/claude-error.ts';
import { httpFailure, planFailure, streamFailure } from './claude-failures.ts';

/** What is done about a failure, and what the visitor reads where it ends the turn. */
function handled(failure: ClaudeFailure, kind: ClaudeCredential['kind']) {
  const { retry, turnFailure } = classifyFailure(failure, kind, 0);
  return `${retry} ${turnFailure.code}: ${turnFailure.message}`;
}

const busy = 'yes upstream_busy: Claude is limiting requests for the moment. This is not your usage limit.';
const planLimit = 'no credit_exhausted: Your Claude plan is at its limit.';
const noExtraUsage = 'no credit_exhausted: Your Claude plan is at its limit and has no extra usage left.';
const spendLimit = 'no credit_exhausted: This Claude account is at its spend limit.';
const rateLimited = 'yes credit_exhausted: This Claude account is at its rate limit.';
const noCredit = 'no credit_exhausted: This Claude account has no credit left.';
const overloaded = 'yes upstream_overloaded: Claude is overloaded at the moment. Try again in a few minutes.';
const serverError = 'yes upstream_error: Claude had an error of its own. Try again in a moment.';
const tokenRefused = 'new_credential connection_broken: The connection to Claude is broken. Connect again to go on.';
const keyRefused = 'new_credential connection_broken: Claude did not accept the key.';
const denied = 'no permission_denied: Claude refused this key.';
const noModel = 'no model_not_found: This Claude account has no access to the selected model.';
const tooLarge = 'shorter request_too_large: This conversation has grown too large to send to Claude.';
const thinkingRefused = 'without_thinking upstream_refused: Claude could not read this conversation.';
const pictureRefused = 'without_images upstream_refused: Claude could not look at a picture of this conversation.';
const refused = 'no upstream_refused: Claude refused this request. The fault is ours; it has been logged.';

describe('a plan', () => {
  const outOfCredits = { status: 'rejected', 'overage-disabled-reason': 'out_of_credits' };
  it.each<[string, ClaudeFailure, string]>([
    ['429 that names a window', planFailure(429, { 'representative-claim': 'five_hour' }), planLimit],
    ['429 that names its extra usage', planFailure(429, { 'overage-status': 'rejected' }), planLimit],
    ['429 with names that are empty', planFailure(429, { 'representative-claim': '', 'overage-status': '' }), busy],
    ['529 that names a window', planFailure(529, { 'representative-claim': 'five_hour' }), overloaded],
    ['400 out of credits', planFailure(400, outOfCredits), noExtraUsage],
    ['402 out of credits', planFailure(402, outOfCredits), noExtraUsage],
    ['403 out of credits', planFailure(403, outOfCredits), noExtraUsage],
    ['429 out of credits', planFailure(429, outOfCredits), noExtraUsage],
    ['404 out of credits', planFailure(404, outOfCredits), noModel],
    ['an error event', streamFailure({}), serverError],
    [
      '403 out of credits, extra usage refused',
      planFailure(403, { ...outOfCredits, 'overage-status': 'disallowed' }),
      noExtraUsage,
    ],
    [
      '403 out of credits, extra usage served',
      planFailure(403, { ...outOfCredits, 'overage-status': 'allowed_warning' }),
      denied,
    ],
    ['403 out of credits, served', planFailure(403, { ...outOfCredits, status: 'allowed' }), denied],
    [
      '403 without extra usage',
      planFailure(403, { ...outOfCredits, 'overage-disabled-reason': 'org_level_disabled' }),
      denied,
    ],
    ['429', planFailure(429, { status: 'rejected' }), busy],
    ['401', httpFailure(401), tokenRefused],
    ['403 of a revoked token', httpFailure(403, { message: 'OAuth token has been Revoked.' }), tokenRefused],
    ['403', httpFailure(403), denied],
    ['404 of what was revoked', httpFailure(404, { message: 'revoked' }), noModel],
  ])('%s', (_name, failure, outcome) => {
    expect(handled(failure, 'oauth')).toBe(outcome);
  });
});

describe('a key', () => {
  const claims = { 'representative-claim': 'five_hour', 'overage-status': 'rejected' };
  const outOfCredits = { status: 'rejected', 'overage-disabled-reason': 'out_of_credits' };
  const noCreditMessage = 'Your credit balance is too low to access the Anthropic API.';
  it.each<[string, ClaudeFailure, string]>([
    ['429 with the headers of a plan', planFailure(429, claims), rateLimited],
    ['403 with the headers of a plan', planFailure(403, outOfCredits), denied],
    ['429 at a spend limit', httpFailure(429, { errorCode: 'enforced_spend_limit_reached' }), spendLimit],
    ['403 without billing', httpFailure(403, { errorCode: 'organization_billing_unavailable' }), spendLimit],
    ['403 near a spend limit', httpFailure(403, { errorCode: 'x_spend_limit_reached_soon' }), denied],
    [
      '403 whose billing is unavailable for a while',
      httpFailure(403, { errorCode: 'x_billing_unavailable_now' }),
      denied,
    ],
    ['402', httpFailure(402), noCredit],
    ['403 of the type of billing', httpFailure(403, { errorType: 'billing_error' }), noCredit],
    ['400 without credit', httpFailure(400, { message: noCreditMessage }), `no credit_exhausted: ${noCreditMessage}`],
    [
      '403 that speaks of credit',
      httpFailure(403, { message: noCreditMessage }),
      `no permission_denied: ${noCreditMessage}`,
    ],
    ['529', httpFailure(529), overloaded],
    ['an overload with another status', httpFailure(503, { errorType: 'overloaded_error' }), overloaded],
    ['408', httpFailure(408), serverError],
    ['409', httpFailure(409), serverError],
    ['410', httpFailure(410), refused],
    ['499', httpFailure(499), refused],
    ['500', httpFailure(500), serverError],
    ['401', httpFailure(401), keyRefused],
    ['403 of a revoked key', httpFailure(403, { message: 'Revoked.' }), 'no permission_denied: Revoked.'],
    ['403', httpFailure(403), denied],
    ['404', httpFailure(404), noModel],
  ])('%s', (_name, failure, outcome) => {
    expect(handled(failure, 'api_key')).toBe(outcome);
  });
});

describe('a request that Claude does not take', () => {
  const tooLong = { message: 'Prompt is too long: 210000 tokens > 200000 maximum' };
  const disabledMessage = 'This organization has been disabled.';
  const invalid = { errorType: 'invalid_request_error' };
  it.each<[string, ClaudeFailure, string]>([
    ['413', httpFailure(413), tooLarge],
    ['an error event: too large', streamFailure({ errorType: 'request_too_large' }), tooLarge],
    ['400: too long', httpFailure(400, tooLong), tooLarge],
    [
      '400: over the context limit',
      httpFailure(400, { message: 'input and max_tokens exceed context limit' }),
      tooLarge,
    ],
    ['400: too many bytes', httpFailure(400, { message: 'too many total text bytes' }), tooLarge],
    ['an error event: too long', streamFailure({ ...invalid, ...tooLong }), tooLarge],
    [
      'an error event of another type that speaks of length',
      streamFailure({ errorType: 'api_error', ...tooLong }),
      serverError,
    ],
    ['422 that speaks of length', httpFailure(422, { ...invalid, ...tooLong }), refused],
    [
      '400 of a disabled account',
      httpFailure(400, { message: disabledMessage }),
      `no connection_broken: ${disabledMessage}`,
    ],
    [
      '400 of a disabled account, in other words',
      httpFailure(400, { message: 'Disabled Organization' }),
      'no connection_broken: Disabled Organization',
    ],
    ['422 of a disabled account', httpFailure(422, { message: disabledMessage }), refused],
    ['400 about thinking', httpFailure(400, { message: 'Thinking blocks cannot be modified.' }), thinkingRefused],
    ['an error event about thinking', streamFailure({ ...invalid, message: 'thinking' }), thinkingRefused],
    ['422 about thinking', httpFailure(422, { message: 'thinking' }), refused],
    ['400 about an image', httpFailure(400, { message: 'Could not process image' }), pictureRefused],
    ['400 about images', httpFailure(400, { message: 'Too many Images: 101' }), pictureRefused],
    [
      '400 about a parameter named like an image',
      httpFailure(400, { message: 'imagery: extra input; preimage' }),
      refused,
    ],
    ['422 about an image', httpFailure(422, { message: 'image' }), refused],
    ['400 about anything else', httpFailure(400, { message: 'messages.1: bad' }), refused],
    ['an error event about anything else', streamFailure({ ...invalid, message: 'messages.1: bad' }), refused],
  ])('%s', (_name, failure, outcome) => {
    expect(handled(failure, 'api_key')).toBe(outcome);
  });
});
