import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { EventLog, type StoredEvent } from '../../../src/session/events/event-log.ts';
import { createSessionTables } from '../../../src/session/storage/session-tables.ts';
import { nodeStore } from '../../support/node-sql.ts';

const text = (delta: string, step = 1): Draft => ({ type: 'text', data: { turn: 't', step, delta } });
const piece = (delta: string, id = 'a'): Draft => ({
  type: 'file_delta',
  data: { turn: 't', step: 1, id, path: 'x.ts', delta },
});
const finished: Draft = { type: 'turn_finished', data: { turn: 't', state: 'completed', counted: true } };

/** A log over SQLite whose syncs the test resolves. */
function makeLog({ holdDisk = false } = {}) {
  const { sql, database } = nodeStore();
  createSessionTables(sql as unknown as SqlStorage);
  const delivered: StoredEvent[] = [];
  const batches: number[] = [];
  const syncs: PromiseWithResolvers<void>[] = [];
  const failures: unknown[] = [];
  const open = () =>
    new EventLog({
      storage: {
        sql: sql as unknown as SqlStorage,
        sync: async () => {
          if (!holdDisk) return;
          const sync = Promise.withResolvers<void>();
          syncs.push(sync);
          await sync.promise;
        },
      },
      deliver: (events) => {
        batches.push(events.length);
        delivered.push(...events);
      },
      onFailure: (error) => failures.push(error),
      now: () => Date.now(),
    });
  const rows = () =>
    sql.exec<{ seq: number; type: string; data: string }>('SELECT seq, type, data FROM event ORDER BY seq').toArray();
  const deltas = () => rows().flatMap(({ data }) => (JSON.parse(data) as { delta?: string }).delta ?? []);
  return { log: open(), open, database, delivered, batches, syncs, failures, rows, deltas };
}

/** Lets promises settle without advancing time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('order and numbers', () => {
  it('numbers events one by one, on from where the log stands', async () => {
    const { log, open, delivered } = makeLog();
    log.emit(text('a'), 't');
    log.emit(finished, 't');
    await settle();
    expect(delivered.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'text'],
      [2, 'turn_finished'],
    ]);
    const next = open();
    expect([next.seq, next.durableSeq]).toEqual([2, 2]);
    next.emit(finished, 't');
    expect(next.seq).toBe(3);
  });

  it('stores a held delta before whatever comes after it', async () => {
    const { log, rows } = makeLog();
    log.emit(text('a'), 't');
    log.emit(text('b'), 't');
    log.emit(finished, 't');
    expect(rows().map(({ type, data }) => [type, (JSON.parse(data) as { delta?: string }).delta])).toEqual([
      ['text', 'a'],
      ['text', 'b'],
      ['turn_finished', undefined],
    ]);
  });

  it('keeps what a delta held when another block begins', async () => {
    const { log, deltas } = makeLog();
    for (const draft of [text('a'), text('b'), piece('c'), piece('d'), piece('e', 'other'), text('f', 2)])
      log.emit(draft, 't');
    expect(deltas()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});

describe('coalescing', () => {
  it('stores the first delta of a block at once, and joins those that follow it closely', async () => {
    const { log, deltas } = makeLog();
    log.emit(text('a'), 't');
    expect(deltas()).toEqual(['a']);
    for (const delta of ['b', 'c', 'd']) log.emit(text(delta), 't');
    expect(deltas()).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(50);
    expect(deltas()).toEqual(['a', 'bcd']);
  });

  it('does not hold a delta that comes late', async () => {
    const { log, deltas } = makeLog();
    log.emit(text('a'), 't');
    await vi.advanceTimersByTimeAsync(200);
    log.emit(text('b'), 't');
    expect(deltas()).toEqual(['a', 'b']);
  });

  it('leaves the draft that it was given as it was', () => {
    const { log } = makeLog();
    const second = text('b');
    log.emit(text('a'), 't');
    log.emit(second, 't');
    log.emit(text('c'), 't');
    expect(second).toEqual(text('b'));
  });

  it('costs at most one row in the window, however many deltas come', async () => {
    const { log, deltas } = makeLog();
    for (let ms = 0; ms < 1000; ms++) {
      log.emit(text('x'), 't');
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(50);
    expect(deltas().join('')).toBe('x'.repeat(1000));
    expect(deltas().length).toBeLessThanOrEqual(1000 / 20 + 2);
  });

  it('splits a delta that is too large for one event, and loses no character', () => {
    const { log, deltas, rows } = makeLog();
    const large = '🙂é\u0000x'.repeat(60_000);
    log.emit(piece(large), 't');
    expect(deltas().join('')).toBe(large);
    expect(deltas().length).toBeGreaterThan(1);
    for (const { data } of rows()) expect(Buffer.byteLength(data)).toBeLessThan(1_500_000);
  });

  it('reads large events in small pages', async () => {
    const { log } = makeLog();
    log.emit(piece('x'.repeat(5_000_000)), 't');
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

  it('refuses an event that would make a row too large', () => {
    const { log, rows } = makeLog();
    const huge: Draft = { type: 'prompt_error', data: { code: 'x', message: 'x'.repeat(2_000_000), retryable: true } };
    expect(() => log.emit(huge, 't')).toThrow(/too large/);
    expect(rows()).toEqual([]);
    expect(log.seq).toBe(0);
  });
});

describe('stored, then sent', () => {
  it('delivers nothing, and shows nothing, before the disk has it', async () => {
    const { log, delivered, syncs, rows } = makeLog({ holdDisk: true });
    log.emit(text('a'), 't');
    await settle();
    expect(rows()).toHaveLength(1);
    expect([delivered.length, log.durableSeq, log.read(0, 10).length]).toEqual([0, 0, 0]);
    syncs[0]?.resolve();
    await settle();
    expect([delivered.length, log.durableSeq, log.read(0, 10).length]).toEqual([1, 1, 1]);
  });

  it('lets what comes while the disk is awaited wait for the next round', async () => {
    const { log, delivered, syncs } = makeLog({ holdDisk: true });
    log.emit(text('a'), 't');
    await settle();
    log.emit(finished, 't');
    syncs[0]?.resolve();
    await settle();
    expect(delivered.map(({ seq }) => seq)).toEqual([1]);
    expect(log.read(0, 10).map(({ seq }) => seq)).toEqual([1]);
    syncs[1]?.resolve();
    await settle();
    expect(delivered.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('sends what was emitted in one go as one', async () => {
    const { log, batches } = makeLog();
    for (let n = 0; n < 5; n++) log.emit(finished, 't');
    await settle();
    expect(batches).toEqual([5]);
  });

  it('is settled only when the held delta, too, is delivered', async () => {
    const { log, delivered, syncs } = makeLog({ holdDisk: true });
    log.emit(text('a'), 't');
    log.emit(text('b'), 't');
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
    expect([settled, delivered.length]).toEqual([true, 2]);
  });

  it('promises nothing more once the disk has failed', async () => {
    const { log, delivered, syncs, failures } = makeLog({ holdDisk: true });
    log.emit(text('a'), 't');
    await settle();
    syncs[0]?.reject(new Error('disk'));
    await settle();
    expect([failures.length, delivered.length, log.durableSeq]).toEqual([1, 0, 0]);
  });
});
