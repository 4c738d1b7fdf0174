import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Draft, parseEvent, type RedrawEvent } from '../../../src/protocol/events.ts';
import { compactAfterMs, compactFinishedTurns, nextCompaction } from '../../../src/session/events/event-compaction.ts';
import { EventLog } from '../../../src/session/events/event-log.ts';
import { MetaStore } from '../../../src/session/storage/session-meta.ts';
import { createSessionTables } from '../../../src/session/storage/session-tables.ts';
import type { SignalLog } from '../../../src/session/turn/signal-log.ts';
import { TurnClock } from '../../../src/session/turn/turn-clock.ts';
import { SqlTurnJournal } from '../../../src/session/turn/turn-journal.ts';
import { TurnStore } from '../../../src/session/turn/turn-store.ts';
import { reduceAll } from '../../../web/project/reduce.ts';
import { nodeStore } from '../../support/node-sql.ts';

const turn = 'turn';

/** What Claude or the loop may do next. */
type Deed =
  | { deed: 'text' | 'thinking'; delta: string }
  | { deed: 'write'; delta: string; end: 'done' | 'failed' | 'open' }
  | { deed: 'tool'; end: 'done' | 'failed' | 'open' }
  | { deed: 'discard' | 'reply' | 'retry' | 'rate' };

const delta = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
);
const end = fc.constantFrom('done', 'failed', 'open');
const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ deed: fc.constantFrom('text', 'thinking'), delta }) },
  { weight: 2, arbitrary: fc.record({ deed: fc.constant('write'), delta, end }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('tool'), end }) },
  { weight: 2, arbitrary: fc.record({ deed: fc.constantFrom('discard', 'reply', 'retry', 'rate') }) },
);

/** When the turn ended. */
const endedAt = 5_000;

/** A log with a turn that has ended. */
async function makeLog(deeds: Deed[]) {
  const store = nodeStore();
  const sql = store.sql as unknown as SqlStorage;
  const storage = {
    sql,
    transactionSync: store.transactionSync,
    sync: async () => undefined,
  } as unknown as DurableObjectStorage;
  createSessionTables(sql);
  const turns = new TurnStore(sql);
  // Each delta is an event of its own: time passes quickly.
  let now = 0;
  const log = new EventLog({ storage, deliver: () => {}, onFailure: expect.unreachable, now: () => (now += 1000) });
  const journal = new SqlTurnJournal(
    {
      storage,
      log,
      limits: { observe: () => undefined },
    } as unknown as ConstructorParameters<typeof SqlTurnJournal>[0],
    {
      turn: { id: turn, model: 'm', payer: 'trial', firstSeq: 1 },
      clock: new TurnClock(new MetaStore(sql), turn, 0, () => now),
      signals: { record: () => undefined } as unknown as SignalLog,
      startedAt: 0,
    },
  );
  turns.create({
    id: turn,
    prompt: 'p',
    attachments: [],
    wantedModel: null,
    model: 'm',
    queued: false,
    createdAt: 0,
  });
  turns.begin(turn, 'trial', 'm', 1, 0);
  const emit = (draft: Draft) => log.emit(draft, turn);
  emit({ type: 'turn_started', data: { turn, prompt: 'p', model: 'm', payer: 'trial' } });
  let step = 1;
  let calls = 0;
  const open: { id: string; name: string }[] = [];
  for (const one of deeds) {
    const id = `call-${calls}`;
    switch (one.deed) {
      case 'text':
      case 'thinking':
        emit({ type: one.deed, data: { turn, step, delta: one.delta } });
        break;
      case 'write':
      case 'tool': {
        calls++;
        emit({ type: 'tool', data: { turn, step, id, name: one.deed, state: 'started', title: id } });
        if (one.deed === 'write')
          for (const piece of [one.delta, 'more'])
            emit({ type: 'file_delta', data: { turn, step, id, path: id, delta: piece } });
        if (one.end !== 'open') open.push({ id, name: one.deed });
        break;
      }
      case 'discard':
        journal.discardStep(step);
        open.length = 0;
        break;
      case 'reply':
        // What the step called runs once its reply is stored; then nothing of it is taken back any more.
        for (const { id: call, name } of open.splice(0)) {
          if (name === 'tool')
            for (const piece of ['one ', 'two'])
              emit({ type: 'tool_output', data: { turn, step, id: call, delta: piece } });
          emit({ type: 'tool', data: { turn, step, id: call, name, state: 'done', title: `did ${call}` } });
        }
        step++;
        break;
      case 'retry':
        emit({
          type: 'api_retry',
          data: { httpStatus: 529, errorType: null, attempt: 1, maxRetries: 10, retryDelayMs: 1 },
        });
        break;
      case 'rate':
        log.emit({ type: 'preview', data: { revision: step, state: 'ready' } }, null);
        break;
    }
  }
  emit({ type: 'turn_finished', data: { turn, state: 'completed', counted: true } });
  turns.finish(turn, 'completed', true, log.seq, endedAt);
  await log.drain();
  const read = (after = 0): RedrawEvent[] =>
    log
      .read(after, 100_000)
      .map(({ seq, type, data }) => parseEvent(seq, type, data) ?? expect.unreachable(`${type} ${data}`));
  return {
    read,
    compact: (at: number) => compactFinishedTurns({ storage, turns }, at),
    next: () => nextCompaction({ turns }),
  };
}

it('leaves the same view, to one who reads from the beginning and to one who had read half', () =>
  fc.assert(
    fc.asyncProperty(fc.array(anyDeed, { maxLength: 40 }), async (deeds) => {
      const { read, compact } = await makeLog(deeds);
      const before = read();
      const { seq: last, ...view } = reduceAll(before);
      compact(endedAt + compactAfterMs);
      const after = read();
      expect(reduceAll(after)).toEqual({ ...view, seq: last });
      expect(after.length).toBeLessThanOrEqual(before.length);
      expect(after.filter(({ type }) => type === 'file_delta')).toEqual([]);
      // Ids that stay mean the same, but for the last delta of a block, which has become the block.
      for (const event of after) {
        const old = before.find(({ seq }) => seq === event.seq);
        expect(old?.type).toBe(event.type);
        if (!['text', 'thinking', 'tool_output'].includes(event.type)) expect(event).toEqual(old);
      }
      for (const { seq } of before) {
        const half = reduceAll(before.filter((event) => event.seq <= seq));
        expect(reduceAll(read(seq), half), `resumed after ${seq}`).toEqual({ ...view, seq: last });
      }
    }),
    { numRuns: 300 },
  ));

it('makes one event of a block, and drops what was taken back', async () => {
  const say = (text: string): Deed => ({ deed: 'text', delta: text });
  const { read, compact } = await makeLog([
    say('no '),
    say('good'),
    { deed: 'discard' },
    say('Hel'),
    say('lo'),
    say(' you'),
    { deed: 'reply' },
    say('Bye'),
  ]);
  compact(endedAt + compactAfterMs);
  const texts = () => read().flatMap((event) => (event.type === 'text' ? [event.data.delta] : []));
  expect(texts()).toEqual(['Hello you', 'Bye']);
  expect(read().map(({ type }) => type)).toEqual(['turn_started', 'step_discarded', 'text', 'text', 'turn_finished']);
  compact(endedAt + compactAfterMs);
  expect(texts()).toEqual(['Hello you', 'Bye']);
});

it('waits until ten minutes after the end', async () => {
  const { read, compact, next } = await makeLog([
    { deed: 'text', delta: 'a' },
    { deed: 'text', delta: 'b' },
  ]);
  const before = read();
  expect(next()).toBe(endedAt + compactAfterMs);
  compact(endedAt + compactAfterMs - 1);
  expect(read()).toEqual(before);
  compact(endedAt + compactAfterMs);
  expect(read()).toHaveLength(before.length - 1);
  expect(next()).toBe(null);
});
