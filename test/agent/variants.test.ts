import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { createClaude } from '../../src/claude/claude-client.ts';
import { expectEvents } from '../claude/expect-events.ts';
import { failures } from '../claude/variant-failures.ts';
import { statesOfPlans } from '../claude/variant-states.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { instantClock, turnInput } from './support.ts';

const simulator = await useSimulator();

const now = Date.now();
const maxRetries = 2;
const all = [...statesOfPlans(now), ...failures(now)];

it('each variant has a name of its own', () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

it.each(all.map((one) => [one.name, one] as const))('%s', async (name, one) => {
  const token = `sk-${name.replace(/\W/g, '')}-${all.indexOf(one)}`;
  simulator.script(one.answers, { key: token, repeatLast: true });
  const credential =
    one.kind === 'oauth' ? { kind: one.kind, token, beta: 'oauth-test' } : { kind: one.kind, key: token };
  let renewals = 0;
  const input = turnInput(simulator, {
    claude: createClaude({ credential, baseUrl: simulator.url }),
    payer: 'connection',
    retry: { maxRetries, baseMs: 1 },
    clock: { ...instantClock, now: () => now },
    connection: {
      reload: async () => undefined,
      renew: async () =>
        renewals++ === 0
          ? { ok: true }
          : { ok: false, code: 'connection_broken', message: 'It is broken.', fields: {} },
    },
  });
  const { state } = await runAgentLoop(input);
  const events = [
    ...input.journal.events,
    { type: 'turn_finished' as const, data: { turn: input.turn, state, counted: false } },
  ];
  // Node's fetch repeats a reset request by itself.
  const requests =
    one.answers[0]?.kind === 'reset' ? null : simulator.requests.filter(({ key }) => key === token).length;
  expectEvents(one, events, requests, maxRetries);
});
