import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { chunkOf, finished, makeLog, piece, queued, settle, text } from './recorded-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('numbers', () => {
  it('numbers events one by one, on from where the log stands', async () => {
    const { log, open, wire } = makeLog();
    log.emit(queued, null);
    log.emit(finished, 't');
    await settle();
    expect(wire()).toEqual(['#1 queued', '#2 turn_finished']);
    const next = open();
    expect([next.seq, next.durableSeq]).toEqual([2, 2]);
    next.emit(finished, 't');
    expect(next.seq).toBe(3);
  });

  it('spends no number on an empty delta: a block that leaves no row cannot be counted once it is lost', async () => {
    const { log, open, wire } = makeLog();
    for (const draft of [text('a'), piece(''), text('', 2), text('b', 3)]) log.emit(draft, 't');
    await settle();
    expect(wire()).toEqual(['- text 1@0 a', '#1 text 1@0 a', '- text 2@0 b']);
    const next = open();
    next.skipLostBlock();
    next.emit(text('again', 3), 't');
    await settle();
    expect(wire().at(-1)).toBe('- text 3@0 again');
  });

  it('numbers blocks one by one, on from the newest that is stored', async () => {
    const { log, open, stored } = makeLog();
    for (const draft of [text('a'), piece('b'), piece('c', 'other'), text('d', 2)]) log.emit(draft, 't');
    log.closeBlock();
    const next = open();
    next.emit(text('e', 3), 't');
    next.closeBlock();
    expect(stored()).toEqual([
      '#1 text 1@0 a',
      '#2 file_delta 2@0 b',
      '#3 file_delta 3@0 c',
      '#4 text 4@0 d',
      '#5 text 5@0 e',
    ]);
  });

  it('gives no number of a block twice, when text in flight was lost with the object', async () => {
    const { log, open, sent } = makeLog();
    let current = log;
    for (let life = 0; life < 3; life++) {
      current.emit(text('lost'), 't');
      await settle();
      current = open();
      current.skipLostBlock();
    }
    current.emit(text('last'), 't');
    const numbers = sent.map((event) => chunkOf(event).block ?? 0);
    expect(new Set(numbers).size).toBe(4);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('gives no number of a block twice, when it was dropped', async () => {
    const { log, open, sent } = makeLog();
    log.emit(text('a'), 't');
    expect(log.dropBlock()).toBe(true);
    expect(log.dropBlock()).toBe(false);
    const second = open();
    second.emit(piece('b'), 't');
    second.closeBlock();
    open().emit(text('c'), 't');
    await settle();
    expect(sent.filter(({ seq }) => seq === null).map((event) => chunkOf(event).block)).toEqual([1, 2, 3]);
  });
});

describe('what has a number', () => {
  it('is not delivered, and not shown, before the disk has it', async () => {
    const { log, sent, syncs, rows } = makeLog({ holdDisk: true });
    log.emit(queued, null);
    await settle();
    expect(rows()).toHaveLength(1);
    expect([sent.length, log.durableSeq, log.read(0, 10).length]).toEqual([0, 0, 0]);
    syncs[0]?.resolve();
    await settle();
    expect([sent.length, log.durableSeq, log.read(0, 10).length]).toEqual([1, 1, 1]);
  });

  it('waits for the next round where it comes while the disk is awaited', async () => {
    const { log, sent, syncs } = makeLog({ holdDisk: true });
    log.emit(queued, null);
    await settle();
    log.emit(finished, 't');
    syncs[0]?.resolve();
    await settle();
    expect(sent.map(({ seq }) => seq)).toEqual([1]);
    expect(log.read(0, 10).map(({ seq }) => seq)).toEqual([1]);
    syncs[1]?.resolve();
    await settle();
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('is sent as one where it was emitted in one go', async () => {
    const { log, batches } = makeLog();
    for (let n = 0; n < 5; n++) log.emit(finished, 't');
    await settle();
    expect(batches).toEqual([5]);
  });

  it('is settled only when the text in flight, too, is stored and delivered', async () => {
    const { log, wire, syncs } = makeLog({ holdDisk: true });
    log.emit(queued, null);
    log.emit(text('a'), 't');
    let settled = false;
    void log.drain().then(() => {
      settled = true;
    });
    await settle();
    expect(settled).toBe(false);
    for (let n = 0; n < 2; n++) {
      syncs[n]?.resolve();
      await settle();
    }
    expect([settled, wire()]).toEqual([true, ['#1 queued', '- text 1@0 a', '#2 text 1@0 a']]);
  });

  it('is promised no more once the disk has failed', async () => {
    const { log, sent, syncs, failures } = makeLog({ holdDisk: true });
    log.emit(queued, null);
    await settle();
    syncs[0]?.reject(new Error('disk'));
    await settle();
    expect([failures.length, sent.length, log.durableSeq]).toEqual([1, 0, 0]);
  });

  it('is refused where it would make a row too large', () => {
    const { log, rows } = makeLog();
    const huge: Draft = { type: 'prompt_error', data: { code: 'x', message: 'x'.repeat(2_000_000), retryable: true } };
    expect(() => log.emit(huge, 't')).toThrow(/too large/);
    expect(rows()).toEqual([]);
    expect(log.seq).toBe(0);
  });

  it('is read in small pages where it is large', async () => {
    const { log } = makeLog();
    log.emit(piece('x'.repeat(5_000_000)), 't');
    log.closeBlock();
    await settle();
    let [after, pages] = [0, 0];
    for (let page = log.read(0, 256); page.length > 0; page = log.read(after, 256)) {
      expect(page.reduce((sum, { data }) => sum + data.length, 0)).toBeLessThan(1_500_000);
      expect(page[0]?.seq).toBe(after + 1);
      after = page.at(-1)?.seq ?? after;
      pages++;
    }
    expect([after, pages > 4]).toEqual([log.seq, true]);
  });
});

it('works in proportion to the delta, not to the block that it belongs to', async () => {
  const { log, sent } = makeLog();
  let handled = 0;
  const slice = vi.spyOn(String.prototype, 'slice').mockImplementation(function (
    this: string,
    from = 0,
    to = this.length,
  ) {
    handled += this.length;
    return this.substring(from, to);
  });
  for (let n = 0; n < 20_000; n++) log.emit(text('word '), 't');
  slice.mockRestore();
  expect(sent.length).toBeGreaterThanOrEqual(20_000);
  expect(handled).toBeLessThan(5 * 20_000 * 'word '.length);
});
