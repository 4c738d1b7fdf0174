import { expect, it } from 'vitest';
import type { RateLimit } from '../../../src/claude/rate-limit-headers.ts';
import type { Draft } from '../../../src/protocol/events.ts';
import { LimitTracker } from '../../../src/session/turn/limit-tracker.ts';

function setUp() {
  const rows = new Map<string, string>();
  const open = () =>
    new LimitTracker({
      get: (key) => rows.get(key),
      set: (values) => {
        for (const [key, value] of Object.entries(values)) rows.set(key, value);
      },
    });
  return { tracker: open(), open };
}

const at = 1_795_185_000_000;
const state = (rest: Partial<RateLimit> = {}): RateLimit => ({
  status: 'allowed_warning',
  resetsAt: at + 3_600_000,
  rateLimitType: 'five_hour',
  utilization: 0.9,
  overageStatus: null,
  overageDisabledReason: null,
  isUsingOverage: false,
  surpassedThreshold: 0.9,
  extra: {},
  ...rest,
});
const told = (rest: Partial<RateLimit> = {}): Draft => ({ type: 'rate_limit', data: state(rest) });
const exhausted = (message: string): Draft => ({
  type: 'credit_exhausted',
  data: { message, errorType: null, httpStatus: 429, resetsAt: null, payer: 'connection' },
});

it.each(['trial', 'hosted', 'credits'])('keeps what is said of the operator’s key from the account (%s)', (payer) => {
  const { tracker } = setUp();
  tracker.begin({ source: 'shared', payer });
  tracker.observe(told({ status: 'rejected' }), at);
  tracker.observe(exhausted('Limit.'), at);
  expect(tracker.pendingNote()).toBeNull();
  // Within the project, it is still announced only when it changes.
  expect(tracker.state).toMatchObject({ status: 'rejected' });
});

it('tells the account what it has heard of its own connection, once, with each threshold once', () => {
  const { tracker: first, open } = setUp();
  first.begin({ source: 'connection 1', payer: 'connection' });
  expect(first.pendingNote()).toBeNull();
  first.observe(told(), at);
  first.observe(told({ utilization: 0.95 }), at + 1);
  first.observe(told({ rateLimitType: 'seven_day', surpassedThreshold: 0.75 }), at + 2);
  first.observe(told({ status: 'rejected', surpassedThreshold: null }), at + 3);
  first.observe(exhausted('You have hit your limit.'), at + 3);
  // The object may be evicted in between.
  const again = open();
  const note = again.pendingNote();
  expect(note).toMatchObject({ source: 'connection 1', at: at + 3, message: 'You have hit your limit.' });
  expect(note?.announced).toEqual([
    { window: 'five_hour', threshold: 0.9, resetsAt: at + 3_600_000 },
    { window: 'seven_day', threshold: 0.75, resetsAt: at + 3_600_000 },
  ]);
  if (note) again.acknowledge(note);
  expect(again.pendingNote()).toBeNull();
});

it('does not take an acknowledgement for what was heard after it', () => {
  const { tracker } = setUp();
  tracker.begin({ source: 'connection 1', payer: 'connection' });
  tracker.observe(told(), at);
  const note = tracker.pendingNote();
  tracker.observe(told({ utilization: 0.95 }), at + 1);
  if (note) tracker.acknowledge(note);
  expect(tracker.pendingNote()?.state.utilization).toBe(0.95);
});

it('tells the account again what Claude has said again: another project may have heard otherwise', () => {
  const { tracker } = setUp();
  tracker.begin({ source: 'connection 1', payer: 'connection' });
  tracker.observe(told(), at);
  const first = tracker.pendingNote();
  if (first) tracker.acknowledge(first);
  tracker.confirm(at + 5);
  const again = tracker.pendingNote();
  expect(again).toEqual({ ...first, at: at + 5 });
  if (again) tracker.acknowledge(again);
  expect(tracker.pendingNote()).toBeNull();
  // A confirmation for one connection is not reported for another.
  tracker.confirm(at + 6);
  tracker.begin({ source: 'connection 2', payer: 'connection' });
  tracker.observe(told(), at + 3);
  expect(tracker.pendingNote()?.at).toBe(at + 3);
});

it('tells the account apart what Claude has said and what it has left unsaid', () => {
  const { tracker } = setUp();
  tracker.begin({ source: 'connection 1', payer: 'connection' });
  tracker.observe(told({ status: 'allowed' }), at);
  expect(tracker.pendingNote()?.silent).toBeUndefined();
  tracker.markSilent();
  expect(tracker.pendingNote()?.silent).toBe(true);
  tracker.observe(told({ status: 'allowed_warning' }), at + 1);
  expect(tracker.pendingNote()?.silent).toBeUndefined();
  tracker.confirm(at + 2, true);
  expect(tracker.pendingNote()?.silent).toBe(true);
  tracker.confirm(at + 3);
  expect(tracker.pendingNote()?.silent).toBeUndefined();
});

it('begins anew with another connection', () => {
  const { tracker } = setUp();
  tracker.begin({ source: 'connection 1', payer: 'connection' });
  tracker.observe(told(), at);
  tracker.begin({ source: 'connection 1', payer: 'connection' });
  expect(tracker.state).not.toBeNull();
  tracker.begin({ source: 'connection 2', payer: 'connection' });
  expect(tracker.state).toBeNull();
  expect(tracker.pendingNote()).toBeNull();
});

it('remembers the twenty newest thresholds, however many were passed', () => {
  const { tracker } = setUp();
  tracker.begin({ source: 'connection 1', payer: 'connection' });
  const threshold = (n: number) => ({ rateLimitType: `window ${n}`, surpassedThreshold: 0.9 });
  for (let n = 0; n < 50; n++) tracker.observe(told(threshold(n)), at + n);
  const windows = () => tracker.pendingNote()?.announced.map(({ window }) => window);
  const newest = Array.from({ length: 20 }, (_, n) => `window ${30 + n}`);
  expect(windows()).toEqual(newest);
  // One that is passed again is the newest, and pushes out no other.
  tracker.observe(told(threshold(30)), at + 50);
  expect(windows()).toEqual([...newest.slice(1), 'window 30']);
});
