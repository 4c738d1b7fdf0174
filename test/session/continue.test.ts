import type Anthropic from '@anthropic-ai/sdk';
import { expect, it } from 'vitest';
import type { FileEntry, SessionDetail, VersionEntry } from '../../src/protocol/resources.ts';
import type { Block, Handler } from '../claude-simulator/script.ts';
import { atLimit, resetIn } from '../support/limits.ts';
import { connectPlan, useRunningWithPlans } from '../support/plan.ts';
import { create, only, replace, uniquePrompt } from '../support/running.ts';
import { eventsOf, type Visitor } from '../support/visitor.ts';

const running = useRunningWithPlans({ CLAUDE_RETRY_BASE_MS: '1' });

/** The work of the turn, one reply each. Done twice, the last two would fail or leave other files. */
const work: [string, Block][] = [
  ['First the page.', create('index.html', '<h1>Hello</h1>')],
  ['Then the list.', create('list.txt', 'one\n')],
  ['Then one more.', replace('list.txt', 'one\n', 'one\ntwo\n')],
  ['Then a third.', replace('list.txt', 'two\n', 'two\nthree\n')],
];

const blocksOf = (messages: readonly Anthropic.MessageParam[]): Anthropic.ContentBlockParam[] =>
  messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));

/** A model that reads in its transcript what it has done, and does the next thing; at request `limited` its plan is at its limit. */
function worker(limited: number | null): Handler {
  return ({ body }, number) => {
    if (number === limited) return atLimit(resetIn(1));
    const done = blocksOf(body?.messages ?? []).filter(
      (block) => block.type === 'tool_result' && !block.is_error,
    ).length;
    return { content: work[done]?.flat() ?? ['All is done.'] };
  };
}

interface Built {
  files: { path: string; hash: string }[];
  texts: string[];
  transcript: Anthropic.ContentBlockParam[];
  history: VersionEntry[];
}

/** Builds to the end; where the limit comes in between, goes on once it has reset. */
async function build(visitor: Visitor, limited: number | null): Promise<Built> {
  const prompt = uniquePrompt();
  running.simulator.script(worker(limited), { text: prompt });
  const { session, events } = await visitor.build(prompt);
  expect(only(events, 'turn_finished').state).toBe(limited === null ? 'completed' : 'exhausted');
  if (limited !== null) {
    const { resetsAt } = only(events, 'credit_exhausted');
    expect(events.filter(({ type }) => type === 'version')).toHaveLength(limited > 1 ? 1 : 0);
    // The page says so on a click; with no page open it starts by itself.
    const set = { session, prompt: 'Continue where you stopped.', notBefore: resetsAt };
    expect((await visitor.call('POST', '/api/chat', set)).status).toBe(202);
    await running.simulator.request(limited + 1, { text: prompt });
    const stream = await visitor.call('GET', `/api/sessions/${session}/events?after=0`);
    const states: string[] = [];
    for await (const event of eventsOf(stream)) if (event.type === 'turn_finished') states.push(event.data.state);
    expect(states).toEqual(['exhausted', 'completed']);
  }
  const detail = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  const files = await visitor.json<FileEntry[]>('GET', `/api/sessions/${session}/files`);
  const last = running.simulator.requests.findLast(({ rawBody }) => rawBody.includes(prompt));
  return {
    files: files.map(({ path, hash }) => ({ path, hash })),
    texts: detail.messages.filter(({ role }) => role === 'assistant').map(({ text }) => text),
    transcript: blocksOf(last?.body?.messages ?? []),
    history: await visitor.json('GET', `/api/sessions/${session}/history`),
  };
}

it('goes on after a limit in mid-turn as if there had been none, wherever it came', async () => {
  const visitors = await Promise.all(
    [null, 1, 2, 3, 4, 5].map(async (limited) => {
      const visitor = running.visitor();
      await connectPlan(visitor);
      return { visitor, limited };
    }),
  );
  const [whole, ...others] = await Promise.all(visitors.map(({ visitor, limited }) => build(visitor, limited)));
  expect(whole?.files).toHaveLength(2);
  const said = whole?.texts.join('\n\n');
  for (const one of others) {
    expect(one.files).toEqual(whole?.files);
    expect(one.texts.join('\n\n')).toBe(said);
    // Each call once, with its one result, and all of them succeeded.
    const calls = one.transcript.filter((block) => block.type === 'tool_use').map(({ id }) => id);
    const results = one.transcript.filter((block) => block.type === 'tool_result');
    expect(calls).toHaveLength(work.length);
    expect(results.map(({ tool_use_id }) => tool_use_id)).toEqual(calls);
    expect(results.every(({ is_error }) => !is_error)).toBe(true);
  }
});
