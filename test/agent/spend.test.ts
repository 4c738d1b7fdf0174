import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { costUsd } from '../../src/claude/model-catalogue.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { create, eventsOf, turnInput } from './support.ts';

const simulator = await useSimulator();

function purse(limit = Number.POSITIVE_INFINITY) {
  const reserved = new Map<string, number>();
  const settled = new Map<string, number>();
  return {
    reserved,
    settled,
    reserve: async (callId: string, usd: number) => {
      if (reserved.has(callId)) throw new Error(`${callId} twice`);
      if (reserved.size >= limit) return false;
      reserved.set(callId, usd);
      return true;
    },
    settle: (callId: string, usd: number) => {
      settled.set(callId, usd);
    },
  };
}

it('reserves the most that a call may cost, and settles what it did', async () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 20,
    cache_read_input_tokens: 3000,
    cache_creation_input_tokens: 50,
  };
  simulator.script([
    { content: [create('a.txt', 'a')], usage },
    { content: ['Done.'], usage },
  ]);
  const spend = purse();
  await runAgentLoop(turnInput(simulator, { spend }));
  const cost = costUsd('claude-haiku-5-5', {
    inputTokens: 100,
    outputTokens: 20,
    cacheReadTokens: 3000,
    cacheWriteTokens: 50,
  });
  expect([...spend.settled.values()]).toEqual([cost, cost]);
  for (const usd of spend.reserved.values()) expect(usd).toBeGreaterThan(cost);
  expect([...spend.reserved.keys()]).toEqual([...spend.settled.keys()]);
});

it('settles a refused request at nothing, and lets a broken one stand', async () => {
  simulator.script([{ error: { type: 'overloaded_error' } }, { content: ['Hello'], cut: 4 }, { content: ['Done.'] }]);
  const spend = purse();
  await runAgentLoop(turnInput(simulator, { spend }));
  expect(spend.reserved.size).toBe(3);
  expect([...spend.settled.values()]).toEqual([0, expect.any(Number)]);
});

it('lets the reservation of an aborted call stand', async () => {
  const stop = new AbortController();
  simulator.script([{ content: ['A story.'], gates: [{ before: 3, name: 'pause' }] }]);
  const spend = purse();
  const running = runAgentLoop(turnInput(simulator, { spend, signal: stop.signal }));
  await simulator.waiting('pause');
  stop.abort();
  await running;
  expect(spend.reserved.size).toBe(1);
  expect(spend.settled.size).toBe(0);
});

it('makes no request when the budget is spent', async () => {
  const spend = purse(0);
  const input = turnInput(simulator, { spend });
  expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: true });
  expect(simulator.requests).toHaveLength(0);
  expect(eventsOf(input.journal, 'prompt_error')[0]?.code).toBe('hosted_budget_spent');
});
