import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../../src/agent/agent-loop.ts';
import { createClaude } from '../../../src/claude/claude-client.ts';
import { eventsOf, turnInput } from '../../agent/support.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { demoModel } from './demo-model.ts';
import { scenes } from './limits.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ handler: demoModel({ pace: 'zero' }) });
});
afterAll(() => simulator.close());

/** The events of each scene: states of the account, retries, end. */
const told: Record<string, { limit?: object; retries?: number; state?: string }> = {
  overloaded: { retries: 2 },
  broken_line: { retries: 1 },
  busy: { retries: 2 },
  warning_five_hour: { limit: { status: 'allowed_warning', rateLimitType: 'five_hour', surpassedThreshold: 0.9 } },
  warning_week: { limit: { status: 'allowed_warning', rateLimitType: 'seven_day', surpassedThreshold: 0.75 } },
  warning_extra_usage: { limit: { status: 'allowed_warning', rateLimitType: 'overage', utilization: 0.82 } },
  extra_usage: { limit: { status: 'rejected', isUsingOverage: true } },
  limit_five_hour: { limit: { status: 'rejected', rateLimitType: 'five_hour' }, state: 'exhausted' },
  limit_week: { limit: { status: 'rejected', rateLimitType: 'seven_day' }, state: 'exhausted' },
  limit_week_opus: { limit: { status: 'rejected', rateLimitType: 'seven_day_opus' }, state: 'exhausted' },
  out_of_credits: { limit: { overageDisabledReason: 'out_of_credits' }, state: 'exhausted' },
  no_credit: { state: 'exhausted' },
};

describe('the demo shows, with a word in the prompt,', () => {
  it.each(Object.keys(scenes))('%s', async (id) => {
    const claude = createClaude({ credential: { kind: 'oauth', token: 'demo', beta: 'demo' }, baseUrl: simulator.url });
    const input = turnInput(simulator, { claude, prompt: `Build a timer. #limit:${id}` });
    const { state } = await runAgentLoop(input);
    const { limit, retries = 0, state: end = 'completed' } = told[id] ?? {};
    expect(state).toBe(end);
    // Each step of the turn meets the same scene.
    const retried = eventsOf(input.journal, 'api_retry').length;
    expect(retries === 0 ? retried : retried / retries).toBe(retries === 0 ? 0 : input.journal.position().step);
    const last = eventsOf(input.journal, 'rate_limit').at(-1);
    if (limit) expect(last).toMatchObject(limit);
    // Files built before the limit are kept.
    expect(input.workspace.list().length).toBeGreaterThan(0);
  });
});
