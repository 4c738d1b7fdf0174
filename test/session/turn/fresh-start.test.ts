import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFresh, undoFreshStart } from '../../../src/session/fresh-start.ts';
import { messagesWithinWindow } from '../../../src/session/turn/context-window.ts';
import type { RecordedRequest } from '../../claude-simulator/recorded-request.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import { startSimulator } from '../../claude-simulator/simulator.ts';
import { createFile } from '../../support/running-redraw.ts';
import { NodeObject, scratch } from '../node-object.ts';

const instruction = 'Summarise this conversation for yourself';
const isSummary = (request: RecordedRequest) =>
  JSON.stringify(request.body?.messages.findLast(({ role }) => role === 'user')).includes(instruction);

/** Answers a summary by these, and each prompt with a thought and a word. */
async function given(summaries: (n: number) => Answer = (n) => ({ content: [`Summary ${n}.`] })) {
  const { folder, remove } = scratch();
  onTestFinished(remove);
  let count = 0;
  const simulator = await startSimulator({
    handler: (request) =>
      isSummary(request) ? summaries(++count) : { content: [{ type: 'thinking', thinking: 'Hm.' }, 'Done.'] },
  });
  onTestFinished(() => simulator.close());
  const env = { ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: simulator.url };
  const open = (file: string, snapshots: string | null = null) => new NodeObject(file, env, snapshots);
  const object = open(join(folder, 'object.sqlite'), folder);
  onTestFinished(() => object.close());
  const fresh = async (one = object) => {
    const { turn } = await startFresh({ context: one.context, runner: one.runner, growth: null as never }, '', false);
    await one.rest();
    return turn;
  };
  const build = (prompt: string) => object.build({ prompt });
  return { simulator, object, open, fresh, build };
}

const sentBy = ({ context }: NodeObject): Anthropic.MessageParam[] => messagesWithinWindow(context, 'claude-haiku-5-5');
const textOf = (messages: unknown) => JSON.stringify(messages);
const without = (messages: readonly Anthropic.MessageParam[]) => textOf(messages.slice(0, -1)).slice(0, -1);

describe('a fresh start', () => {
  it('has later requests begin with the summary, whose bytes stay', async () => {
    const { object, simulator, fresh, build } = await given();
    await build('First.');
    await build('Second.');
    const turn = await fresh();
    expect(object.context.turns.get(turn)).toMatchObject({ state: 'completed', mode: 'fresh_start' });
    await build('Third.');
    await build('Fourth.');
    const [, , asked, third, fourth] = simulator.requests.map(({ body }) => body?.messages ?? []);
    expect(textOf(asked)).toContain('First.');
    expect(third?.[0]).toMatchObject({ role: 'user', content: expect.stringContaining('\n\nSummary 1.') });
    expect(textOf(third)).not.toMatch(/First|Second|Summarise/);
    expect(textOf(third?.at(-1))).toContain('Third.');
    expect(textOf(fourth).startsWith(textOf(third).slice(0, -1))).toBe(true);
    const prompts = object.context.transcript.readable().filter(({ role }) => role === 'user');
    expect(prompts.map(({ text, mode }) => [text, mode])).toEqual([
      ['First.', undefined],
      ['Second.', undefined],
      ['Start fresh', 'fresh_start'],
      ['Third.', undefined],
      ['Fourth.', undefined],
    ]);
  });

  it('can be taken back: the whole transcript is sent again, with what came after', async () => {
    const { object, fresh, build } = await given();
    await build('First.');
    const before = sentBy(object);
    const turn = await fresh();
    await build('Second.');
    expect(undoFreshStart(object.context, turn)).toBeNull();
    const after = sentBy(object);
    expect(textOf(after)).toMatch(/First\..*Second\./);
    expect(textOf(after)).not.toMatch(/Summary|Summarise|thinking/);
    expect(after.filter(({ role }) => role === 'user')).toHaveLength(
      before.filter(({ role }) => role === 'user').length + 1,
    );
    // Once more changes nothing, and without a turn there is none to take back.
    expect(undoFreshStart(object.context, turn)).toBeNull();
    expect(textOf(sentBy(object))).toBe(textOf(after));
    expect(() => undoFreshStart(object.context, undefined)).toThrow('There is no fresh start');
  });

  it('taken back at once has the bytes of before it, thoughts and all', async () => {
    const { object, simulator, fresh, build } = await given();
    await build('First.');
    const before = sentBy(object);
    undoFreshStart(object.context, await fresh());
    await build('Second.');
    expect(textOf(simulator.requests.at(-1)?.body?.messages).startsWith(without(before))).toBe(true);
    expect(textOf(sentBy(object))).not.toContain('Summar');
  });

  it('stands on the one before, which is in force again once the newer is taken back', async () => {
    const { object, simulator, fresh, build } = await given();
    await build('First.');
    await fresh();
    await build('Second.');
    const second = await fresh();
    const asked = simulator.requests.at(-1)?.body?.messages;
    expect(textOf(asked)).toContain('Summary 1.');
    expect(textOf(asked)).not.toContain('First.');
    expect(textOf(sentBy(object))).toContain('Summary 2.');
    expect(textOf(sentBy(object))).not.toMatch(/Summary 1|Second/);
    undoFreshStart(object.context, second);
    expect(textOf(sentBy(object))).toMatch(/Summary 1.*Second\./);
    undoFreshStart(object.context, undefined);
    await build('Third.');
    expect(textOf(sentBy(object))).toMatch(/First\..*Second\..*Third\./);
    expect(textOf(sentBy(object))).not.toContain('Summar');
  });

  it('is refused where there is nothing to summarise, or a turn runs', async () => {
    const { object, fresh, build } = await given();
    await expect(fresh()).rejects.toMatchObject({
      code: 'invalid_request',
      fields: { reason: 'nothing_to_summarise' },
    });
    await build('First.');
    await fresh();
    await expect(fresh()).rejects.toMatchObject({ fields: { reason: 'nothing_to_summarise' } });
    const running = object.runner.start({ prompt: 'Second.', model: null, attachments: [] }, '');
    await expect(fresh()).rejects.toMatchObject({ code: 'turn_in_progress' });
    await running;
    await object.rest();
  });

  it.each<[string, Answer]>([
    ['fails', { error: { type: 'invalid_request_error' } }],
    ['is declined', { content: ['I will not.'], stopReason: 'refusal' }],
    ['says nothing', { content: ['  \n '] }],
  ])('changes nothing where Claude %s', async (_what, answer) => {
    const { object, fresh, build } = await given(() => answer);
    await build('First.');
    const before = sentBy(object);
    await fresh();
    expect(object.context.transcript.summary()).toBeNull();
    await build('Second.');
    const after = sentBy(object);
    expect(textOf(after).startsWith(without(before))).toBe(true);
    expect(textOf(after)).not.toContain('Summarise');
    expect(after.length).toBe(before.length + 2);
  });

  it('changes no file, and its summary is bounded', async () => {
    let n = 0;
    const long = 'word '.repeat(4_000);
    const { object, fresh, build } = await given(() =>
      ++n === 1 ? { content: [createFile('a.txt', 'a')] } : { content: [long] },
    );
    await build('First.');
    await fresh();
    expect(object.context.workspace.list()).toEqual([]);
    expect(object.context.workspace.history()).toEqual([]);
    expect(object.context.transcript.summary()?.text.length).toBeLessThanOrEqual(12_000);
  });

  it('goes on after its object was lost at any commit, and comes to the same', async () => {
    const { object, open, fresh, build } = await given(() => ({ content: ['What was said.'], chunkSize: 4 }));
    await build('First.');
    const from = object.snapshots.length;
    const turn = await fresh();
    const expected = textOf(sentBy(object));
    const states = new Set<string>();
    for (const { file } of object.snapshots.slice(from)) {
      const again = open(file);
      states.add(again.context.turns.active()?.state ?? 'ended');
      again.runner.resume();
      await again.rest();
      expect(again.context.turns.get(turn)).toMatchObject({ state: 'completed', mode: 'fresh_start' });
      expect(textOf(sentBy(again))).toBe(expected);
      again.close();
    }
    expect([...states]).toEqual(expect.arrayContaining(['admitting', 'running', 'ended']));
  });
});
