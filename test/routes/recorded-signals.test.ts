import { beforeAll, describe, expect, it } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import { judge, kindOf, promptsOf, type RecordedCase, recordedAt, recordedCases } from '../claude/recorded.ts';
import { answersOf } from '../claude-simulator/recorded-case.ts';
import { connectPlan, useRunningWithPlans } from '../support/plan.ts';
import { EventReader } from '../support/running.ts';

/** As many as the longest recording waited. */
const maxRetries = 7;

const running = useRunningWithPlans({ CLAUDE_MAX_RETRIES: String(maxRetries), CLAUDE_RETRY_BASE_MS: '1' });

interface Told {
  /** The case as it would have been recorded now. */
  one: RecordedCase;
  events: RedrawEvent[];
  requests: number;
}

const told = new Map<string, Told>();

beforeAll(async () => {
  const waiting = [...recordedCases];
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) told.set(one.name, await replay(one));
  };
  await Promise.all(Array.from({ length: 12 }, work));
});

/** Runs a case with a connection of its kind, for a visitor of its own. */
async function replay(recorded: RecordedCase): Promise<Told> {
  const { simulator } = running;
  const visitor = running.visitor();
  const one = recordedAt(recorded, Date.now());
  const prompt = `Case ${one.name}.`;
  simulator.script(answersOf(one.responses), { text: prompt, repeatLast: true });
  if (kindOf(one) === 'oauth') await connectPlan(visitor);
  else await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: `sk-ant-${one.name}` });
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const events: RedrawEvent[] = [];
  for (let turn = 0; turn < promptsOf(one); turn++) {
    const reader = new EventReader(await visitor.call('POST', '/api/chat', { prompt, session }));
    // Claude is silent, or asks for more time than a test has: what was cut off is stopped here, too.
    const silent = one.responses[0]?.kind === 'hang';
    const slow = Number(one.responses[0]?.headers?.['retry-after']) === 60;
    if (silent) await simulator.request(1, { text: prompt });
    if (slow) await reader.until('api_retry');
    if (silent || slow) await visitor.json('POST', `/api/sessions/${session}/stop`, {});
    await reader.rest();
    events.push(...reader.seen);
  }
  const requests = simulator.requests.filter(({ rawBody }) => rawBody.includes(prompt)).length;
  return { one, events, requests };
}

describe('a recorded case, through the whole product,', () => {
  it.each(recordedCases.map(({ name }) => name))('%s', (name) => {
    const { one, events, requests } = told.get(name) as Told;
    expect(events.at(-1)?.type).toBe('turn_finished');
    expect(events[0]).toMatchObject({ type: 'session', data: { payer: 'connection' } });
    judge(one, events, requests, maxRetries);
  });
});
