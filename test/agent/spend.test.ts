import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { CostBounds } from '../../src/agent/call-cost.ts';
import type { Reserved } from '../../src/agent/turn-interfaces.ts';
import { costUsd } from '../../src/claude/model-catalogue.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { create, eventsOf, turnInput } from './support.ts';

const simulator = await useSimulator();

const nothingCached = { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

function purse(limit = Number.POSITIVE_INFINITY) {
  const reserved = new Map<string, number>();
  const settled = new Map<string, number>();
  return {
    reserved,
    settled,
    reserve: async (callId: string, { most: usd }: CostBounds): Promise<Reserved> => {
      if (reserved.has(callId)) throw new Error(`${callId} twice`);
      if (reserved.size >= limit) return { ok: false, why: 'budget' };
      reserved.set(callId, usd);
      return { ok: true, usd };
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

/** The parts of a call's cost, in dollars. */
const cost = (inputTokens: number, outputTokens: number): number =>
  costUsd('claude-haiku-5-5', { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 });

it('settles a refused request at nothing, and a broken one at what it had streamed', async () => {
  simulator.script([
    { error: { type: 'overloaded_error' } },
    { content: ['Hello'], cut: 4, usage: { ...nothingCached, input_tokens: 900 } },
    { content: ['Done.'], usage: { ...nothingCached, input_tokens: 10, output_tokens: 5 } },
  ]);
  const spend = purse();
  await runAgentLoop(turnInput(simulator, { spend }));
  const [refused, broken, complete] = [...spend.settled.values()];
  expect(refused).toBe(0);
  // Five letters, and one token that Claude has reported.
  expect(broken).toBeCloseTo(cost(900, 2), 12);
  expect(complete).toBeCloseTo(cost(10, 5), 12);
  expect([...spend.settled.keys()]).toEqual([...spend.reserved.keys()]);
});

it.each([
  ['after its first header', 1, 0, 0],
  ['in a text', 5, 48, 0],
  ['in a thought', 5, 0, 48],
])(
  'settles a call that is stopped %s at its prompt and what was streamed',
  async (_, before, textBytes, thinkBytes) => {
    const stop = new AbortController();
    const prose = 'x'.repeat(200);
    const content = [thinkBytes > 0 ? { type: 'thinking' as const, thinking: prose } : prose];
    const usage = { ...nothingCached, input_tokens: 700 };
    simulator.script([{ content, usage, chunkSize: 24, gates: [{ before, name: 'pause' }] }]);
    const spend = purse();
    const input = turnInput(simulator, { spend, signal: stop.signal });
    const running = runAgentLoop(input);
    await simulator.waiting('pause');
    const deltas = () => [...eventsOf(input.journal, 'text'), ...eventsOf(input.journal, 'thinking')];
    await expect.poll(() => deltas().reduce((sum, { delta }) => sum + delta.length, 0)).toBe(textBytes + thinkBytes);
    stop.abort();
    await running;
    const [settled = 0] = [...spend.settled.values()];
    const [reserved = 0] = [...spend.reserved.values()];
    const streamed = (textBytes + thinkBytes) / 4;
    expect(settled).toBeGreaterThanOrEqual(cost(700, streamed));
    if (streamed > 0) expect(settled).toBeLessThanOrEqual(cost(700, (thinkBytes > 0 ? 3 : 1.5) * streamed));
    expect(settled).toBeLessThan(reserved / 2);
  },
);

it('settles a call that is stopped before any answer at its prompt, as it is estimated', async () => {
  const stop = new AbortController();
  simulator.script([{ gates: [{ before: 'headers', name: 'silence' }] }]);
  const spend = purse();
  const running = runAgentLoop(turnInput(simulator, { spend, signal: stop.signal }));
  await simulator.waiting('silence');
  stop.abort();
  await running;
  const [settled = 0] = [...spend.settled.values()];
  const [reserved = 0] = [...spend.reserved.values()];
  expect(settled).toBeGreaterThan(0);
  // All but the reply that was never begun.
  expect(settled).toBeCloseTo(reserved - cost(0, 32_000), 9);
});

it('settles what was billed in full where Claude reports more than arrived', async () => {
  const usage = { ...nothingCached, input_tokens: 10, output_tokens: 50_000 };
  // The count comes with the last event but one.
  simulator.script([{ content: ['Hi'], usage, cut: 6 }, {}]);
  const spend = purse();
  await runAgentLoop(turnInput(simulator, { spend }));
  expect([...spend.settled.values()][0]).toBeCloseTo(cost(10, 50_000), 12);
});

it('takes no count that is none, and counts what arrived where the prompt is not reported', async () => {
  const odd = {
    input_tokens: -5_000,
    output_tokens: 'many',
    cache_read_input_tokens: null,
    cache_creation_input_tokens: 0,
  };
  simulator.script([{ content: ['A short answer.'], usage: odd as never }]);
  const spend = purse();
  await runAgentLoop(turnInput(simulator, { spend }));
  const [settled = 0] = [...spend.settled.values()];
  const [reserved = 0] = [...spend.reserved.values()];
  expect(settled).toBeGreaterThan(reserved - cost(0, 32_000));
  expect(settled).toBeLessThan(reserved);
});

it('settles each call once, whatever becomes of it', async () => {
  const usage = { ...nothingCached, input_tokens: 10, output_tokens: 5 };
  simulator.script([
    { error: { type: 'api_error' } },
    { content: ['Half'], usage, cut: 4 },
    { content: ['Long'], usage, stopReason: 'model_context_window_exceeded' },
    { content: ['Done.'], usage },
  ]);
  const spend = purse();
  const told: string[] = [];
  const settle = (call: string, usd: number) => {
    told.push(call);
    spend.settle(call, usd);
  };
  await runAgentLoop(turnInput(simulator, { spend: { ...spend, settle } }));
  expect(told).toEqual([...spend.reserved.keys()]);
});

it('makes no request when the budget is spent', async () => {
  const spend = purse(0);
  const input = turnInput(simulator, { spend });
  expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: true, isCharged: true });
  expect(simulator.requests).toHaveLength(0);
  expect(eventsOf(input.journal, 'prompt_error')[0]?.code).toBe('hosted_budget_spent');
});

it('asks for no more than was reserved, and tells what the next call may cost while tools run', async () => {
  simulator.script([{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }]);
  const prepared: number[] = [];
  const spend = {
    ...purse(),
    reserve: async (_: string, { least, most }: CostBounds): Promise<Reserved> => {
      expect(most).toBeGreaterThan(least);
      return { ok: true, usd: least };
    },
    prepare: ({ least }: CostBounds) => prepared.push(least),
  };
  await runAgentLoop(turnInput(simulator, { spend }));
  expect(simulator.requests.map(({ body }) => body?.max_tokens)).toEqual([4_000, 4_000]);
  expect(prepared).toHaveLength(1);
});

it('ends the turn in the middle where the credits are spent: it counts, and what was written is kept', async () => {
  simulator.script([{ content: [create('a.txt', 'a')] }]);
  let calls = 0;
  const reserve = async (_: string, { most }: CostBounds): Promise<Reserved> =>
    ++calls === 1 ? { ok: true, usd: most } : { ok: false, why: 'credits', balance: 1, needed: 2 };
  const input = turnInput(simulator, { spend: { ...purse(), reserve } });
  const outcome = await runAgentLoop(input);
  const { journal } = input;
  expect(outcome).toEqual({ state: 'failed', blameless: false });
  expect(eventsOf(journal, 'prompt_error').map(({ code }) => code)).toEqual(['credits_spent']);
});

it('charges nobody for a call that failed', async () => {
  simulator.script([{ content: ['Hello'], cut: 4 }, { content: ['Done.'] }]);
  const charged: boolean[] = [];
  const spend = { ...purse(), settle: (_: string, __: number, isCharged: boolean) => charged.push(isCharged) };
  await runAgentLoop(turnInput(simulator, { spend }));
  expect(charged).toEqual([false, true]);
});
