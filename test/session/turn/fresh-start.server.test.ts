import { describe, expect, it } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import { eventsOf, type Visitor } from '../../support/visitor.ts';

const running = useRunning();

/** A project with one file, whose prompt is also what a script for its summary is bound to. */
async function built() {
  const visitor = running.visitor();
  const prompt = uniquePrompt('Build');
  running.simulator.script(toolTurn(createFile('a.txt', 'one')), { text: prompt });
  const { session } = await visitor.build(prompt);
  return { visitor, session, prompt };
}

const path = (session: string) => `/api/sessions/${session}/fresh-start`;

/** Starts fresh, and reads the turn to its end. */
async function startFresh(visitor: Visitor, session: string) {
  const { seq } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  const { turn } = await visitor.json<{ turn: string }>('POST', path(session), {});
  const events: RedrawEvent[] = [];
  for await (const event of eventsOf(await visitor.call('GET', `/api/sessions/${session}/events?after=${seq}`)))
    events.push(event);
  return { turn, events };
}

const messagesOf = async (text: string) =>
  JSON.stringify((await running.simulator.request(1, { text })).body?.messages);

describe('a fresh start', () => {
  it('is a turn with a receipt, after which requests begin with its summary, until it is taken back', async () => {
    const { visitor, session, prompt } = await built();
    const before = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
    running.simulator.script([{ content: [createFile('b.txt', 'b')] }, { content: ['All that was said.'] }], {
      text: prompt,
    });
    const { turn, events } = await startFresh(visitor, session);
    expect(only(events, 'turn_started')).toMatchObject({ turn, mode: 'fresh_start', payer: 'trial' });
    expect(only(events, 'usage')).toMatchObject({ turn, steps: 2 });
    expect(only(events, 'fresh_start')).toEqual({ turn, inForce: true });
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
    expect(events.map(({ type }) => type)).not.toContain('version');

    const next = uniquePrompt('Next');
    await visitor.build(next, session);
    expect(await messagesOf(next)).toContain('All that was said.');
    expect(await messagesOf(next)).not.toContain(prompt);
    const after = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}?messages=1`);
    expect(after.files).toEqual(before.files);
    const prompts = after.messages?.filter(({ role }) => role === 'user').map(({ text, mode }) => [text, mode]);
    expect(prompts).toEqual([
      [prompt, undefined],
      ['Start fresh', 'fresh_start'],
      [next, undefined],
    ]);

    for (let time = 0; time < 2; time++)
      expect((await visitor.call('DELETE', `${path(session)}?turn=${turn}`)).status).toBe(204);
    const last = uniquePrompt('Last');
    await visitor.build(last, session);
    const messages = await messagesOf(last);
    expect(messages).toContain(prompt);
    expect(messages).toContain(next);
    expect(messages).not.toContain('All that was said.');
    const reply = await visitor.call('DELETE', path(session));
    expect(await problemOf(reply, 404, 'not_found')).toMatchObject({ reason: 'fresh_start' });
  });

  it('that is stopped changes nothing', async () => {
    const { visitor, session, prompt } = await built();
    const gate = uniquePrompt('gate');
    running.simulator.script([{ gates: [{ before: 'headers', name: gate }] }], { text: prompt });
    await visitor.json('POST', path(session), {});
    await running.simulator.waiting(gate);
    await problemOf(await visitor.call('POST', path(session), {}), 409, 'turn_in_progress');
    await problemOf(await visitor.call('DELETE', path(session)), 409, 'turn_in_progress');
    await visitor.json('POST', `/api/sessions/${session}/stop`, {});
    running.simulator.release(gate);
    const next = uniquePrompt('Next');
    const { events } = await visitor.build(next, session);
    expect(only(events, 'turn_finished').state).toBe('completed');
    const messages = await messagesOf(next);
    expect(messages).toContain(prompt);
    expect(messages).not.toContain('Summarise');
    expect(messages).not.toContain('stopped your last turn');
  });

  it('waits for no prompt: it is refused while one is to run before it', async () => {
    const { visitor, session } = await built();
    const held = uniquePrompt('Wait');
    running.simulator.script([{ gates: [{ before: 'headers', name: held }] }], { text: held });
    const stream = new EventReader(await visitor.call('POST', '/api/chat', { session, prompt: held }));
    await stream.until('turn_started');
    await problemOf(await visitor.call('POST', path(session), {}), 409, 'turn_in_progress');
    running.simulator.release(held);
    await stream.rest();
  });

  it('needs something to summarise', async () => {
    const visitor = running.visitor();
    await visitor.json('GET', '/api/account');
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
    const answer = await visitor.call('POST', path(session), {});
    expect(await problemOf(answer, 422, 'invalid_request')).toMatchObject({ reason: 'nothing_to_summarise' });
    await problemOf(await visitor.call('DELETE', path(session)), 404, 'not_found');
  });
});
