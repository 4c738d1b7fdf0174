import { expect, it } from 'vitest';
import { type EventType, parseEvent, type RedrawEvent } from '../../src/protocol/events.ts';
import { giveTextItsPlace } from '../../src/session/storage/event-blocks.ts';
import { sessionSchema } from '../../src/session/storage/session-schema.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { reduceAll } from '../../web/project/reduce.ts';
import { nodeStore } from '../support/node-sql.ts';

type Row = [type: EventType, data: Record<string, unknown>, step?: number];

const text = (delta: string, step = 1): Row => ['text', { turn: 't', step, delta }, step];
const tool = (id: string, state: string): Row => [
  'tool',
  { turn: 't', step: 1, id, name: 'bash', state, title: id },
  1,
];
const piece = (id: string, delta: string): Row => ['file_delta', { turn: 't', step: 1, id, path: id, delta }, 1];

/** The events of a log in which streamed text has no place, after the migration. */
function migrated(rows: readonly Row[]): RedrawEvent[] {
  const store = nodeStore();
  createTables(store, sessionSchema);
  for (const [index, [type, data, step = null]] of rows.entries())
    store.sql.exec(
      'INSERT INTO event (seq, turn, step, type, data) VALUES (?, ?, ?, ?, ?)',
      // Numbers are missing where events were merged.
      2 * index + 1,
      't',
      step,
      type,
      JSON.stringify(data),
    );
  giveTextItsPlace(store.sql);
  return store.sql
    .exec<{ seq: number; type: string; data: string }>('SELECT seq, type, data FROM event ORDER BY seq')
    .toArray()
    .map(({ seq, type, data }) => parseEvent(seq, type, data) ?? expect.unreachable(`${type} ${data}`));
}

it('makes a block of deltas in a row, over what belongs to no step, and keeps numbers and texts', () => {
  const events = migrated([
    ['turn_started', { turn: 't', prompt: 'p', model: 'm', payer: 'trial' }],
    ['thinking', { turn: 't', step: 1, delta: 'Hm.' }, 1],
    text('Hel'),
    ['queued', { items: [] }],
    text('lo 🙂'),
    tool('a', 'started'),
    piece('a', 'one'),
    piece('a', 'two'),
    tool('b', 'started'),
    piece('b', 'three'),
    tool('a', 'done'),
    text('Bye', 2),
  ]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => 2 * index + 1));
  const places = events.flatMap(({ data }) => ('block' in data ? [[data.block, data.at, data.delta]] : []));
  expect(places).toEqual([
    [1, 0, 'Hm.'],
    [2, 0, 'Hel'],
    [2, 3, 'lo 🙂'],
    [3, 0, 'one'],
    [3, 3, 'two'],
    [4, 0, 'three'],
    [5, 0, 'Bye'],
  ]);
  const { turn } = reduceAll(events);
  expect(
    turn?.steps.map(({ blocks }) => blocks.map((block) => (block.kind === 'tool' ? block.id : block.text))),
  ).toEqual([['Hm.', 'Hello 🙂', 'a', 'b'], ['Bye']]);
});
