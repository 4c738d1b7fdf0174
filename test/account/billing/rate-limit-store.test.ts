import { expect, it } from 'vitest';
import { type LimitNote, RateLimitStore } from '../../../src/account/billing/rate-limit-store.ts';
import { accountSchema } from '../../../src/account/storage/account-schema.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { nodeStore } from '../../support/node-sql.ts';

const source = 'connection 1';
const now = 1_795_185_000_000;

function setUp(): RateLimitStore {
  const store = nodeStore();
  createTables(store, accountSchema);
  return new RateLimitStore(store.sql as SqlStorage);
}

const note = (rest: Partial<LimitNote> = {}, state: Partial<LimitNote['state']> = {}): LimitNote => ({
  source,
  state: {
    status: 'rejected',
    resetsAt: now + 3_600_000,
    rateLimitType: 'five_hour',
    utilization: null,
    overageStatus: null,
    overageDisabledReason: null,
    isUsingOverage: false,
    surpassedThreshold: null,
    extra: {},
    ...state,
  },
  at: now,
  message: 'You have hit your limit.',
  announced: [],
  ...rest,
});

const passed = (n: number, resetsAt: number | null = null) => ({ window: `window ${n}`, threshold: 0.9, resetsAt });

it('keeps the newest note, in whatever order they come', () => {
  const store = setUp();
  store.record(note({ at: now + 1 }, { utilization: 2 }), now);
  store.record(note({ at: now, announced: [passed(1)] }, { utilization: 1 }), now);
  expect(store.state(source, now)?.utilization).toBe(2);
  expect(store.announced(source, now)).toEqual([passed(1)]);
  store.record(note({ at: now + 2 }, { utilization: 3 }), now);
  expect(store.state(source, now)?.utilization).toBe(3);
  expect(store.announced(source, now)).toEqual([passed(1)]);
});

it('has nothing of a limit that has reset, nor of one without a time after a day', () => {
  const store = setUp();
  store.record(note({}, { resetsAt: now + 10 }), now);
  expect(store.state(source, now + 9)).not.toBeNull();
  expect(store.state(source, now + 10)).toBeNull();
  store.record(note({ at: now + 1 }, { resetsAt: null }), now);
  expect(store.state(source, now + 86_400_000)).not.toBeNull();
  expect(store.state(source, now + 86_400_001)).toBeNull();
});

it('knows the limits of one connection only', () => {
  const store = setUp();
  store.record(note({ announced: [passed(1)] }), now);
  store.record(note({ source: 'connection 2' }), now);
  expect(store.newest(source)).toBeNull();
  expect(store.announced(source, now)).toEqual([]);
  expect(store.state('connection 2', now)).not.toBeNull();
  store.forget();
  expect(store.newest('connection 2')).toBeNull();
});

it('remembers the fifty newest thresholds, each once, until their windows reset', () => {
  const store = setUp();
  for (let n = 0; n < 100; n++) store.record(note({ at: now + n, announced: [passed(n), passed(n)] }), now);
  expect(store.announced(source, now)).toEqual(Array.from({ length: 50 }, (_, n) => passed(50 + n)));
  store.record(note({ at: now + 100, announced: [passed(1, now + 5)] }), now);
  expect(store.announced(source, now + 4)).toHaveLength(50);
  expect(store.announced(source, now + 5)).toHaveLength(49);
});

it.each<[string, Partial<LimitNote['state']>, string, boolean]>([
  ['a reached limit', {}, 'claude-opus-5', true],
  ['a limit that is near', { status: 'allowed_warning' }, 'claude-opus-5', false],
  ['a reached limit with extra usage', { isUsingOverage: true }, 'claude-opus-5', false],
  ['a limit without a time', { resetsAt: null }, 'claude-opus-5', false],
  ['an overload of Claude’s servers', { rateLimitType: null }, 'claude-opus-5', false],
  ['a plan that is used up', { rateLimitType: null, overageStatus: 'rejected' }, 'claude-opus-5', true],
  ['the window of the model', { rateLimitType: 'seven_day_opus' }, 'claude-opus-5', true],
  ['the window of another model', { rateLimitType: 'seven_day_opus' }, 'claude-haiku-5-5', false],
])('tells whether %s refuses a turn', (_, state, model, isRefused) => {
  const store = setUp();
  store.record(note({}, state), now);
  const { resetsAt, rateLimitType } = note({}, state).state;
  const limit = { resetsAt, rateLimitType, message: 'You have hit your limit.' };
  expect(store.limitOf(source, model, now)).toEqual(isRefused ? limit : null);
});

it('keeps a warning that has not reset, whatever project hears nothing of limits, and takes what Claude does say', () => {
  const silent = { status: 'allowed', resetsAt: null, rateLimitType: null } as const;
  const warning = { status: 'allowed_warning', utilization: 0.92 } as const;
  const store = setUp();
  store.record(note({ message: null }, warning), now);
  store.record(note({ at: now + 1, message: null, announced: [passed(1)], silent: true }, silent), now);
  expect(store.state(source, now)).toMatchObject(warning);
  expect(store.announced(source, now)).toEqual([passed(1)]);
  // Said by Claude: all is well.
  store.record(note({ at: now + 2, message: null }, silent), now);
  expect(store.state(source, now)).toMatchObject({ status: 'allowed' });
});

it.each([
  ['a warning whose window has reset', { status: 'allowed_warning', resetsAt: now - 1 }],
  ['a warning without a time', { status: 'allowed_warning', resetsAt: null }],
  ['a refusal, as a request was served', { status: 'rejected' }],
  ['an unknown status', { status: 'unknown' }],
] as const)('takes an answer that says nothing in place of %s', (_, state) => {
  const store = setUp();
  store.record(note({}, state), now);
  store.record(note({ at: now + 1, silent: true }, { status: 'allowed', resetsAt: null, rateLimitType: null }), now);
  expect(store.newest(source)?.state.status).toBe('allowed');
});
