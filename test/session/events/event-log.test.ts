import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { EventLog, type SentEvent } from '../../../src/session/events/event-log.ts';
import { MetaStore } from '../../../src/session/storage/session-meta.ts';
import { sessionSchema } from '../../../src/session/storage/session-schema.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

const text = (delta: string, step = 1): Draft => ({ type: 'text', data: { turn: 't', step, delta } });
const piece = (delta: string, id = 'a'): Draft => ({
  type: 'file_delta',
  data: { turn: 't', step: 1, id, path: 'x.ts', delta },
});
const queued: Draft = { type: 'queued', data: { items: [] } };
const tool: Draft = {
  type: 'tool',
  data: { turn: 't', step: 1, id: 'a', name: 'bash', state: 'started', title: 'Run it' },
};
const discarded: Draft = { type: 'step_discarded', data: { turn: 't', step: 1, fromSeq: 1 } };
const finished: Draft = { type: 'turn_finished', data: { turn: 't', state: 'completed', counted: true } };

interface Chunk {
  block: number;
  at: number;
  delta: string;
}
const chunkOf = ({ data }: { data: string }) => JSON.parse(data) as Partial<Chunk>;

/** What a reader sees of an event: `#seq type`, and of text its block, offset and delta. */
function seen({ seq, type, data }: SentEvent): string {
  const { block, at, delta } = chunkOf({ data });
  const place = seq === null ? '-' : `#${seq}`;
  return block === undefined ? `${place} ${type}` : `${place} ${type} ${block}@${at} ${delta}`;
}

/** A log over SQLite whose syncs the test resolves. */
function makeLog({ holdDisk = false } = {}) {
  const store = nodeStore();
  const { sql, database } = store;
  createTables(store, sessionSchema);
  const sent: SentEvent[] = [];
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
      meta: new MetaStore(sql as unknown as SqlStorage),
      settledSeq: () => 0,
      deliver: (events) => {
        batches.push(events.length);
        sent.push(...events);
      },
      onFailure: (error) => failures.push(error),
    });
  const rows = () =>
    sql.exec<{ seq: number; type: string; data: string }>('SELECT seq, type, data FROM event ORDER BY seq').toArray();
  return {
    log: open(),
    open,
    database,
    sent,
    batches,
    syncs,
    failures,
    rows,
    wire: () => sent.map(seen),
    stored: () => rows().map(seen),
  };
}

/** Lets promises settle without advancing time. */
const settle = () => vi.advanceTimersByTimeAsync(0);

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

describe('text in flight', () => {
  it('is sent at once, and stored after two seconds and at the end of its block', async () => {
    const { log, wire, stored } = makeLog();
    log.emit(text('a'), 't');
    log.emit(text('b'), 't');
    expect(wire()).toEqual(['- text 1@0 a', '- text 1@1 b']);
    expect(stored()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(stored()).toEqual(['#1 text 1@0 ab']);
    log.emit(text('c'), 't');
    log.emit(tool, 't');
    expect(stored()).toEqual(['#1 text 1@0 ab', '#2 text 1@2 c', '#3 tool']);
    await settle();
    expect(wire().slice(2)).toEqual(['#1 text 1@0 ab', '- text 1@2 c', '#2 text 1@2 c', '#3 tool']);
  });

  it('writes one row every two seconds, however many deltas come', async () => {
    const { log, rows } = makeLog();
    for (let ms = 0; ms < 10_000; ms += 20) {
      log.emit(text('x'), 't');
      await vi.advanceTimersByTimeAsync(20);
    }
    log.closeBlock();
    expect(
      rows()
        .map((row) => chunkOf(row).delta)
        .join(''),
    ).toBe('x'.repeat(500));
    expect(rows().length).toBeLessThanOrEqual(6);
  });

  it('goes on in its block over an event that is no part of its step', async () => {
    const { log, wire } = makeLog();
    log.emit(text('a'), 't');
    log.emit(queued, null);
    log.emit(text('b'), 't');
    log.closeBlock();
    await settle();
    expect(wire()).toEqual(['- text 1@0 a', '#1 queued', '- text 1@1 b', '#2 text 1@0 ab']);
  });

  it('leaves the draft that it was given as it was', () => {
    const { log } = makeLog();
    const second = text('b');
    log.emit(text('a'), 't');
    log.emit(second, 't');
    expect(second).toEqual(text('b'));
  });

  it('does not wait for the disk to have the text of its own block', async () => {
    const { log, wire } = makeLog({ holdDisk: true });
    log.emit(text('a'), 't');
    await vi.advanceTimersByTimeAsync(2_000);
    log.emit(text('b'), 't');
    expect(wire()).toEqual(['- text 1@0 a', '- text 1@1 b']);
  });

  it('overtakes no event, and no other block', async () => {
    const { log, wire, syncs } = makeLog({ holdDisk: true });
    log.emit(text('void'), 't');
    log.dropBlock();
    log.emit(discarded, 't');
    await settle();
    log.emit(text('a'), 't');
    await vi.advanceTimersByTimeAsync(2_000);
    log.emit(text('b'), 't');
    log.emit(piece('c'), 't');
    expect(wire()).toEqual(['- text 1@0 void']);
    for (let n = 0; n < 4; n++) {
      syncs[n]?.resolve();
      await settle();
    }
    expect(wire().slice(1)).toEqual([
      '#1 step_discarded',
      '- text 2@0 a',
      '#2 text 2@0 a',
      '- text 2@1 b',
      '#3 text 2@1 b',
      '- file_delta 3@0 c',
    ]);
  });

  it('is given whole to a reader who joins, as far as the others have it', async () => {
    const { log, syncs } = makeLog({ holdDisk: true });
    expect(log.inFlight()).toEqual([]);
    log.emit(text('a'), 't');
    await vi.advanceTimersByTimeAsync(2_000);
    log.emit(text('b'), 't');
    expect(log.inFlight().map(seen)).toEqual(['- text 1@0 ab']);
    log.emit(tool, 't');
    log.emit(piece('c'), 't');
    expect(log.inFlight().map(seen)).toEqual(['- text 1@0 ab']);
    for (let n = 0; n < 3; n++) {
      syncs[n]?.resolve();
      await settle();
    }
    expect(log.inFlight().map(seen)).toEqual(['- file_delta 2@0 c']);
  });

  it('is given from its beginning where its block has ended and a part of it still waits', async () => {
    const { log, sent, syncs, wire } = makeLog({ holdDisk: true });
    log.emit(text('a'), 't');
    log.emit(queued, 't');
    log.emit(text('b'), 't');
    log.emit(tool, 't');
    const joined = log.inFlight().map(seen);
    const before = sent.length;
    for (let n = 0; n < 3; n++) {
      await settle();
      syncs[n]?.resolve();
    }
    await settle();
    expect([...joined, ...wire().slice(before)]).toEqual([
      '- text 1@0 a',
      '#1 queued',
      '- text 1@1 b',
      '#2 text 1@0 ab',
      '#3 tool',
    ]);
  });

  it('is split where it is too large for one event, and loses no character', async () => {
    const { log, sent, rows } = makeLog();
    const large = '🙂é\u0000x'.repeat(60_000);
    log.emit(piece(large), 't');
    log.closeBlock();
    await settle();
    for (const events of [sent.filter(({ seq }) => seq === null), rows()]) {
      expect(events.map((event) => chunkOf(event).delta).join('')).toBe(large);
      expect(events.length).toBeGreaterThan(1);
      for (const { data } of events) expect(Buffer.byteLength(data)).toBeLessThan(1_500_000);
    }
  });
});

describe('a reader who keeps of each block what reaches furthest', () => {
  type Action = { kind: 'text'; step: number; delta: string } | { kind: 'queued' | 'tool' | 'wait' | 'sync' };
  const action: fc.Arbitrary<Action> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('text' as const),
        step: fc.integer({ min: 1, max: 2 }),
        delta: fc.string({ minLength: 1, maxLength: 5 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('queued', 'tool', 'wait', 'sync') }) },
  );

  /** Folds what was sent: the text of each block, and the order of blocks and events as first seen. */
  function fold(events: readonly SentEvent[]) {
    const blocks = new Map<number, string>();
    const order: string[] = [];
    for (const event of events) {
      const { block, at = 0, delta = '' } = chunkOf(event);
      if (block === undefined) order.push(seen(event));
      else {
        const have = blocks.get(block);
        if (have === undefined) order.push(`block ${block}`);
        const known = have ?? '';
        expect(at, 'no gap').toBeLessThanOrEqual(known.length);
        blocks.set(block, at + delta.length > known.length ? known + delta.slice(known.length - at) : known);
      }
    }
    return { blocks: [...blocks], order: order.filter((line) => !line.endsWith('queued')) };
  }

  it('sees the same in flight, from the log, and joining at any moment', () =>
    fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30 }), fc.nat(30), async (actions, joinAfter) => {
        const { log, sent, syncs } = makeLog({ holdDisk: true });
        let joined: { events: SentEvent[]; from: number } | null = null;
        let resolved = 0;
        const release = () => {
          if (resolved < syncs.length) syncs[resolved++]?.resolve();
        };
        for (const [index, each] of actions.entries()) {
          if (index === joinAfter) joined = { events: [...log.read(0, 1000), ...log.inFlight()], from: sent.length };
          if (each.kind === 'text') log.emit(text(each.delta, each.step), 't');
          else if (each.kind === 'wait') await vi.advanceTimersByTimeAsync(2_000);
          else if (each.kind === 'sync') release();
          else log.emit(each.kind === 'tool' ? tool : queued, 't');
          await settle();
        }
        log.closeBlock();
        for (await settle(); resolved < syncs.length; await settle()) release();
        const live = fold(sent);
        expect(fold(log.read(0, 1000))).toEqual(live);
        if (joined) expect(fold([...joined.events, ...sent.slice(joined.from)])).toEqual(live);
        const said = actions.map((each) => (each.kind === 'text' ? each.delta : '')).join('');
        expect(live.blocks.map(([, whole]) => whole).join('')).toBe(said);
      }),
      { numRuns: 300 },
    ));
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
