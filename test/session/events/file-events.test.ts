import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FileDraft } from '../../../src/protocol/events.ts';
import { finished, makeLog, queued, settle } from './recorded-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const changes = (count: number, pathChars = 20): FileDraft[] =>
  Array.from({ length: count }, (_, file) => ({
    type: 'file',
    data: { turn: '', path: `${file}`.padStart(pathChars, 'a'), change: 'written', bytes: file, hash: 'f'.repeat(64) },
  }));

const seqs = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

it('the changes of many files share rows, and each is an event with a number of its own', async () => {
  const { log, sent, rows } = makeLog();
  log.emit(queued, null);
  log.emitFiles(changes(900, 240), null);
  log.emit(finished, 't');
  await settle();
  expect(rows().length).toBeLessThanOrEqual(5);
  expect(sent.map(({ seq }) => seq)).toEqual(seqs(1, 902));
  expect(sent.slice(1, -1).map(({ data }) => JSON.parse(data))).toEqual(changes(900, 240).map(({ data }) => data));
  expect(sent.every(({ data }) => !data.includes('\n'))).toBe(true);
});

it('a reader gets them one by one, wherever it goes on', async () => {
  const { log, sent } = makeLog();
  log.emit(queued, null);
  log.emitFiles(changes(900, 240), null);
  log.emitFiles(changes(1), null);
  log.emit(finished, 't');
  await settle();
  for (const after of [0, 1, 2, 255, 700, 900, 901, 902, 903]) {
    const read = [];
    for (let page = log.read(after, 256); page.length > 0; page = log.read(read.at(-1)?.seq ?? after, 256)) {
      expect(page.length).toBeLessThanOrEqual(256);
      read.push(...page);
    }
    expect(read).toEqual(sent.slice(after));
  }
});

it('a page of them is bounded by their characters, too', async () => {
  const { log } = makeLog();
  for (let n = 0; n < 10; n++) log.emitFiles(changes(1000, 240), null);
  await settle();
  const page = log.read(0, 10_000);
  expect(page.length).toBeGreaterThan(1000);
  expect(JSON.stringify(page).length).toBeLessThan(1_500_000);
});

it('numbers go on after them when the object starts again', async () => {
  const { log, open } = makeLog();
  log.emitFiles(changes(30), null);
  await settle();
  const next = open();
  expect([next.seq, next.durableSeq]).toEqual([30, 30]);
  next.emit(finished, 't');
  expect(next.read(29, 10).map(({ seq }) => seq)).toEqual([30]);
  await settle();
  expect(next.read(29, 10).map(({ seq, type }) => `${seq} ${type}`)).toEqual(['30 file', '31 turn_finished']);
});

it('no change of a file leaves no row', async () => {
  const { log, rows } = makeLog();
  log.emitFiles([], null);
  expect([log.seq, rows()]).toEqual([0, []]);
});

it('files that changed are news for the preview until it has reloaded', async () => {
  const { log } = makeLog();
  log.emitFiles(changes(30), null);
  const { seq } = log;
  expect(log.newestPreviewChange(0)).toBe('file');
  expect(log.newestPreviewChange(seq)).toBeNull();
});
