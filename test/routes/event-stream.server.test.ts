import { expect, it } from 'vitest';
import { parseEvent } from '../../src/protocol/events.ts';
import {
  createFile,
  EventReader,
  problemOf,
  stored,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../support/running-redraw.ts';

const running = useRunning();

const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
};

it('frames events: retry first, then id but for text in flight, event and one line of data each', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn('Two\nlines, and a \u2028 line separator.', createFile('a.txt', 'one\r\ntwo\n')), {
    text: prompt,
  });
  const response = await visitor.call('POST', '/api/chat', { prompt });
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject(sseHeaders);
  const text = await response.text();
  expect(text.startsWith('retry: 1000\n\nid: 1\nevent: session\ndata: {')).toBe(true);
  const blocks = text
    .replace(/^retry: 1000\n\n/, '')
    .replaceAll(/^:.*\n\n/gm, '')
    .split('\n\n');
  expect(blocks.pop()).toBe('');
  let seq = 0;
  for (const block of blocks) {
    const [, id, type = '', data = ''] = /^(?:id: (\d+)\n)?event: (\w+)\ndata: (\{[^\n\r]*\})$/.exec(block) ?? [];
    if (id !== undefined) seq += 1;
    expect(id ?? String(seq), block).toBe(String(seq));
    // Without an id only text in flight is an event.
    expect(parseEvent(id === undefined ? null : seq, type, data), block).not.toBeNull();
  }
  expect(seq).toBeGreaterThan(5);
  expect(blocks.length).toBeGreaterThan(seq);
  expect(text).toMatch(/event: turn_finished\ndata: [^\n]+\n\n$/);
});

it('replays from any event on, by Last-Event-ID or by ?after', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('a.txt', 'a')), { text: prompt });
  const { session, events: live } = await visitor.build(prompt);
  const events = stored(live);
  const path = `/api/sessions/${session}/events`;
  for (const after of [0, 1, events.length - 1]) {
    const byQuery = new EventReader(await visitor.call('GET', `${path}?after=${after}`));
    expect(await byQuery.rest()).toEqual(events.slice(after));
    const byHeader = new EventReader(await visitor.call('GET', path, undefined, { 'Last-Event-ID': `${after}` }));
    expect(await byHeader.rest()).toEqual(events.slice(after));
  }
  const both = await visitor.call('GET', `${path}?after=2`, undefined, { 'Last-Event-ID': '1' });
  expect(await new EventReader(both).rest()).toEqual(events.slice(2));
});

it('has nothing to say where all was told and nothing runs', async () => {
  const visitor = running.visitor();
  const { session, events: live } = await visitor.build(uniquePrompt());
  const events = stored(live);
  const path = `/api/sessions/${session}/events`;
  for (const query of ['', `?after=${events.length}`, `?after=${events.length + 5}`]) {
    const response = await visitor.call('GET', path + query);
    expect([response.status, await response.text()]).toEqual([204, '']);
  }
  const unknown = await visitor.call('GET', path, undefined, { 'Last-Event-ID': 'x' });
  expect(unknown.status).toBe(204);
  for (const after of ['x', '-1', '1.5', ''])
    await problemOf(await visitor.call('GET', `${path}?after=${after}`), 422, 'invalid_request');
});
