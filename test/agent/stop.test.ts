import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Clock } from '../../src/agent/clock.ts';
import type { Reserved } from '../../src/agent/turn-interfaces.ts';
import { createClaude } from '../../src/claude/claude-client.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { type TurnOptions, turnInput } from './support.ts';

const simulator = await useSimulator();

/** A stopped clock: no timer ever fires. `waiting` resolves when the retry loop begins a wait. */
function stoppedClock() {
  const timers = new Set<{ ms: number }>();
  const waiting = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => 1_795_000_000_000,
    after: (ms) => {
      const timer = { ms };
      timers.add(timer);
      // The first timer is the turn's own deadline.
      if (timers.size === 2) waiting.resolve();
      return () => timers.delete(timer);
    },
    random: () => 0,
  };
  return { clock, timers, waiting: waiting.promise };
}

describe('Stop, on a clock that stands still,', () => {
  const stopped = async (
    answers: Answer[],
    until: 'waiting' | 'request' | Promise<unknown>,
    options: TurnOptions = {},
  ) => {
    simulator.script(answers, { repeatLast: true });
    const { clock, timers, waiting } = stoppedClock();
    const stop = new AbortController();
    const input = turnInput(simulator, { clock, signal: stop.signal, ...options });
    const running = runAgentLoop(input);
    await (until === 'waiting' ? waiting : until === 'request' ? simulator.request(1) : until);
    stop.abort();
    const outcome = await running;
    expect(outcome.state).toBe('stopped');
    expect([...timers], 'timers left').toEqual([]);
    return input.journal;
  };

  it.each<[string, Answer]>([
    ['a failure', { status: 500 }],
    ['a limit that asks for a minute', { status: 429, headers: { 'retry-after': '60' } }],
    ['a broken connection', { kind: 'reset' }],
  ])('ends the wait after %s', async (_name, answer) => {
    const journal = await stopped([answer], 'waiting');
    expect(journal.events.map(({ type }) => type)).toEqual(['api_retry']);
  });

  it.each<[string, Answer]>([
    ['is not answered', { kind: 'hang' }],
    ['fell silent', { content: ['One two three four five six seven'], hangAfter: 4 }],
  ])('ends a request that %s', async (_name, answer) => {
    await stopped([answer], 'request');
    await simulator.request(1, { until: 'aborted' });
  });

  it('ends the wait for a fresh token', async () => {
    const asked = Promise.withResolvers<void>();
    const { clock } = stoppedClock();
    await stopped([{ error: { type: 'authentication_error' } }], asked.promise, {
      claude: createClaude({ credential: { kind: 'oauth', token: 'old', beta: 'b' }, baseUrl: simulator.url }),
      clock: {
        ...clock,
        after: (ms, fn) => {
          if (ms < 60_000) queueMicrotask(fn);
          return () => {};
        },
      },
      connection: {
        reload: async () => undefined,
        renew: () => {
          asked.resolve();
          return new Promise(() => {});
        },
      },
    });
  });

  it('ends the wait for the operator’s purse, and gives back what it grants later', async () => {
    const asked = Promise.withResolvers<void>();
    const purse = Promise.withResolvers<Reserved>();
    const settled: number[] = [];
    await stopped([{}], asked.promise, {
      spend: {
        reserve: () => {
          asked.resolve();
          return purse.promise;
        },
        settle: (_call, usd) => settled.push(usd),
      },
    });
    purse.resolve({ ok: true, usd: 1 });
    await purse.promise;
    await null;
    expect(settled).toEqual([0]);
    expect(simulator.requests).toEqual([]);
  });
});

it('no timer is left behind by a turn that ended by itself', async () => {
  const timers = new Set<object>();
  const clock: Clock = {
    now: () => 1_795_000_000_000,
    after: (_ms, fn) => {
      const timer = {};
      timers.add(timer);
      if (timers.size > 1) queueMicrotask(() => timers.delete(timer) && fn());
      return () => timers.delete(timer);
    },
    random: () => 0,
  };
  simulator.script([{ status: 529 }, { kind: 'reset' }, {}]);
  expect((await runAgentLoop(turnInput(simulator, { clock }))).state).toBe('completed');
  expect([...timers]).toEqual([]);
});
