import { expect, test } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { MetaStore } from '../../../src/session/storage/session-meta.ts';
import { sessionSchema } from '../../../src/session/storage/session-schema.ts';
import { TurnTimer, turnTimes } from '../../../src/session/turn/turn-times.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

function setUp() {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const sql = store.sql as SqlStorage;
  const time = { now: 1000 };
  const open = (turn: string) => new TurnTimer(new MetaStore(sql), turn, 1000, () => time.now);
  return { time, open, times: (turn: string) => turnTimes(new MetaStore(sql), turn) };
}

const delta = (type: 'text' | 'thinking', step: number): Draft => ({ type, data: { turn: 't', step, delta: 'x' } });

test('takes the time to the first word, and how long each thought took', () => {
  const { time, open, times } = setUp();
  const clock = open('t');
  clock.observe({ type: 'turn_started', data: { turn: 't', prompt: 'p', model: 'm', payer: 'trial' } });
  time.now = 1400;
  clock.observe(delta('thinking', 1));
  time.now = 2400;
  clock.observe(delta('thinking', 1));
  time.now = 2900;
  clock.observe(delta('text', 1));
  clock.observe(delta('thinking', 2));
  time.now = 3000;
  clock.endThinking();
  expect(times('t')).toEqual({ firstTokenMs: 400, thinkingMs: { 1: 1500, 2: 100 } });
});

test('goes on after its object was lost, and starts anew with the next turn', () => {
  const { time, open, times } = setUp();
  time.now = 1200;
  open('t').observe(delta('text', 1));
  time.now = 9000;
  const later = open('t');
  later.observe(delta('thinking', 2));
  time.now = 9500;
  later.endThinking();
  expect(times('t')).toEqual({ firstTokenMs: 200, thinkingMs: { 2: 500 } });
  expect(times('u')).toEqual({ firstTokenMs: null, thinkingMs: {} });
});
