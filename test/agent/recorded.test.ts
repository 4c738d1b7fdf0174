import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Clock } from '../../src/agent/clock.ts';
import { type ClaudeCredential, createClaude } from '../../src/claude/claude-client.ts';
import type { Draft } from '../../src/protocol/events.ts';
import { expectRecorded, kindOf, promptsOf, recordedCases } from '../claude/recorded-cases.ts';
import { answersOf } from '../claude-simulator/recorded-case.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { eventsOf, instantClock, turnInput } from './support.ts';

const simulator = await useSimulator();

const credentials: Record<ClaudeCredential['kind'], (token: string) => ClaudeCredential> = {
  api_key: (key) => ({ kind: 'api_key', key }),
  oauth: (token) => ({ kind: 'oauth', token, beta: 'oauth-2025-04-20' }),
};

describe('a recorded case', () => {
  // Cases that hang are tested in test/routes/recorded-signals.server.test.ts.
  const cases = recordedCases.filter(({ responses }) => responses.every(({ kind }) => kind !== 'hang'));
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    simulator.script(answersOf(one.responses), { key: name, repeatLast: true });
    const claude = createClaude({ credential: credentials[kindOf(one)](name), baseUrl: simulator.url });
    let renewals = 0;
    const stop = new AbortController();
    const clock: Clock = { ...instantClock, now: () => Date.parse(one.capturedAt) };
    const maxRetries = Number(one.env.CLAUDE_CODE_MAX_RETRIES ?? 10);
    const told: Draft[] = [];
    let rateLimit = null;
    for (let prompt = 0; prompt < promptsOf(one); prompt++) {
      const input = turnInput(simulator, {
        claude,
        clock,
        signal: stop.signal,
        payer: 'connection',
        retry: { maxRetries, baseMs: 500 },
        rateLimit,
        connection: {
          reload: async () => undefined,
          renew: async () =>
            renewals++ === 0
              ? { ok: true }
              : { ok: false, code: 'connection_broken', message: 'It is broken.', fields: {} },
        },
      });
      const { state } = await runAgentLoop(input);
      rateLimit = eventsOf(input.journal, 'rate_limit').at(-1) ?? rateLimit;
      told.push(...input.journal.events, { type: 'turn_finished', data: { turn: input.turn, state, counted: false } });
    }
    const requests = simulator.requests.filter(({ key }) => key === name).length;
    expectRecorded(one, told, requests, maxRetries);
    expect(told.filter(({ type }) => type === 'turn_finished')).toHaveLength(promptsOf(one));
  });
});
