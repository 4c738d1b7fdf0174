import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Draft, parseEvent, type RedrawEvent } from '../../../src/protocol/events.ts';
import { compactAfterMs, compactFinishedTurns, nextCompaction } from '../../../src/session/events/event-compaction.ts';
import { EventLog } from '../../../src/session/events/event-log.ts';
import { MetaStore } from '../../../src/session/storage/session-meta.ts';
import { createSessionTables } from '../../../src/session/storage/session-tables.ts';
import type { ClaudeSignalLog } from '../../../src/session/turn/claude-signal-log.ts';
import { SqlTurnJournal } from '../../../src/session/turn/turn-journal.ts';
import { TurnStore } from '../../../src/session/turn/turn-store.ts';
import { TurnTimer } from '../../../src/session/turn/turn-times.ts';
import { reduceAll } from '../../../web/project/reduce.ts';
import { nodeStore } from '../../support/node-sql.ts';

const turn = 'turn';

/** One step of Claude or of the loop. */
type Action =
  | { kind: 'text' | 'thinking'; delta: string }
  | { kind: 'write'; delta: string; end: 'done' | 'failed' | 'open' }
  | { kind: 'tool'; end: 'done' | 'failed' | 'open' }
  | { kind: 'discard' | 'reply' | 'retry' | 'rate' };

const delta = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
);
const end = fc.constantFrom('done', 'failed', 'open');
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('text', 'thinking'), delta }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write'), delta, end }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tool'), end }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('discard', 'reply', 'retry', 'rate') }) },
);

/** End of the turn, UNIX milliseconds. */
const endedAt = 5_000;

/** A log with one finished turn. */
async function makeLog(actions: Action[]) {
  const store = nodeStore();
  const sql = store.sql as unknown as SqlStorage;
  const storage = {
    sql,
    transactionSync: store.transactionSync,
    sync: async () => undefined,
  } as unknown as DurableObjectStorage;
  createSessionTables(sql);
  const turns = new TurnStore(sql);
  // Time passes quickly, so no deltas are coalesced.
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
      clock: new TurnTimer(new MetaStore(sql), turn, 0, () => now),
      signals: { record: () => undefined } as unknown as ClaudeSignalLog,
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
  for (const action of actions) {
    const id = `call-${calls}`;
    switch (action.kind) {
      case 'text':
      case 'thinking':
        emit({ type: action.kind, data: { turn, step, delta: action.delta } });
        break;
      case 'write':
      case 'tool': {
        calls++;
        emit({ type: 'tool', data: { turn, step, id, name: action.kind, state: 'started', title: id } });
        if (action.kind === 'write')
          for (const piece of [action.delta, 'more'])
            emit({ type: 'file_delta', data: { turn, step, id, path: id, delta: piece } });
        if (action.end !== 'open') open.push({ id, name: action.kind });
        break;
      }
      case 'discard':
        journal.discardStep(step);
        open.length = 0;
        break;
      case 'reply':
        // Tools run once the reply is stored; nothing of the step is discarded after that.
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
    fc.asyncProperty(fc.array(anyAction, { maxLength: 40 }), async (actions) => {
      const { read, compact } = await makeLog(actions);
      const before = read();
      const { seq: last, ...view } = reduceAll(before);
      compact(endedAt + compactAfterMs);
      const after = read();
      expect(reduceAll(after)).toEqual({ ...view, seq: last });
      expect(after.length).toBeLessThanOrEqual(before.length);
      expect(after.filter(({ type }) => type === 'file_delta')).toEqual([]);
      // Remaining ids keep their meaning, except the last delta of a block, which has become the block.
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
  const say = (text: string): Action => ({ kind: 'text', delta: text });
  const { read, compact } = await makeLog([
    say('no '),
    say('good'),
    { kind: 'discard' },
    say('Hel'),
    say('lo'),
    say(' you'),
    { kind: 'reply' },
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
    { kind: 'text', delta: 'a' },
    { kind: 'text', delta: 'b' },
  ]);
  const before = read();
  expect(next()).toBe(endedAt + compactAfterMs);
  compact(endedAt + compactAfterMs - 1);
  expect(read()).toEqual(before);
  compact(endedAt + compactAfterMs);
  expect(read()).toHaveLength(before.length - 1);
  expect(next()).toBe(null);
});
