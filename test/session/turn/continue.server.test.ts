import type Anthropic from '@anthropic-ai/sdk';
import { expect, it } from 'vitest';
import type { FileEntry, SessionDetail, VersionEntry } from '../../../src/protocol/resources.ts';
import type { Answer, Block, Handler } from '../../claude-simulator/script.ts';
import { connectPlan, useRunningWithPlans } from '../../support/claude-plan.ts';
import { limitReached, resetIn } from '../../support/rate-limit-answers.ts';
import { createFile, only, replaceText, uniquePrompt } from '../../support/running-redraw.ts';
import { eventsOf, type Visitor } from '../../support/visitor.ts';

const running = useRunningWithPlans({ CLAUDE_RETRY_BASE_MS: '1' });

/** The steps of the turn, one reply each. Run twice, the last two would fail or leave other files. */
const work: Block[][] = [
  ['First the page.', createFile('index.html', '<h1>Hello</h1>')],
  ['Then the list, at once longer.', createFile('list.txt', 'one\n'), replaceText('list.txt', 'one\n', 'one\ntwo\n')],
  ['Then a third.', replaceText('list.txt', 'two\n', 'two\nthree\n')],
];
const isCall = (block: Block): boolean => typeof block !== 'string' && block.type === 'tool_use';
const calls = work.flat().filter(isCall).length;

const blocksOf = (messages: readonly Anthropic.MessageParam[]): Anthropic.ContentBlockParam[] =>
  messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));

/** Where the limit hits: at which reply, from 1, and whether that reply had begun and broke off before. */
interface Wall {
  reply: number;
  torn: boolean;
}

/** A model that does the next step according to its transcript, until its plan reaches the limit. */
function worker(wall: Wall | null): Handler {
  return ({ body }, number) => {
    let left = blocksOf(body?.messages ?? []).filter((block) => block.type === 'tool_result' && !block.is_error).length;
    const next = work.find((blocks) => {
      left -= blocks.filter(isCall).length;
      return left < 0;
    });
    const reply: Answer = { content: next ?? ['All is done.'], chunkSize: 4 };
    if (wall?.torn && number === wall.reply) return { ...reply, cut: 5 };
    return wall && number === lastOf(wall) ? limitReached(resetIn(1)) : reply;
  };
}

/** The refused request. */
const lastOf = ({ reply, torn }: Wall): number => reply + (torn ? 1 : 0);

interface Built {
  files: { path: string; hash: string }[];
  texts: string[];
  transcript: Anthropic.ContentBlockParam[];
  history: VersionEntry[];
}

/** Builds to the end, continuing after the reset of a limit in between. */
async function build(visitor: Visitor, wall: Wall | null): Promise<Built> {
  const prompt = uniquePrompt();
  running.simulator.script(worker(wall), { text: prompt });
  const { session, events } = await visitor.build(prompt);
  expect(only(events, 'turn_finished').state).toBe(wall === null ? 'completed' : 'exhausted');
  if (wall !== null) {
    const { resetsAt } = only(events, 'credit_exhausted');
    expect(events.filter(({ type }) => type === 'version')).toHaveLength(wall.reply > 1 ? 1 : 0);
    expect(events.filter(({ type }) => type === 'step_discarded')).toHaveLength(wall.torn ? 1 : 0);
    // The page sends this on a click; with no page open, the scheduled prompt starts by itself.
    const set = { session, prompt: 'Continue where you stopped.', notBefore: resetsAt };
    const response = await visitor.call('POST', '/api/chat', set);
    // 202: set for later; 200: begun, since the limit is over already.
    expect([202, 200]).toContain(response.status);
    await response.body?.cancel();
    await running.simulator.request(lastOf(wall) + 1, { text: prompt });
    const stream = await visitor.call('GET', `/api/sessions/${session}/events?after=0`);
    const states: string[] = [];
    for await (const event of eventsOf(stream)) if (event.type === 'turn_finished') states.push(event.data.state);
    expect(states).toEqual(['exhausted', 'completed']);
  }
  const detail = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}?messages=1`);
  const files = await visitor.json<FileEntry[]>('GET', `/api/sessions/${session}/files`);
  const last = running.simulator.requests.findLast(({ rawBody }) => rawBody.includes(prompt));
  return {
    files: files.map(({ path, hash }) => ({ path, hash })),
    texts: (detail.messages ?? []).filter(({ role }) => role === 'assistant').map(({ text }) => text),
    transcript: blocksOf(last?.body?.messages ?? []),
    history: await visitor.json('GET', `/api/sessions/${session}/history`),
  };
}

it('goes on after a limit in mid-turn as if there had been none, wherever it came', async () => {
  const walls = [1, 2, 3, 4].flatMap((reply) => [false, true].map((torn) => ({ reply, torn })));
  const [whole, ...others] = await Promise.all(
    [null, ...walls].map(async (wall) => {
      const visitor = running.visitor();
      await connectPlan(visitor);
      return build(visitor, wall);
    }),
  );
  expect(whole?.files).toHaveLength(2);
  const said = whole?.texts.join('\n\n');
  for (const one of others) {
    expect(one.files).toEqual(whole?.files);
    expect(one.texts.join('\n\n')).toBe(said);
    // Every call once, with one result, and all succeeded.
    const made = one.transcript.filter((block) => block.type === 'tool_use').map(({ id }) => id);
    const results = one.transcript.filter((block) => block.type === 'tool_result');
    expect(made).toHaveLength(calls);
    expect(results.map(({ tool_use_id }) => tool_use_id)).toEqual(made);
    expect(results.every(({ is_error }) => !is_error)).toBe(true);
  }
});
