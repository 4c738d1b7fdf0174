import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import { error, failingClaude, plan } from './failing-claude.ts';
import { eventsOf, turnInput } from './support.ts';

const { simulator, connect, fail } = await failingClaude();

describe('a failure', () => {
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
    const input = turnInput(simulator, {
      claude: connect('oauth'),
      payer: 'connection',
      retry: { maxRetries: 9, baseMs: 1 },
    });
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
