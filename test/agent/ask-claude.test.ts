import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { CostBounds } from '../../src/agent/call-cost.ts';
import type { Renewal, Reserved } from '../../src/agent/turn-interfaces.ts';
import { type ClaudeCredential, createClaude } from '../../src/claude/claude-client.ts';
import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { create, eventsOf, instantClock, type TurnOptions, transcriptOf, turnInput } from './support.ts';

const simulator = await useSimulator();

const credentials: Record<ClaudeCredential['kind'], ClaudeCredential> = {
  api_key: { kind: 'api_key', key: 'sk-test' },
  oauth: { kind: 'oauth', token: 'sk-ant-oat01-test', beta: 'oauth-2025-04-20' },
};
const claudeOf = (kind: ClaudeCredential['kind']) =>
  createClaude({ credential: credentials[kind], baseUrl: simulator.url });

async function turnOf(answers: Answer[], options: TurnOptions = {}) {
  simulator.script(answers, { repeatLast: true });
  const input = turnInput(simulator, options);
  const outcome = await runAgentLoop(input);
  return { outcome, journal: input.journal, turn: input.turn };
}

describe('a refused credential', () => {
  const refused: Answer = { error: { type: 'authentication_error', message: 'invalid x-api-key' } };
  const broken: Renewal = { ok: false, code: 'connection_broken', message: 'It is broken.', fields: {} };
  const away: Renewal = { ok: false, code: 'connection_unavailable', message: 'Nobody answers.', fields: {} };

  /** A turn on a visitor's own connection, which gives these renewals, the last again and again. */
  async function refusedTurn(kind: ClaudeCredential['kind'], answers: Answer[], ...renewals: Renewal[]) {
    const asked: string[] = [];
    const connection = {
      reload: async () => {
        asked.push(`reload after ${simulator.requests.length}`);
      },
      renew: async () => {
        asked.push('renew');
        return (renewals.length > 1 ? renewals.shift() : renewals[0]) ?? broken;
      },
    };
    const { outcome, journal } = await turnOf(answers, { payer: 'connection', claude: claudeOf(kind), connection });
    return { outcome, asked, error: eventsOf(journal, 'prompt_error')[0], requests: simulator.requests.length };
  }

  it('is renewed once where the new one is taken', async () => {
    expect(await refusedTurn('oauth', [refused, {}], { ok: true })).toEqual({
      outcome: { state: 'completed', blameless: false },
      asked: ['renew'],
      error: undefined,
      requests: 2,
    });
  });

  it.each<[string, Renewal[], string[], Partial<Renewal & { retryable: boolean }>]>([
    ['twice, and is broken', [{ ok: true }, broken], ['renew', 'renew'], { ...broken, retryable: false }],
    ['that cannot be renewed is asked for once', [broken], ['renew'], { ...broken, retryable: false }],
    ['that cannot be renewed now may be tried again', [away], ['renew'], { ...away, retryable: true }],
    [
      'although it was renewed may be tried again',
      [{ ok: true }],
      ['renew', 'renew'],
      {
        code: 'connection_broken',
        message:
          'Claude refused the connection, which has been renewed since. Send the prompt again, or connect again.',
        retryable: true,
        fields: { reason: 'renewed' },
      },
    ],
  ])('%s', async (_name, renewals, calls, { code, message, retryable, fields }: Record<string, unknown>) => {
    expect(await refusedTurn('oauth', [refused], ...renewals)).toEqual({
      outcome: { state: 'failed', blameless: false },
      asked: calls,
      error: { code, message, retryable, fields },
      requests: 2,
    });
  });

  it('that is a key is read again once, reported as refused, and described as Claude does', async () => {
    const { journal } = await turnOf([refused], { payer: 'connection', claude: claudeOf('api_key') });
    const [own] = eventsOf(journal, 'prompt_error');
    expect(own).toMatchObject({ code: 'connection_broken', retryable: false });
    simulator.reset();
    expect(await refusedTurn('api_key', [refused], broken)).toEqual({
      outcome: { state: 'failed', blameless: false },
      asked: ['reload after 1', 'renew'],
      error: own,
      requests: 2,
    });
  });

  it('is not asked for again because of another failure', async () => {
    const other: Answer = { error: { type: 'permission_error', message: 'No.' } };
    const { asked, error } = await refusedTurn('oauth', [refused, other], { ok: true });
    expect([asked, error?.code]).toEqual([['renew'], 'permission_denied']);
  });
});

describe('the state of a plan', () => {
  const plan = (reset: string) => ({
    [`${unifiedPrefix}status`]: 'allowed',
    [`${unifiedPrefix}representative-claim`]: 'five_hour',
    [`${unifiedPrefix}reset`]: reset,
  });
  const answers: Answer[] = [
    { content: [create('a.txt', 'a')], headers: plan('1795194000') },
    { content: [create('b.txt', 'b')], headers: plan('1795194000') },
    { content: ['Done.'], headers: plan('1795198000') },
  ];

  it('is told with a reply, and again only where it has changed', async () => {
    let unchanged = 0;
    const onUnchangedLimit = () => {
      unchanged++;
    };
    const { journal } = await turnOf(answers, { claude: claudeOf('oauth'), onUnchangedLimit });
    const told = eventsOf(journal, 'rate_limit');
    expect(told.map(({ status, resetsAt }) => [status, resetsAt])).toEqual([
      ['allowed', 1_795_194_000_000],
      ['allowed', 1_795_198_000_000],
    ]);
    expect(unchanged).toBe(1);
    simulator.reset();
    const next = await turnOf(answers.slice(2), { claude: claudeOf('oauth'), rateLimit: told[1] ?? null });
    expect(eventsOf(next.journal, 'rate_limit')).toEqual([]);
    expect(next.outcome.state).toBe('completed');
  });

  it('is a warning until its window resets, also where an answer says nothing of limits', async () => {
    const warned = (reset: number) => ({
      [`${unifiedPrefix}status`]: 'allowed_warning',
      [`${unifiedPrefix}5h-surpassed-threshold`]: '0.9',
      [`${unifiedPrefix}5h-reset`]: String(reset),
    });
    const soon = Math.floor(Date.now() / 1000) + 3_600;
    const states = async (headers: Record<string, string>) => {
      simulator.reset();
      const silent: Answer[] = [{ content: [create('b.txt', 'b')] }, { content: ['Done.'] }];
      const { journal } = await turnOf([{ content: [create('a.txt', 'a')], headers }, ...silent], {
        claude: claudeOf('oauth'),
      });
      return eventsOf(journal, 'rate_limit').map(({ status }) => status);
    };
    expect(await states(warned(soon))).toEqual(['allowed_warning']);
    expect(await states(warned(soon - 7_200))).toEqual(['allowed_warning', 'allowed']);
    expect(await states({ [`${unifiedPrefix}status`]: 'strange' })).toEqual(['unknown', 'allowed']);
  });

  it('is none for a key', async () => {
    let unchanged = 0;
    const onUnchangedLimit = () => {
      unchanged++;
    };
    const { journal } = await turnOf(answers, { claude: claudeOf('api_key'), onUnchangedLimit });
    expect(eventsOf(journal, 'rate_limit')).toEqual([]);
    expect(unchanged).toBe(0);
  });
});

describe('a reply', () => {
  it.each<[string, Answer, unknown[]]>([
    ['without content', { content: [] }, [{ type: 'text', text: '(no answer)' }]],
    [
      'of thinking alone',
      { content: [{ type: 'thinking', thinking: 'Hm.' }] },
      [
        { type: 'thinking', thinking: 'Hm.', signature: expect.any(String) },
        { type: 'text', text: '(no answer)' },
      ],
    ],
    ['of a text', { content: ['Done.'] }, [{ type: 'text', text: 'Done.' }]],
  ])('%s is one that Claude takes back', async (_name, answer, content) => {
    const { outcome, journal } = await turnOf([answer]);
    expect(outcome.state).toBe('completed');
    expect(transcriptOf(journal).at(-1)).toEqual({ role: 'assistant', content });
  });

  it('that ends with a call stays as it is', async () => {
    const { journal } = await turnOf([{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }]);
    expect(transcriptOf(journal)[1]?.content).toMatchObject([{ type: 'tool_use' }]);
    expect(transcriptOf(journal)[1]?.content).toHaveLength(1);
  });
});

describe('what the operator pays for', () => {
  /** A purse that grants the first `limit` requests. */
  function purse(limit = Number.POSITIVE_INFINITY) {
    const calls: string[] = [];
    const settled: [number, number][] = [];
    return {
      calls,
      settled,
      reserve: async (callId: string, { most }: CostBounds): Promise<Reserved> =>
        calls.push(callId) <= limit ? { ok: true, usd: most } : { ok: false, why: 'budget' },
      settle: (callId: string, usd: number) => {
        settled.push([calls.indexOf(callId) + 1, usd]);
      },
    };
  }

  it('is counted by call, with ids that no later run of the turn repeats', async () => {
    const spend = purse();
    const now = 1_795_000_000_000;
    await turnOf(
      [{ error: { type: 'overloaded_error' } }, { content: [create('a.txt', 'a')] }, { content: ['Done.'] }],
      {
        spend,
        turn: 'turn-x',
        clock: { ...instantClock, now: () => now },
      },
    );
    expect(spend.calls).toEqual(['1/1', '1/2', '2/1'].map((place) => `turn-x/${place}/${now.toString(36)}`));
  });

  it('is nothing for a request without an answer, also after one that was cut', async () => {
    const spend = purse();
    await turnOf([{ content: ['Hello'], cut: 4 }, { error: { type: 'overloaded_error' } }, { content: ['Done.'] }], {
      spend,
    });
    expect(spend.settled.map(([call, usd]) => [call, usd > 0])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ]);
  });

  it('is paid also where the reply ends with the context window, and is asked for again', async () => {
    const spend = purse();
    const { outcome } = await turnOf(
      [
        { content: [create('a.txt', 'x'.repeat(9_000))] },
        { content: ['Do'], stopReason: 'model_context_window_exceeded' },
        { content: ['Done.'] },
      ],
      { spend },
    );
    expect(outcome.state).toBe('completed');
    expect(simulator.requests).toHaveLength(3);
    expect(spend.settled.map(([call, usd]) => [call, usd > 0])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
  });

  it('ends the turn in the middle where it is spent, without a request', async () => {
    const spend = purse(1);
    const { outcome, journal } = await turnOf([{ content: [create('a.txt', 'a')] }], { spend });
    expect(outcome).toEqual({ state: 'failed', blameless: true, isCharged: true });
    expect(eventsOf(journal, 'prompt_error').map(({ code }) => code)).toEqual(['hosted_budget_spent']);
    expect(simulator.requests).toHaveLength(1);
    expect(spend.settled.map(([call]) => call)).toEqual([1]);
  });

  it('is given back only where it was granted after Stop', async () => {
    const settle = (grant: (purse: PromiseWithResolvers<Reserved>) => void) => {
      const stop = new AbortController();
      const granted = Promise.withResolvers<Reserved>();
      const settled: number[] = [];
      const spend = {
        reserve: () => {
          stop.abort();
          return granted.promise;
        },
        settle: (_call: string, usd: number) => settled.push(usd),
      };
      return turnOf([{}], { spend, signal: stop.signal }).then(async ({ outcome }) => {
        grant(granted);
        await granted.promise.catch(() => undefined);
        await null;
        return { state: outcome.state, settled };
      });
    };
    expect(await settle(({ resolve }) => resolve({ ok: true, usd: 1 }))).toEqual({ state: 'stopped', settled: [0] });
    expect(await settle(({ resolve }) => resolve({ ok: false, why: 'budget' }))).toEqual({
      state: 'stopped',
      settled: [],
    });
    expect(await settle(({ reject }) => reject(new Error('away')))).toEqual({ state: 'stopped', settled: [] });
    expect(simulator.requests).toEqual([]);
  });
});

it('what an interrupted run has streamed of a step is taken back before it is asked for again', async () => {
  const journal = new MemoryJournal('turn', [{ role: 'user', content: 'x' }]);
  journal.emit({ type: 'text', data: { turn: 'turn', step: 1, delta: 'half a sen' } });
  await turnOf([{ content: ['Done.'] }], { turn: 'turn', journal });
  expect(journal.events.slice(1, 3).map(({ type, data }) => [type, data])).toEqual([
    ['step_discarded', { turn: 'turn', step: 1, fromSeq: 1 }],
    ['text', { turn: 'turn', step: 1, delta: 'Done.' }],
  ]);
});

it('Claude is offered a shell, and asked for as much, as the turn has', async () => {
  await turnOf([{}], { shell: { run: async () => () => ({ text: '', isError: false, changes: [], fields: {} }) } });
  const { body, rawBody } = simulator.requests[0] ?? {};
  expect(rawBody).toContain('"bash_20250124"');
  expect(body).toMatchObject({ max_tokens: 32_000, system: [{ text: expect.stringContaining('You build small') }] });
});
