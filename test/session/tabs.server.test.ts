import { expect, it } from 'vitest';
import { reduceAll } from '../../web/project/reduce.ts';
import { createFile, EventReader, expectGapless, stored, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { Visitor } from '../support/visitor.ts';
import { WatchSocket } from '../support/watch-socket.ts';

const running = useRunning();

/** The same visitor on another device, or in another tab: they share only the cookie. */
function elsewhere(visitor: Visitor): Visitor {
  const other = new Visitor(visitor.url);
  other.cookie = visitor.cookie;
  return other;
}

it('gives two tabs and a second device the same stream, event for event', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(
    [
      { content: ['Let me see.', createFile('a.txt', 'one')], gates: [{ before: 4, name: prompt }] },
      { content: ['Done.'], gates: [{ before: 'headers', name: prompt }] },
    ],
    { text: prompt },
  );
  const first = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const opened = await first.until('session');
  const session = opened.type === 'session' ? opened.data.session : '';
  await first.until('text');
  const tab = new EventReader(await elsewhere(visitor).call('GET', `/api/sessions/${session}/events`));
  await tab.until('text');
  running.simulator.release(prompt);
  await Promise.all([first.until('file'), tab.until('file')]);
  const device = new EventReader(await elsewhere(visitor).call('GET', `/api/sessions/${session}/events`));
  await device.until('file');
  const late = new EventReader(
    await elsewhere(visitor).call('GET', `/api/sessions/${session}/events`, undefined, { 'Last-Event-ID': '3' }),
  );
  running.simulator.release(prompt);
  const [one, two, three, four] = await Promise.all([first.rest(), tab.rest(), device.rest(), late.rest()]);
  expect(one.at(-1)).toMatchObject({ type: 'turn_finished' });
  expect(stored(two)).toEqual(stored(one));
  expect(stored(three)).toEqual(stored(one));
  expect(stored(four)).toEqual(stored(one).slice(3));
  for (const tab of [two, three]) expect(reduceAll(tab)).toEqual(reduceAll(one));
});

it('tells an idle tab by its socket that there is something to ask for', async () => {
  const visitor = running.visitor();
  const { session, events } = await visitor.build(uniquePrompt());
  const seq = events.at(-1)?.seq ?? 0;
  const tab = elsewhere(visitor);
  const watches = await Promise.all([WatchSocket.open(tab, session), WatchSocket.open(tab, session)]);
  for (const { told } of watches) expect(told).toEqual([seq]);
  expect((await tab.call('GET', `/api/sessions/${session}/events?after=${seq}`)).status).toBe(204);

  const prompt = uniquePrompt();
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { session, prompt }));
  for (const watch of watches) await watch.until((told) => told > seq);
  const other = new EventReader(await tab.call('GET', `/api/sessions/${session}/events?after=${seq}`));
  await other.until('turn_started');
  running.simulator.release(prompt);
  const own = await stream.rest();
  expect(stored(await other.rest())).toEqual(stored(own));
  const last = own.at(-1)?.seq ?? 0;
  for (const watch of watches) {
    await watch.until((told) => told === last);
    expect(watch.told).toEqual([...watch.told].sort((a, b) => a - b));
  }

  // Watchers are also notified of a change outside turns.
  await visitor.json('PUT', `/api/sessions/${session}/files/a.txt`, new Uint8Array(1));
  for (const watch of watches) {
    await watch.until((told) => told > last);
    watch.close();
    await watch.closed;
  }
});

it('lets nobody else watch, and no other site', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const stranger = running.visitor();
  await expect(WatchSocket.open(stranger, session)).rejects.toThrow();
  await stranger.json('GET', '/api/account');
  await expect(WatchSocket.open(stranger, session)).rejects.toThrow();
  await expect(WatchSocket.open(visitor, session, { Origin: 'http://evil.example' })).rejects.toThrow();
  await expect(WatchSocket.open(visitor, 'a'.repeat(26))).rejects.toThrow();
  (await WatchSocket.open(visitor, session)).close();
});

it('survives a kill of the server: the stream ends, and is resumed where it was', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(
    [{ content: ['Some words to begin with.'], gates: [{ before: 4, name: prompt }] }, { content: ['And the end.'] }],
    { text: prompt },
  );
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const opened = await stream.until('session');
  const session = opened.type === 'session' ? opened.data.session : '';
  await stream.until('text');
  const watch = await WatchSocket.open(visitor, session);
  await running.redraw.kill();
  await watch.closed;
  await stream.rest().catch(() => undefined);
  await running.redraw.restart();
  const after = stored(stream.seen).at(-1)?.seq;
  const rest = await new EventReader(
    await visitor.call('GET', `/api/sessions/${session}/events?after=${after}`),
  ).rest();
  const whole = await new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`)).rest();
  expect(stored([...stream.seen, ...rest])).toEqual(whole);
  expect(reduceAll([...stream.seen, ...rest])).toEqual(reduceAll(whole));
  expectGapless(whole);
  expect(whole.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed' } });
});
