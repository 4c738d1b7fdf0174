import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Draft, parseEvent, type RedrawEvent } from '../../../src/protocol/events.ts';
import { EventLog } from '../../../src/session/events/event-log.ts';
import { settledAfterMs } from '../../../src/session/session-context.ts';
import { MetaStore } from '../../../src/session/storage/session-meta.ts';
import { sessionSchema } from '../../../src/session/storage/session-schema.ts';
import type { ClaudeSignalLog } from '../../../src/session/turn/claude-signal-log.ts';
import { SqlTurnJournal } from '../../../src/session/turn/turn-journal.ts';
import { TurnStore } from '../../../src/session/turn/turn-store.ts';
import { TurnTimer } from '../../../src/session/turn/turn-times.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { reduceAll } from '../../../web/project/reduce.ts';
import { longRun } from '../../support/long-run.ts';
import { nodeStore } from '../../support/node-sql.ts';

const turn = 'turn';

type StoredRedrawEvent = RedrawEvent & { seq: number };

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
  createTables(store, sessionSchema);
  const turns = new TurnStore(sql);
  const meta = new MetaStore(sql);
  let now = endedAt;
  const log = new EventLog({
    storage,
    meta,
    settledSeq: () => turns.lastSeqOfEnded(now - settledAfterMs),
    deliver: () => {},
    onFailure: expect.unreachable,
  });
  const journal = new SqlTurnJournal(
    {
      storage,
      log,
      limits: { observe: () => undefined },
    } as unknown as ConstructorParameters<typeof SqlTurnJournal>[0],
    {
      turn: { id: turn, model: 'm', payer: 'trial', firstSeq: 1 },
      clock: new TurnTimer(meta, turn, 0, () => 0),
      signals: { record: () => undefined } as unknown as ClaudeSignalLog,
      startedAt: 0,
      isResumed: false,
    },
  );
  turns.create({
    id: turn,
    prompt: 'p',
    attachments: [],
    mode: 'build',
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
        // As if two seconds had passed: part of the block is stored.
        if (action.delta.length % 2 === 0) log.closeBlock();
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
        log.closeBlock();
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
  log.closeBlock();
  emit({ type: 'turn_finished', data: { turn, state: 'completed', counted: true } });
  turns.finish(turn, { state: 'completed', counted: true, lastSeq: log.seq }, endedAt);
  await log.drain();
  const read = (after = 0): StoredRedrawEvent[] =>
    log.read(after, 100_000).map(({ seq, type, data }) => {
      const event = parseEvent(seq, type, data) ?? expect.unreachable(`${type} ${data}`);
      return { ...event, seq };
    });
  return {
    read,
    waitUntil: (at: number) => {
      now = at;
    },
  };
}

it('leaves the same view, to one who reads from the beginning and to one who had read half', () =>
  fc.assert(
    fc.asyncProperty(fc.array(anyAction, { maxLength: 40 }), async (actions) => {
      const { read, waitUntil } = await makeLog(actions);
      const before = read();
      const { seq: last, ...view } = reduceAll(before);
      waitUntil(endedAt + settledAfterMs);
      const after = read();
      expect(reduceAll(after)).toEqual({ ...view, seq: last });
      expect(after.length).toBeLessThanOrEqual(before.length);
      expect(after.filter(({ type }) => type === 'file_delta')).toEqual([]);
      // What remains is what it was.
      for (const event of after) expect(event).toEqual(before.find(({ seq }) => seq === event.seq));
      for (const { seq } of before) {
        const half = reduceAll(before.filter((event) => event.seq <= seq));
        expect(reduceAll(read(seq), half), `resumed after ${seq}`).toEqual({ ...view, seq: last });
      }
    }),
    longRun(300),
  ));

it('leaves out files as they were being written, ten minutes after the end and not before', async () => {
  const { read, waitUntil } = await makeLog([
    { kind: 'text', delta: 'Hello you' },
    { kind: 'write', delta: 'x', end: 'done' },
    { kind: 'reply' },
    { kind: 'text', delta: 'Bye' },
  ]);
  const before = read();
  waitUntil(endedAt + settledAfterMs - 1);
  expect(read()).toEqual(before);
  waitUntil(endedAt + settledAfterMs);
  expect(read()).toEqual(before.filter(({ type }) => type !== 'file_delta'));
  expect(read()).toHaveLength(before.length - 1);
});
