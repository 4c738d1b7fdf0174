import { expect, it } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { finished, makeLog } from './recorded-log.ts';

const queue = (prompt: string): Draft => ({ type: 'queued', data: { items: [{ id: 'a', prompt }] } });
const title = (text: string): Draft => ({ type: 'title', data: { title: text } });
const reload = (revision: number, hot?: boolean): Draft => ({
  type: 'preview',
  data: { revision, state: 'reload', ...(hot === undefined ? {} : { hot }) },
});
const broken = (revision: number, message: string): Draft => ({
  type: 'preview',
  data: { revision, state: 'error', message },
});
const awake = (state: 'idle' | 'running'): Draft => ({ type: 'sandbox', data: { state, server: null } });
const settings = (data: Record<string, unknown>): Draft => ({ type: 'settings', data });

/** More than superseded events may take. */
const long = 'x'.repeat(130_000);

it.each([
  ['the queue', (n: number) => queue(`${n} ${long}`)],
  ['the title', (n: number) => title(`${n} ${long}`)],
  ['the hosts', (n: number) => settings({ hosts: [`${n}.example`, long] })],
  ['the state of the preview', (n: number) => broken(n, long)],
])('of %s only the newest is kept where they are large, and everyone who listens is told each', async (_, draft) => {
  const { log, open, rows, sent } = makeLog();
  const drafts = [1, 2, 3].map(draft);
  for (const each of drafts) log.emit(each, null);
  await log.drain();
  expect(sent.map(({ data }) => JSON.parse(data))).toMatchObject(drafts.map(({ data }) => data));
  expect(rows().map(({ seq, data }) => [seq, JSON.parse(data)])).toMatchObject([[3, drafts[2]?.data]]);
  // After an eviction, too.
  const next = open();
  next.emit(draft(4), null);
  await next.drain();
  expect(rows().map(({ seq }) => seq)).toEqual([4]);
});

it.each([
  ['the queue', (n: number) => queue(`${n}`)],
  ['the title', (n: number) => title(`${n}`)],
  ['the model', (n: number) => settings({ model: `claude-${n}` })],
  ['the address of the preview', (n: number) => settings({ previewUrl: `http://${n}.localhost/` })],
  ['reloads', (n: number) => reload(n)],
  ['the container', (n: number) => awake(n % 2 ? 'running' : 'idle')],
])('of %s no more is kept than a bound, however often it changes, and what is newest is', async (_, draft) => {
  const { log, open, rows } = makeLog();
  const kept: number[] = [];
  for (const many of [3_000, 6_000]) {
    const each = kept.length === 0 ? log : open();
    for (let n = 0; n < many; n++) each.emit(draft(n), null);
    await each.drain();
    kept.push(rows().length);
    expect(JSON.parse(rows().at(-1)?.data ?? '')).toMatchObject(draft(many - 1).data);
    expect(rows().at(-1)?.seq).toBe(each.seq);
  }
  expect(kept[0]).toBeLessThan(2_000);
  expect(Math.abs((kept[1] ?? 0) - (kept[0] ?? 0))).toBeLessThan(20);
});

it('what says something else stays: another setting, a reload of another kind, and what a turn has said', async () => {
  const { log, rows } = makeLog();
  const kept: [Draft, string | null][] = [
    [settings({ model: 'claude-a' }), null],
    [settings({ previewUrl: 'http://a.localhost/' }), null],
    [settings({ hosts: [] }), null],
    [reload(1, false), null],
    [reload(2, true), null],
    [reload(3), null],
    [broken(3, 'a is missing'), null],
    [title('of a turn'), 't'],
    [reload(4), 't'],
    [reload(5), 't'],
    [finished, 't'],
    [title('of the visitor'), null],
  ];
  for (const [draft, turn] of kept) log.emit(draft, turn);
  for (const prompt of ['a', 'b']) log.emit(queue(prompt + long), null);
  await log.drain();
  const all = rows().map(({ data }) => JSON.parse(data));
  expect(all.slice(0, -1)).toEqual(kept.map(([{ data }]) => data));
});

it('a reader who comes back is told the newest of each, whatever they had', async () => {
  const { log } = makeLog();
  for (const n of [1, 2]) for (const draft of [queue(n + long), title(n + long)]) log.emit(draft, null);
  await log.drain();
  for (const after of [0, 1, 2]) {
    const read = log.read(after, 100);
    expect(read.map(({ seq, type }) => `${seq} ${type}`)).toEqual(['3 queued', '4 title']);
  }
  expect(log.read(3, 100).map(({ type }) => type)).toEqual(['title']);
});
