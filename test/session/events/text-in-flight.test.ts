import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SentEvent } from '../../../src/session/events/event-log.ts';
import { longRun } from '../../support/long-run.ts';
import { chunkOf, discarded, makeLog, piece, queued, seen, settle, text, tool } from './recorded-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
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
      longRun(300),
    ));
});
