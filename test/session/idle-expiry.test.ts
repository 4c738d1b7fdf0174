import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleExpiry, type IdleExpiryDeps } from '../../src/session/idle-expiry.ts';

const day = 24 * 60 * 60_000;
const start = Date.UTC(2026, 0, 1);

beforeEach(() => vi.useFakeTimers({ now: start }));
afterEach(() => vi.useRealTimers());

/** A project made at `start`; what it knows of itself can be changed by the test. */
function lab(days = 90, clockOffsetMs = 0) {
  const values = new Map<string, string>([['updated_at', String(Date.now())]]);
  const state = { isRunning: false, waiting: 0, isWatched: false, payers: ['trial'], rows: 0 };
  const deps: IdleExpiryDeps = {
    meta: {
      get: (key) => values.get(key),
      number: (key) => Number(values.get(key) ?? 0),
      set: (changes) => {
        for (const [key, value] of Object.entries(changes)) {
          if (values.get(key) === value) continue;
          state.rows += 1;
          values.set(key, value);
        }
      },
    },
    turns: {
      active: () => (state.isRunning ? ({} as ReturnType<IdleExpiryDeps['turns']['active']>) : null),
      hasPayer: (payer) => state.payers.includes(payer),
    },
    queue: { items: () => Array.from({ length: state.waiting }, () => ({ id: 'q', prompt: 'later' })) },
    watchers: {
      get isAnyoneWatching() {
        return state.isWatched;
      },
    },
    days,
    clockOffsetMs,
  };
  const restarted = (offset = clockOffsetMs) => new IdleExpiry({ ...deps, clockOffsetMs: offset });
  return { expiry: new IdleExpiry(deps), restarted, state, edit: () => values.set('updated_at', String(Date.now())) };
}

const after = (days: number) => vi.setSystemTime(start + days * day);

it('ends 90 days after it was made, to the millisecond', () => {
  const { expiry } = lab();
  expect(expiry.expiresAt()).toBe(start + 90 * day);
  expect(expiry.alarmAt()).toBe(start + 90 * day);
  vi.setSystemTime(start + 90 * day - 1);
  expect(expiry.isOver()).toBe(false);
  after(90);
  expect(expiry.isOver()).toBe(true);
});

it('a turn or an edit begins the time anew', () => {
  const { expiry, edit } = lab();
  after(89);
  edit();
  after(91);
  expect(expiry.isOver()).toBe(false);
  expect(expiry.expiresAt()).toBe(start + 179 * day);
});

it('to open the page begins it anew, too', () => {
  const { expiry } = lab();
  after(60);
  expiry.use('look');
  expect(expiry.expiresAt()).toBe(start + 150 * day);
});

it('in its last days a look leaves two weeks, in which the page tells of the end; a prompt leaves all of it', () => {
  const { expiry } = lab();
  after(80);
  expiry.use('look');
  expect(expiry.expiresAt()).toBe(start + 94 * day);
  after(92);
  expect(expiry.isOver()).toBe(false);
  expiry.use('act');
  expect(expiry.expiresAt()).toBe(start + 182 * day);
});

it('writes a row a day at the most, and none where a turn has told the day', () => {
  const { expiry, state, edit } = lab();
  for (let hour = 0; hour < 100; hour++) {
    after(1 + hour / 100);
    expiry.use('look');
  }
  expect(state.rows).toBe(1);
  after(3);
  edit();
  expiry.use('act');
  expect(state.rows).toBe(1);
});

it('a time shorter than the notice: to open the page is all that it takes', () => {
  const { expiry } = lab(2);
  after(1.5);
  expiry.use('look');
  after(3);
  expect(expiry.isOver()).toBe(false);
  expect(expiry.expiresAt()).toBe(start + 3.5 * day);
});

it('0 days: never, and no row is written', () => {
  const { expiry, state } = lab(0);
  after(4000);
  expiry.use('look');
  expect([expiry.isOver(), expiry.expiresAt(), expiry.alarmAt(), state.rows]).toEqual([false, null, null, 0]);
});

it('projects of users stay, and those that were built on a connection of their owner', () => {
  const kept = lab();
  kept.expiry.keep();
  const own = lab();
  own.state.payers = ['trial', 'connection'];
  after(1000);
  for (const { expiry } of [kept, own])
    expect([expiry.isOver(), expiry.expiresAt(), expiry.alarmAt()]).toEqual([false, null, null]);
});

it('nothing ends under a turn, before a prompt that waits for its time, or while a page stands open', () => {
  const { expiry, state } = lab();
  after(95);
  state.isRunning = true;
  expect([expiry.isOver(), expiry.alarmAt()]).toEqual([false, null]);
  state.isRunning = false;
  state.waiting = 1;
  expect([expiry.isOver(), expiry.alarmAt()]).toEqual([false, null]);
  state.waiting = 0;
  state.isWatched = true;
  expect(expiry.isOver()).toBe(false);
  state.isWatched = false;
  expect(expiry.isOver()).toBe(false);
  after(110);
  expect(expiry.isOver()).toBe(true);
});

it('what could not be deleted is tried again an hour later', () => {
  const { expiry } = lab();
  after(90);
  expiry.postpone();
  expect(expiry.alarmAt()).toBe(start + 90 * day + 60 * 60_000);
});

it('goes by the clock of expiries, and tells the end by that of everybody', () => {
  const { expiry, restarted } = lab();
  expiry.use('act');
  const later = restarted(80 * day);
  expect(later.expiresAt()).toBe(start + 10 * day);
  later.use('act');
  expect(later.expiresAt()).toBe(start + 90 * day);
  expect(restarted(91 * day).isOver()).toBe(false);
  expect(restarted(171 * day).isOver()).toBe(true);
});
