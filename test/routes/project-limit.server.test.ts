import { expect, it } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { SessionDetail, VersionEntry } from '../../src/protocol/resources.ts';
import { previewAnswer } from '../support/preview-request.ts';
import { createFile, problemOf, toolTurn, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';
import { eventsOf, type Visitor } from '../support/visitor.ts';

const mib = 1024 * 1024;
const limit = 64 * mib;
const running = useRunning({ MAX_PROJECT_BYTES: String(limit), UPLOAD_MIB_PER_ADDRESS: '1000000' });
const noise = (seed: number, length = 20 * mib) =>
  new Uint8Array(length).map((_, at) => (at * at * 7919 + seed * 31) >> 5);

async function eventsAfter(visitor: Visitor, session: string, seq: number): Promise<RedrawEvent[]> {
  const events: RedrawEvent[] = [];
  for await (const event of eventsOf(await visitor.call('GET', `/api/sessions/${session}/events?after=${seq}`)))
    events.push(event);
  return events;
}

it('a file of 20 MiB written 12 times stays below the limit, and the next prompt works', async () => {
  const visitor = running.visitor();
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>(
    'POST',
    '/api/sessions',
    {},
  );
  const at = `/api/sessions/${session}`;
  for (let n = 1; n <= 12; n++) await visitor.json('PUT', `${at}/files/film.bin`, noise(n));
  const [kept] = rowsOf<{ bytes: number }>(
    running.redraw,
    'Session',
    'blob',
    'SELECT sum(length(bytes)) AS bytes FROM blob',
  ).flat();
  expect(kept?.bytes).toBeLessThanOrEqual(limit);
  const told = (await eventsAfter(visitor, session, 0)).flatMap((event) =>
    event.type === 'version' ? (event.data.dropped ?? []) : [],
  );
  const history = await visitor.json<VersionEntry[]>('GET', `${at}/history`);
  expect(history.slice(0, 9).every(({ gone }) => gone)).toBe(true);
  expect(told).toEqual(history.flatMap(({ gone, version }) => (gone ? [version] : [])));
  const problem = await problemOf(await visitor.call('GET', `${at}/files/film.bin?version=1`), 404, 'not_found');
  expect(problem).toMatchObject({ reason: 'version_gone', version: 1 });
  await problemOf(await visitor.call('POST', `${at}/revert`, { version: 1 }), 404, 'not_found');
  const old = new URL(previewUrl).host.replace('.', '-v1.');
  expect((await previewAnswer(`http://${old}`, '/film.bin')).status).not.toBe(200);

  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('index.html', '<p>hello</p>')), { text: prompt });
  const { events } = await visitor.build(prompt, session);
  expect(events.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed' } });
  await visitor.json('POST', `${at}/undo`, {});
  const { files } = await visitor.json<SessionDetail>('GET', at);
  expect(files.map(({ path }) => path)).toEqual(['film.bin']);
});

it('what does not fit is refused with the limit, and Claude is told so; the turn and the next one go on', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const at = `/api/sessions/${session}`;
  for (let n = 1; n <= 3; n++) await visitor.json('PUT', `${at}/files/${n}.bin`, noise(n));
  const problem = await problemOf(await visitor.call('PUT', `${at}/files/4.bin`, noise(4)), 413, 'payload_too_large');
  expect(problem).toMatchObject({ reason: 'kept', limit });
  await visitor.json('PUT', `${at}/files/5.bin`, noise(5, 3.5 * mib));
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('large.txt', 'x'.repeat(mib))), { text: prompt });
  const { events } = await visitor.build(prompt, session);
  const failed = events.find(({ type, data }) => type === 'tool' && 'state' in data && data.state === 'failed');
  expect(JSON.stringify(failed)).toContain('keeps as much as it may');
  expect(events.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed' } });
  const again = await visitor.build(uniquePrompt(), session);
  expect(again.events.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed' } });
});

it('a refused upload costs no version its files: too large, no place for it, or broken off', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const at = `/api/sessions/${session}`;
  for (let n = 1; n <= 3; n++) await visitor.json('PUT', `${at}/files/film.bin`, noise(n));
  const history = await visitor.json<VersionEntry[]>('GET', `${at}/history`);
  expect(history.map(({ gone = false }) => gone)).toEqual([false, false, false]);
  await problemOf(await visitor.call('PUT', `${at}/files/large.bin`, noise(4, 20 * mib + 1)), 413, 'payload_too_large');
  await problemOf(await visitor.call('PUT', `${at}/files/film.bin/x`, noise(5, 10 * mib)), 422, 'invalid_request');
  expect(await visitor.json('GET', `${at}/history`)).toEqual(history);
  for (const { version } of history)
    expect(await visitor.json('GET', `${at}/files?version=${version}`)).toMatchObject([{ bytes: 20 * mib }]);
  await visitor.json('PUT', `${at}/files/film.bin`, noise(6));
});
