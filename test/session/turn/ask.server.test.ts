import { describe, expect, it } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  replaceText,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import { eventsOf, type Visitor } from '../../support/visitor.ts';

const running = useRunning();

/** Asks a question, and reads its turn to the end. */
async function ask(visitor: Visitor, prompt: string, session?: string) {
  const response = await visitor.call('POST', '/api/chat', { prompt, mode: 'ask', ...(session ? { session } : {}) });
  expect(response.status).toBe(200);
  const events: RedrawEvent[] = [];
  for await (const event of eventsOf(response)) events.push(event);
  return { events, session: only(events, 'session').session };
}

const detailOf = (visitor: Visitor, session: string) =>
  visitor.json<SessionDetail>('GET', `/api/sessions/${session}?messages=1`);

/** A project with one file. */
async function built() {
  const visitor = running.visitor();
  const prompt = uniquePrompt('Build');
  running.simulator.script(toolTurn(createFile('a.txt', 'one')), { text: prompt });
  const { session } = await visitor.build(prompt);
  return { visitor, session, prompt };
}

const typesOf = (events: readonly RedrawEvent[]) => events.map(({ type }) => type);

describe('a question', () => {
  it('is answered in the same conversation, changes no file, and makes no version', async () => {
    const { visitor, session, prompt } = await built();
    const before = await detailOf(visitor, session);
    const question = uniquePrompt('What is in it?');
    running.simulator.script(
      [
        { content: [replaceText('a.txt', 'one', 'two'), createFile('b.txt', 'b')] },
        { content: [{ type: 'tool_use', name: 'search_files', input: { pattern: 'one' } }] },
        { content: ['It says one.'] },
      ],
      { text: question },
    );
    const { events } = await ask(visitor, question, session);
    expect(only(events, 'turn_started')).toMatchObject({ prompt: question, mode: 'ask' });
    expect(only(events, 'turn_finished').state).toBe('completed');
    expect(typesOf(events)).not.toContain('version');
    expect(typesOf(events)).not.toContain('file');
    const ended = events.flatMap(({ type, data }) => (type === 'tool' && data.state !== 'started' ? [data] : []));
    expect(ended.map(({ state, fields }) => [state, fields?.reason])).toEqual([
      ['failed', 'read_only'],
      ['failed', 'read_only'],
      ['done', undefined],
    ]);
    const after = await detailOf(visitor, session);
    expect(after.files).toEqual(before.files);
    expect(after.versions).toEqual(before.versions);
    expect(after.messages).toEqual([
      expect.objectContaining({ role: 'user', text: prompt }),
      expect.objectContaining({ role: 'assistant' }),
      expect.objectContaining({ role: 'user', text: question, mode: 'ask' }),
      expect.objectContaining({ role: 'assistant', text: 'It says one.' }),
    ]);
    expect(after.messages?.[0]).not.toHaveProperty('mode');
  });

  it('has the tools and the system prompt of a turn that builds, and the whole conversation before it', async () => {
    const { visitor, session, prompt } = await built();
    const question = uniquePrompt('Why so?');
    await ask(visitor, question, session);
    const next = uniquePrompt('Then change it');
    running.simulator.script(toolTurn(replaceText('a.txt', 'one', 'two')), { text: next });
    const { events } = await visitor.build(next, session);
    expect(only(events, 'version').changed).toEqual(['a.txt']);
    const bodyOf = async (text: string) => (await running.simulator.request(1, { text })).body;
    const [build, asked, changed] = [await bodyOf(prompt), await bodyOf(question), await bodyOf(next)];
    const prefixOf = (body: typeof build) => JSON.stringify([body?.tools, body?.system]);
    expect(prefixOf(asked)).toBe(prefixOf(build));
    const messages = JSON.stringify(asked?.messages);
    expect(messages).toContain(prompt);
    expect(JSON.stringify(asked?.messages.at(-1))).toContain('This prompt is a question');
    // The bytes of the question's request stand at the beginning of the next one's.
    expect(JSON.stringify(changed?.messages).startsWith(messages.slice(0, -1))).toBe(true);
    expect(JSON.stringify(changed?.messages.at(-1))).not.toContain('This prompt is a question');
  });

  it('may be the first prompt of a project, which has no files then', async () => {
    const visitor = running.visitor();
    const { session, events } = await ask(visitor, uniquePrompt('What could you build?'));
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
    expect(await detailOf(visitor, session)).toMatchObject({ files: [], versions: [], version: null });
  });

  it('is one in the queue, too, and stays one when its text is changed', async () => {
    const { visitor, session } = await built();
    const held = uniquePrompt('Wait');
    running.simulator.script([{ gates: [{ before: 'headers', name: held }] }], { text: held });
    const stream = new EventReader(await visitor.call('POST', '/api/chat', { session, prompt: held }));
    await stream.until('turn_started');
    const tab = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events`));
    const response = await visitor.call('POST', '/api/chat', { session, prompt: 'Draft', mode: 'ask' });
    expect(response.status).toBe(202);
    const { queued } = (await response.json()) as { queued: string };
    const question = uniquePrompt('What now?');
    running.simulator.script([{ content: [createFile('b.txt', 'b')] }, { content: ['No.'] }], { text: question });
    await visitor.json('PATCH', `/api/sessions/${session}/queue/${queued}`, { prompt: question });
    expect((await detailOf(visitor, session)).queue).toEqual([{ id: queued, prompt: question, mode: 'ask' }]);
    running.simulator.release(held);
    const events = await tab.rest();
    expect(events.find(({ type, data }) => type === 'turn_started' && data.prompt === question)?.data).toMatchObject({
      mode: 'ask',
    });
    expect((await detailOf(visitor, session)).files.map(({ path }) => path)).toEqual(['a.txt']);
  });

  it('is refused as any other mode is, where it is none that there is', async () => {
    const response = await running.visitor().call('POST', '/api/chat', { prompt: 'x', mode: 'plan' });
    const problem = await problemOf(response, 422, 'invalid_request');
    expect(problem).toMatchObject({ issues: [{ path: 'mode', message: 'A prompt is to "build" or to "ask".' }] });
  });
});
