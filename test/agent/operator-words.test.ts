import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { error, failingClaude } from './failing-claude.ts';
import { eventsOf, turnInput } from './support.ts';

const { simulator, connect, fail } = await failingClaude();

/** What Claude says of the account that holds the key. */
const words = 'org-4711';
const about = `Your organization's (${words}) credit balance is too low: rate limit of 40,000 input tokens. Thinking, images, revoked.`;

const types = [
  'rate_limit_error',
  'billing_error',
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
  'overloaded_error',
  'api_error',
  'timeout_error',
];

const failures: [string, Answer][] = [
  ...types.map((type): [string, Answer] => [type, error(type, about)]),
  ...[300, 302, 400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 503, 529].map(
    (status): [string, Answer] => [`status ${status}`, error(`Of ${words}`, about, { status })],
  ),
  ['a spend limit', error('invalid_request_error', `You have reached your specified API usage limits (${words}).`)],
  ['a disabled organization', error('invalid_request_error', `This organization has been disabled (${words}).`)],
  ['a long wait', error('rate_limit_error', about, { headers: { 'retry-after': '3600' } })],
  ['an error in the stream', { content: ['Hi'], streamError: { at: 3, type: `Of ${words}`, message: about } }],
];

describe.each(['trial', 'hosted', 'credits'])(
  'who does not pay Claude (%s) hears nothing of the operator’s account',
  (payer) => {
    it.each(failures)('by %s', async (_, answer) => {
      const { journal, outcome } = await fail('api_key', [answer], payer);
      expect(JSON.stringify(journal.events)).not.toContain(words);
      expect(outcome.blameless).toBe(true);
    });

    it('by what its headers say', async () => {
      const headers = {
        [`${unifiedPrefix}status`]: 'allowed_warning',
        [`${unifiedPrefix}representative-claim`]: words,
        [`${unifiedPrefix}5h-utilization`]: '0.95',
        'anthropic-organization-id': words,
      };
      const { journal } = await fail('api_key', [{ content: ['Done.'], headers }], payer);
      expect(JSON.stringify(journal.events)).not.toContain(words);
    });

    it('and is told whose limit it is, and until when', async () => {
      const { journal } = await fail(
        'api_key',
        [error('rate_limit_error', about, { headers: { 'retry-after': '3600' } })],
        payer,
      );
      const [told] = eventsOf(journal, 'credit_exhausted');
      expect(told).toMatchObject({
        message: 'The key that this site shares is at its limit with Claude.',
        errorType: 'rate_limit_error',
        httpStatus: 429,
        payer,
        fields: { reason: 'shared_key' },
      });
      expect(told?.resetsAt).toEqual(expect.any(Number));
    });
  },
);

it.each(
  failures.filter(([name]) => ['rate_limit_error', 'billing_error', 'permission_error', 'status 429'].includes(name)),
)('who has connected a Claude of their own hears its own words (%s)', async (_, answer) => {
  const { journal } = await fail('api_key', [answer], 'connection');
  expect(JSON.stringify(journal.events)).toContain(words);
});

it('a scripted model has no account: its words are told', async () => {
  simulator.script([
    error('rate_limit_error', about, { headers: { [`${unifiedPrefix}representative-claim`]: 'five_hour' } }),
  ]);
  const input = turnInput(simulator, { claude: connect('oauth'), payer: 'trial', isScripted: true });
  await runAgentLoop(input);
  expect(eventsOf(input.journal, 'credit_exhausted')[0]?.message).toBe(about);
  expect(eventsOf(input.journal, 'rate_limit')).toHaveLength(1);
});
