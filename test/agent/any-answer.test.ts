import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Clock } from '../../src/agent/clock.ts';
import { turnLimits } from '../../src/agent/turn-limits.ts';
import { createClaude } from '../../src/claude/claude-client.ts';
import { type RateLimit, sameRateLimit, unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Draft } from '../../src/protocol/events.ts';
import { longRun } from '../support/long-run.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { makeWorkspace } from '../workspace/make-workspace.ts';
import { instantClock, system } from './support.ts';

interface ServerAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const maxRetries = 2;

/** Milliseconds: a minute, plus 25 % jitter. */
const longestWait = 75_000;

/** A clock that throws on too long a wait. The turn's own deadline never fires. */
const clock: Clock = {
  ...instantClock,
  after: (ms, fn) => {
    if (ms > longestWait && ms < turnLimits.ms * 0.9) throw new Error(`A wait of ${ms} ms.`);
    return instantClock.after(ms > longestWait ? turnLimits.ms : 0, fn);
  },
};

/** Runs a turn against these answers, one per request; the last answer is repeated. */
async function turnOf(kind: 'oauth' | 'api_key', answers: readonly ServerAnswer[]) {
  let asked = 0;
  const fetchFrom = async (): Promise<Response> => {
    const { status, headers, body } = answers[Math.min(asked++, answers.length - 1)] as ServerAnswer;
    return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
  };
  const credential = kind === 'oauth' ? { kind, token: 't', beta: 'b' } : { kind, key: 'k' };
  const journal = new MemoryJournal('turn', [{ role: 'user', content: 'Build it.' }]);
  const outcome = await runAgentLoop({
    turn: 'turn',
    model: 'claude-haiku-5-5',
    payer: 'connection',
    system,
    claude: createClaude({ credential, fetch: fetchFrom, stallMs: 30_000 }),
    retry: { maxRetries, baseMs: 1 },
    journal,
    workspace: makeWorkspace().workspace,
    preview: previewOf({ kind: 'nobody_looking' }),
    signal: new AbortController().signal,
    clock,
    connection: { reload: async () => undefined, renew: async () => ({ ok: true }) },
  });
  const of = <T extends Draft['type']>(type: T) =>
    journal.events.filter((event): event is Extract<(typeof journal.events)[0], { type: T }> => event.type === type);
  return { outcome, of, asked };
}

const sse = (events: object[]): string =>
  events.map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

const reply = (block: object, ...deltas: object[]): object[] => [
  { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];
const said = reply({ type: 'text', text: '' }, { type: 'text_delta', text: 'Hello' });

const now = Math.round(Date.now() / 1000);
const name = fc.oneof(
  fc
    .constantFrom(
      ...['status', 'reset', 'representative-claim', 'overage-status', 'overage-disabled-reason', 'overage-reset'],
      ...['5h', '7d', '7d_oi', '7d_opus', 'overage'].flatMap((key) =>
        ['status', 'reset', 'utilization', 'surpassed-threshold'].map((field) => `${key}-${field}`),
      ),
    )
    .map((key) => unifiedPrefix + key),
  fc.constantFrom('retry-after', 'x-should-retry'),
);
const value = fc.oneof(
  fc.constantFrom('allowed', 'allowed_warning', 'rejected', 'five_hour', 'out_of_credits', '0.9', '1', 'false', ''),
  fc.integer({ min: now - 700_000, max: now + 700_000 }).map(String),
  fc.string({ unit: fc.constantFrom(...'aZ09 .-+:;,"=~') }),
);
const headers = fc.dictionary(name, value).map((set) => ({ ...set }));
const status = fc.constantFrom(
  200,
  200,
  204,
  400,
  401,
  402,
  403,
  404,
  408,
  409,
  413,
  422,
  429,
  429,
  500,
  503,
  524,
  529,
);
const broken = fc.oneof(
  fc.nat({ max: said.length - 1 }).map((length) => sse(said.slice(0, length))),
  fc.nat({ max: sse(said).length - 60 }).map((length) => sse(said).slice(0, length)),
  fc.json(),
  fc.record({ type: fc.anything(), message: fc.anything() }).map((error) => JSON.stringify({ error }) ?? ''),
  fc.constantFrom(
    'credit balance is too low',
    'revoked',
    '<html>',
    'thinking',
    '{"error":{"type":"overloaded_error"}}',
  ),
  fc.jsonValue().map((data) => sse([{ type: 'error', error: data }, ...said])),
  fc.string(),
);
const given = fc.record({ status, headers, body: broken });
const kind = fc.constantFrom('oauth' as const, 'api_key' as const);

it('ends a turn in one of its ways, whatever Claude answers, and takes nothing broken for an answer', async () => {
  const logged = vi.spyOn(console, 'error').mockReturnValue();
  await fc.assert(
    fc.asyncProperty(kind, fc.array(given, { minLength: 1, maxLength: 3 }), fc.boolean(), async (who, list, well) => {
      const answers = well ? [...list, { status: 200, headers: {}, body: sse(said) }] : list;
      const { outcome, of, asked } = await turnOf(who, answers);
      const ends = [...of('credit_exhausted'), ...of('prompt_error')];
      expect(of('prompt_error').map(({ data }) => data.code)).not.toContain('internal');
      expect(ends).toHaveLength(outcome.state === 'completed' ? 0 : 1);
      expect(outcome.state === 'exhausted').toBe(of('credit_exhausted').length === 1);
      if (outcome.state === 'completed') expect(well && asked > list.length).toBe(true);
      const retries = of('api_retry').map(({ data }) => data);
      expect(retries.length).toBeLessThanOrEqual(maxRetries);
      for (const { retryDelayMs, errorType } of retries) {
        expect(retryDelayMs).toBeLessThanOrEqual(longestWait);
        expect(typeof errorType === 'string' || errorType === null).toBe(true);
      }
      for (const { data } of of('credit_exhausted')) {
        expect(data.message).toMatch(/\S/);
        if (data.resetsAt !== null) expect(Math.abs(data.resetsAt - Date.now())).toBeLessThan(367 * 86_400_000);
      }
      expect(of('rate_limit').length).toBeLessThanOrEqual(who === 'oauth' ? 1 : 0);
    }),
    longRun(400),
  );
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});

it('tells a state once, however many answers carry it, and a changed one again', async () => {
  const look = (id: number) => reply({ type: 'tool_use', id: `t${id}`, name: 'check_preview', input: {} });
  await fc.assert(
    fc.asyncProperty(headers, headers, async (first, second) => {
      const answers = [first, first, second, second].map((set, n) => ({
        status: 200,
        headers: { ...set, 'content-type': 'text/event-stream' },
        body: sse(n < 3 ? look(n) : said),
      }));
      const { outcome, of } = await turnOf('oauth', answers);
      expect(outcome.state).toBe('completed');
      const states: RateLimit[] = of('rate_limit').map(({ data }) => data);
      expect(states.length).toBeGreaterThan(0);
      expect(states.length).toBeLessThanOrEqual(2);
      if (states.length === 2) expect(sameRateLimit(states[0] ?? null, states[1] ?? null)).toBe(false);
    }),
    longRun(100),
  );
});
