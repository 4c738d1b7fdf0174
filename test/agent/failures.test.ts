import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { TurnOutcome } from '../../src/agent/turn-outcomes.ts';
import { type ClaudeCredential, createClaude } from '../../src/claude/claude-client.ts';
import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { eventsOf, turnInput } from './support.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const credentials: Record<ClaudeCredential['kind'], ClaudeCredential> = {
  api_key: { kind: 'api_key', key: 'sk-test' },
  oauth: { kind: 'oauth', token: 'sk-ant-oat01-test', beta: 'oauth-2025-04-20' },
};

async function fail(kind: ClaudeCredential['kind'], answers: Answer[], payer = 'connection') {
  simulator.script(answers, { repeatLast: true });
  const claude = createClaude({ credential: credentials[kind], baseUrl: simulator.url });
  const input = turnInput(simulator, { claude, payer });
  const outcome: TurnOutcome = await runAgentLoop(input);
  return { outcome, journal: input.journal, requests: simulator.requests.length };
}

const error = (type: string, message: string, rest: Answer = {}): Answer => ({ error: { type, message }, ...rest });
const plan = {
  [`${unifiedPrefix}representative-claim`]: 'five_hour',
  [`${unifiedPrefix}reset`]: '1795194000',
};
const outOfCredits = (status: string) => ({
  [`${unifiedPrefix}status`]: status,
  [`${unifiedPrefix}overage-disabled-reason`]: 'out_of_credits',
});

/** `requests`: 1, or 4 with retries (three of them). `retries`: their number where it differs. */
const rows: {
  name: string;
  kind: ClaudeCredential['kind'];
  answer: Answer;
  requests: number;
  retries?: number;
  event: 'credit_exhausted' | 'prompt_error';
  code?: string;
  state: TurnOutcome['state'];
  blameless: boolean;
}[] = [
  {
    name: '429 of a plan at its limit',
    kind: 'oauth',
    answer: error('rate_limit_error', 'limit', { headers: { ...plan, 'retry-after': '1' } }),
    requests: 1,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: '429 of a plan without a window',
    kind: 'oauth',
    answer: error('rate_limit_error', 'busy'),
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_busy',
    state: 'failed',
    blameless: true,
  },
  {
    name: '429 of a plan that names nothing but its extra usage',
    kind: 'oauth',
    answer: error('rate_limit_error', 'x', { headers: { [`${unifiedPrefix}overage-status`]: 'rejected' } }),
    requests: 1,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: 'a plan out of credits',
    kind: 'oauth',
    answer: error('permission_error', 'x', { headers: outOfCredits('rejected') }),
    requests: 1,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: 'a plan out of credits that is served all the same',
    kind: 'oauth',
    answer: error('permission_error', 'x', { headers: outOfCredits('allowed') }),
    requests: 1,
    event: 'prompt_error',
    code: 'permission_denied',
    state: 'failed',
    blameless: false,
  },
  {
    name: '500 of a plan out of credits',
    kind: 'oauth',
    answer: error('api_error', 'x', { headers: outOfCredits('rejected') }),
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '429 of a key that speaks of a plan',
    kind: 'api_key',
    answer: error('rate_limit_error', 'x', { headers: plan }),
    requests: 4,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: '429 of a key',
    kind: 'api_key',
    answer: error('rate_limit_error', 'Slow down.'),
    requests: 4,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: '500',
    kind: 'api_key',
    answer: error('api_error', 'boom'),
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '502 with a page',
    kind: 'api_key',
    answer: { status: 502, rawBody: '<html>' },
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '503',
    kind: 'oauth',
    answer: { status: 503, rawBody: '' },
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '504',
    kind: 'api_key',
    answer: error('timeout_error', 'x', { status: 504 }),
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '529',
    kind: 'api_key',
    answer: error('overloaded_error', 'x'),
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_overloaded',
    state: 'failed',
    blameless: true,
  },
  {
    name: '408',
    kind: 'api_key',
    answer: { status: 408, rawBody: '' },
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '409',
    kind: 'api_key',
    answer: { status: 409, rawBody: '' },
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: 'a reset connection',
    kind: 'api_key',
    answer: { kind: 'reset' },
    requests: 0,
    event: 'prompt_error',
    code: 'upstream_unreachable',
    state: 'failed',
    blameless: true,
  },
  {
    name: 'an error event',
    kind: 'api_key',
    answer: { content: ['x'], streamError: { at: 1, type: 'api_error' } },
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '402',
    kind: 'api_key',
    answer: error('billing_error', 'Pay.', { status: 402 }),
    requests: 1,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: '400 without credit',
    kind: 'api_key',
    answer: error('invalid_request_error', 'Your credit balance is too low to access the API.'),
    requests: 1,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
  {
    name: '401 of a key',
    kind: 'api_key',
    answer: error('authentication_error', 'invalid x-api-key'),
    requests: 2,
    retries: 2,
    event: 'prompt_error',
    code: 'connection_broken',
    state: 'failed',
    blameless: false,
  },
  {
    name: '401 of a token, and there is no other',
    kind: 'oauth',
    answer: error('authentication_error', 'expired'),
    requests: 2,
    retries: 2,
    event: 'prompt_error',
    code: 'connection_broken',
    state: 'failed',
    blameless: false,
  },
  {
    name: '403',
    kind: 'api_key',
    answer: error('permission_error', 'No.'),
    requests: 1,
    event: 'prompt_error',
    code: 'permission_denied',
    state: 'failed',
    blameless: false,
  },
  {
    name: '404',
    kind: 'api_key',
    answer: error('not_found_error', 'model: x'),
    requests: 1,
    event: 'prompt_error',
    code: 'model_not_found',
    state: 'failed',
    blameless: false,
  },
  {
    name: '403 of a token that was revoked, and there is no other',
    kind: 'oauth',
    answer: error('permission_error', 'OAuth token has been revoked.', { headers: { 'x-should-retry': 'false' } }),
    requests: 2,
    retries: 2,
    event: 'prompt_error',
    code: 'connection_broken',
    state: 'failed',
    blameless: false,
  },
  {
    name: '520',
    kind: 'api_key',
    answer: { status: 520, rawBody: '' },
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: '400',
    kind: 'api_key',
    answer: error('invalid_request_error', 'messages.1: bad'),
    requests: 1,
    event: 'prompt_error',
    code: 'upstream_refused',
    state: 'failed',
    blameless: true,
  },
  {
    name: '413',
    kind: 'api_key',
    answer: error('request_too_large', 'x'),
    requests: 1,
    event: 'prompt_error',
    code: 'request_too_large',
    state: 'failed',
    blameless: true,
  },
  {
    name: 'x-should-retry: false',
    kind: 'api_key',
    answer: error('api_error', 'x', { headers: { 'x-should-retry': 'false' } }),
    requests: 1,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: 'retry-after that is no time',
    kind: 'api_key',
    answer: error('api_error', 'x', { headers: { 'retry-after': '-99999' } }),
    requests: 4,
    event: 'prompt_error',
    code: 'upstream_error',
    state: 'failed',
    blameless: true,
  },
  {
    name: 'retry-after above a minute',
    kind: 'api_key',
    answer: error('rate_limit_error', 'x', { headers: { 'retry-after': '61' } }),
    requests: 1,
    event: 'credit_exhausted',
    state: 'exhausted',
    blameless: false,
  },
];

describe('a failure', () => {
  it.each(rows.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    const { outcome, journal, requests } = await fail(row.kind, [row.answer]);
    expect(outcome).toEqual({ state: row.state, blameless: row.blameless });
    const retries = eventsOf(journal, 'api_retry');
    // Node's fetch repeats a reset request by itself, so requests are not counted there.
    if (row.requests > 0) expect(requests).toBe(row.requests);
    expect(retries).toHaveLength(row.retries ?? (row.requests === 1 ? 0 : 3));
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2, 3].slice(0, retries.length));
    const last = journal.events.at(-1);
    expect(last?.type).toBe(row.event);
    if (row.code) expect(eventsOf(journal, 'prompt_error')[0]?.code).toBe(row.code);
  });

  it('of the shared key is not the visitor’s', async () => {
    const { outcome, journal } = await fail(
      'api_key',
      [error('authentication_error', 'key of org 123 is gone')],
      'trial',
    );
    expect(outcome).toEqual({ state: 'failed', blameless: true });
    expect(JSON.stringify(eventsOf(journal, 'prompt_error'))).not.toContain('org 123');
    simulator.reset();
    const limited = await fail('api_key', [error('rate_limit_error', 'x')], 'trial');
    expect(limited.outcome).toEqual({ state: 'exhausted', blameless: true });
    expect(eventsOf(limited.journal, 'credit_exhausted')[0]?.payer).toBe('trial');
  });

  it('because of thinking blocks is tried again without them', async () => {
    simulator.script([
      {
        content: [
          { type: 'thinking', thinking: 'Hm.' },
          'One.',
          { type: 'tool_use', name: 'check_preview', input: {} },
        ],
      },
      error('invalid_request_error', 'messages.1.content.0: thinking blocks cannot be used in this conversation'),
      { content: ['Done.'] },
    ]);
    const input = turnInput(simulator);
    expect((await runAgentLoop(input)).state).toBe('completed');
    expect(simulator.requests.map(({ rawBody }) => rawBody.includes('"Hm."'))).toEqual([false, true, false]);
  });

  it('at a plan’s limit tells the state of the account before it', async () => {
    const { journal } = await fail('oauth', [error('rate_limit_error', 'limit', { headers: plan })]);
    expect(journal.events.map(({ type }) => type)).toEqual(['rate_limit', 'credit_exhausted']);
    expect(eventsOf(journal, 'rate_limit')[0]).toMatchObject({ status: 'rejected', rateLimitType: 'five_hour' });
    expect(eventsOf(journal, 'credit_exhausted')[0]?.resetsAt).toBe(1795194000_000);
  });

  it('without an end tells no state of the account: not what was made up for, nor of another failure', async () => {
    simulator.script([
      error('rate_limit_error', 'busy', { headers: { [`${unifiedPrefix}status`]: 'rejected' } }),
      error('api_error', 'x', { headers: plan }),
      { content: ['Hi'], headers: plan, cut: 4 },
      { content: ['Hi'], headers: { [`${unifiedPrefix}status`]: 'rejected' }, streamError: { at: 3 } },
      error('not_found_error', 'x', { headers: plan }),
    ]);
    const claude = createClaude({ credential: credentials.oauth, baseUrl: simulator.url });
    const input = turnInput(simulator, { claude, payer: 'connection', retry: { maxRetries: 9, baseMs: 1 } });
    await runAgentLoop(input);
    expect(eventsOf(input.journal, 'api_retry').map(({ httpStatus, errorType }) => [httpStatus, errorType])).toEqual([
      [429, 'rate_limit_error'],
      [500, 'api_error'],
      [null, null],
      [null, 'overloaded_error'],
    ]);
    expect(eventsOf(input.journal, 'rate_limit')).toEqual([]);
  });

  it.each([
    ['61', 529, 'Claude is overloaded at the moment. Try again in 2 minutes.'],
    ['8949', 429, 'Claude is limiting requests for the moment. This is not your usage limit. Try again in 3 hours.'],
    ['99999999999', 503, 'Claude had an error of its own. Try again in a moment.'],
  ])('that asks to wait %s s says so (%d)', async (wait, status, message) => {
    const { journal } = await fail('oauth', [{ status, rawBody: '', headers: { 'retry-after': wait } }]);
    expect(eventsOf(journal, 'prompt_error')).toMatchObject([{ message, retryable: true }]);
    expect(eventsOf(journal, 'api_retry')).toEqual([]);
  });

  it('leaves no secret in an event', async () => {
    const { journal } = await fail('api_key', [
      error('rate_limit_error', 'key sk-ant-api03-abcdefgh_SECRET, Authorization: Bearer abc.def.ghi123', {
        headers: { 'retry-after': '100' },
      }),
    ]);
    expect(JSON.stringify(journal.events)).not.toMatch(/SECRET|ghi123/);
  });
});
