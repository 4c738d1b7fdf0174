import { expect, it } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import {
  createFile,
  EventReader,
  expectGapless,
  expectTrialUsed,
  problemOf,
  stored,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunning();

interface Held {
  visitor: Visitor;
  session: string;
  prompt: string;
  stream: EventReader;
  /** Lets the running turn end. */
  release(): void;
}

/** A session whose first turn is held before its answer. */
async function held(visitor = running.visitor()): Promise<Held> {
  const prompt = uniquePrompt('Wait');
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const first = await stream.until('session');
  const session = first.type === 'session' ? first.data.session : '';
  return { visitor, session, prompt, stream, release: () => running.simulator.release(prompt) };
}

async function queue({ visitor, session }: Held, prompt: string): Promise<{ queued: string; position: number }> {
  const response = await visitor.call('POST', '/api/chat', { session, prompt });
  expect(response.status).toBe(202);
  expect(response.headers.get('Content-Type')).toBe('application/json');
  return (await response.json()) as { queued: string; position: number };
}

const promptsOf = (events: readonly RedrawEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'turn_started' ? [event.data.prompt] : []));

const queuesOf = (events: readonly RedrawEvent[]): string[][] =>
  events.flatMap((event) => (event.type === 'queued' ? [event.data.items.map(({ prompt }) => prompt)] : []));

it('queues what comes while a turn runs, and runs it after it, in order and in the same stream', async () => {
  const all = await held();
  const { visitor, session } = all;
  const second = uniquePrompt('second');
  running.simulator.script(toolTurn(createFile('two.txt', '2')), { text: second });
  const tab = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events`));
  const first = await queue(all, second);
  expect(first).toEqual({ queued: expect.stringMatching(/^[a-z2-7]{26}$/), position: 1 });
  expect(await queue(all, 'third')).toMatchObject({ position: 2 });
  expect(await visitor.json('GET', `/api/sessions/${session}`)).toMatchObject({
    queue: [{ id: first.queued, prompt: second }, { prompt: 'third' }],
  });
  await expectTrialUsed(visitor, 1);

  all.release();
  const own = await all.stream.rest();
  expect(own.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed' } });
  expect(own.filter(({ type }) => type === 'turn_finished')).toHaveLength(1);

  const seen = await tab.rest();
  expect(stored(seen).map(({ seq }) => seq)).toEqual(stored(seen).map((_, n) => (seen[0]?.seq ?? 0) + n));
  expect(seen[0]).toMatchObject({ type: 'session', seq: own[0]?.seq });
  expect(promptsOf(seen).slice(1)).toEqual([second, 'third']);
  expect(queuesOf(seen)).toEqual([[second], [second, 'third'], ['third'], []]);
  expect(seen.filter(({ type }) => type === 'turn_finished')).toHaveLength(3);
  expect(seen.some((event) => event.type === 'turn_started' && event.data.turn === first.queued)).toBe(true);
  await expectTrialUsed(visitor, 3);
  expect((await visitor.call('GET', `/api/sessions/${session}/events`)).status).toBe(204);
});

it('lets queued prompts be changed and taken out', async () => {
  const all = await held();
  const { visitor, session } = all;
  const tab = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events`));
  const ids: string[] = [];
  for (const prompt of ['a', 'b', 'c']) ids.push((await queue(all, prompt)).queued);
  const at = (item: string | undefined) => `/api/sessions/${session}/queue/${item}`;
  expect(await visitor.json('PATCH', at(ids[1]), { prompt: 'B' })).toEqual({ id: ids[1], prompt: 'B' });
  const removed = await visitor.call('DELETE', at(ids[0]));
  expect(removed.status).toBe(204);
  await problemOf(await visitor.call('DELETE', at(ids[0])), 404, 'not_found');
  await problemOf(await visitor.call('PATCH', at(ids[0]), { prompt: 'x' }), 404, 'not_found');
  await problemOf(await visitor.call('PATCH', at(ids[1]), { prompt: '  ' }), 422, 'invalid_request');
  await problemOf(await visitor.call('PATCH', at(ids[1]), { prompt: 'x'.repeat(32_001) }), 422, 'invalid_request');
  all.release();
  const seen = await tab.rest();
  expect(promptsOf(seen).slice(1)).toEqual(['B', 'c']);
  expect(queuesOf(seen)).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'B', 'c'], ['B', 'c'], ['c'], []]);
  await problemOf(await visitor.call('DELETE', at(ids[1])), 404, 'not_found');
});

it('lets queued prompts change places', async () => {
  const all = await held();
  const { visitor, session } = all;
  const tab = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events`));
  const ids: string[] = [];
  for (const prompt of ['a', 'b', 'c']) ids.push((await queue(all, prompt)).queued);
  const at = (item: string | undefined) => `/api/sessions/${session}/queue/${item}`;
  expect(await visitor.json('PATCH', at(ids[2]), { place: 1 })).toEqual({ id: ids[2], place: 1 });
  await visitor.json('PATCH', at(ids[2]), { place: 99, prompt: 'C' });
  await visitor.json('PATCH', at(ids[0]), { place: 2 });
  for (const wrong of [{}, { place: 0 }, { place: 1.5 }, { place: '1' }])
    await problemOf(await visitor.call('PATCH', at(ids[0]), wrong), 422, 'invalid_request');
  all.release();
  const seen = await tab.rest();
  expect(promptsOf(seen).slice(1)).toEqual(['b', 'a', 'C']);
  expect(queuesOf(seen).slice(3, 6)).toEqual([
    ['c', 'a', 'b'],
    ['a', 'b', 'C'],
    ['b', 'a', 'C'],
  ]);
});

it('goes on with the queue after Stop', async () => {
  const all = await held();
  const tab = new EventReader(await all.visitor.call('GET', `/api/sessions/${all.session}/events`));
  await queue(all, 'next');
  expect((await all.visitor.call('POST', `/api/sessions/${all.session}/stop`, {})).status).toBe(200);
  const ends = (await tab.rest()).flatMap((event) => (event.type === 'turn_finished' ? [event.data.state] : []));
  expect(ends).toEqual(['stopped', 'completed']);
});

it('takes so many prompts into a queue, and no more', async () => {
  const all = await held();
  for (let n = 1; n <= 20; n++) expect(await queue(all, `no. ${n}`)).toMatchObject({ position: n });
  const full = await all.visitor.call('POST', '/api/chat', { session: all.session, prompt: 'too many' });
  await problemOf(full, 409, 'turn_in_progress');
  expect((await all.visitor.call('DELETE', `/api/sessions/${all.session}`)).status).toBe(204);
  await all.stream.rest();
});

it('keeps the queue when the server is killed, and runs it after the turn that was cut', async () => {
  const all = await held();
  const { visitor, session, prompt } = all;
  // The turn that was cut waits again, whether a visit or its alarm resumes it.
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt, repeatLast: true });
  await queue(all, 'after the kill 1');
  await queue(all, 'after the kill 2');
  const before = all.stream.rest().catch(() => []);
  await running.redraw.kill();
  await before;
  await running.redraw.restart();
  const { queue: items } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  expect(items.map((item) => item.prompt)).toEqual(['after the kill 1', 'after the kill 2']);
  running.simulator.release(prompt, Infinity);
  const events = await new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`)).rest();
  expectGapless(events);
  expect(promptsOf(events).slice(1)).toEqual(['after the kill 1', 'after the kill 2']);
  expect(events.filter(({ type }) => type === 'turn_finished')).toHaveLength(3);
  await expectTrialUsed(visitor, 3);
});
