import { vi } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { EventLog, type SentEvent } from '../../../src/session/events/event-log.ts';
import { MetaStore } from '../../../src/session/storage/session-meta.ts';
import { sessionSchema } from '../../../src/session/storage/session-schema.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

export const text = (delta: string, step = 1): Draft => ({ type: 'text', data: { turn: 't', step, delta } });
export const piece = (delta: string, id = 'a'): Draft => ({
  type: 'file_delta',
  data: { turn: 't', step: 1, id, path: 'x.ts', delta },
});
export const queued: Draft = { type: 'queued', data: { items: [] } };
export const tool: Draft = {
  type: 'tool',
  data: { turn: 't', step: 1, id: 'a', name: 'bash', state: 'started', title: 'Run it' },
};
export const discarded: Draft = { type: 'step_discarded', data: { turn: 't', step: 1, fromSeq: 1 } };
export const finished: Draft = { type: 'turn_finished', data: { turn: 't', state: 'completed', counted: true } };

interface Chunk {
  block: number;
  at: number;
  delta: string;
}
export const chunkOf = ({ data }: { data: string }) => JSON.parse(data) as Partial<Chunk>;

/** What a reader sees of an event: `#seq type`, and of text its block, offset and delta. */
export function seen({ seq, type, data }: SentEvent): string {
  const { block, at, delta } = chunkOf({ data });
  const place = seq === null ? '-' : `#${seq}`;
  return block === undefined ? `${place} ${type}` : `${place} ${type} ${block}@${at} ${delta}`;
}

/** A log over SQLite whose syncs the test resolves. */
export function makeLog({ holdDisk = false } = {}) {
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
export const settle = () => vi.advanceTimersByTimeAsync(0);
