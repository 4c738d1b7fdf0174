import { beforeAll, describe, expect, it } from 'vitest';
import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import { expectEvents } from '../claude/expect-events.ts';
import {
  expectRecorded,
  kindOf,
  promptsOf,
  type RecordedCase,
  recordedAt,
  recordedCases,
} from '../claude/recorded-cases.ts';
import { failures } from '../claude/variant-failures.ts';
import { statesOfPlans } from '../claude/variant-states.ts';
import { answersOf } from '../claude-simulator/recorded-case.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { connectPlan, useRunningWithPlans } from '../support/claude-plan.ts';
import { EventReader } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

/** As many retries as in the longest recording. */
const maxRetries = 7;

const running = useRunningWithPlans({ CLAUDE_MAX_RETRIES: String(maxRetries), CLAUDE_RETRY_BASE_MS: '1' });

interface Told {
  events: RedrawEvent[];
  requests: number;
}

const now = Date.now();
const recorded = recordedCases.map((one) => recordedAt(one, now));
/** What the runtime's own fetch has a say in. */
const wired = [...statesOfPlans(now), ...failures(now)].filter(({ endToEnd }) => endToEnd);
const told = new Map<object, Told>();

beforeAll(async () => {
  const waiting = [
    ...recorded.map((one) => async () => void told.set(one, await replay(one))),
    ...wired.map((one) => async () => {
      const { prompt, visitor } = await prepare(one.name, one.kind, one.answers);
      const { events } = await visitor.build(prompt);
      told.set(one, { events, requests: requestsFor(prompt) });
    }),
  ];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all(Array.from({ length: 12 }, work));
});

/** A visitor with a connection of this kind, and a prompt with these answers. */
async function prepare(name: string, kind: ClaudeCredential['kind'], answers: Answer[]) {
  const visitor: Visitor = running.visitor();
  const prompt = `Case ${name}.`;
  running.simulator.script(answers, { text: prompt, repeatLast: true });
  if (kind === 'oauth') await connectPlan(visitor);
  else await visitor.json('POST', '/api/account/connection', { kind, key: `sk-ant-${name.replace(/\W/g, '')}` });
  return { prompt, visitor };
}

const requestsFor = (prompt: string): number =>
  running.simulator.requests.filter(({ body }) => JSON.stringify(body?.messages).includes(JSON.stringify(prompt)))
    .length;

/** Runs a case for a new visitor with a connection of its kind. */
async function replay(one: RecordedCase): Promise<Told> {
  const { simulator } = running;
  const { prompt, visitor } = await prepare(one.name, kindOf(one), answersOf(one.responses));
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const events: RedrawEvent[] = [];
  for (let turn = 0; turn < promptsOf(one); turn++) {
    const reader = new EventReader(await visitor.call('POST', '/api/chat', { prompt, session }));
    // Claude is silent, or asks for more time than a test has: the turn that was cut off is stopped.
    const silent = one.responses[0]?.kind === 'hang';
    const slow = Number(one.responses[0]?.headers?.['retry-after']) === 60;
    if (silent) await simulator.request(1, { text: prompt });
    if (slow) await reader.until('api_retry');
    if (silent || slow) await visitor.json('POST', `/api/sessions/${session}/stop`, {});
    await reader.rest();
    events.push(...reader.seen);
  }
  return { events, requests: requestsFor(prompt) };
}

const storyOf = (one: object): Told => {
  const story = told.get(one);
  if (!story) throw new Error('It was not run.');
  expect(story.events.at(-1)?.type).toBe('turn_finished');
  expect(story.events[0]).toMatchObject({ type: 'session', data: { payer: 'connection' } });
  return story;
};

describe('a recorded case, through the whole product,', () => {
  it.each(recorded.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { events, requests } = storyOf(one);
    expectRecorded(one, events, requests, maxRetries);
  });
});

describe('what stands beside the recorded cases, through the whole product,', () => {
  it.each(wired.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { events, requests } = storyOf(one);
    expectEvents(one, events, requests, maxRetries);
  });
});
