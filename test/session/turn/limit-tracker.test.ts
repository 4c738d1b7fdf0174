import { expect, it } from 'vitest';
import type { RateLimit } from '../../../src/claude/rate-limit-headers.ts';
import type { Draft } from '../../../src/protocol/events.ts';
import { LimitTracker } from '../../../src/session/turn/limit-tracker.ts';

function desk() {
  const rows = new Map<string, string>();
  const open = () =>
    new LimitTracker({
      get: (key) => rows.get(key),
      set: (values) => {
        for (const [key, value] of Object.entries(values)) rows.set(key, value);
      },
    });
  return { desk: open(), open };
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
  const { desk: one } = desk();
  one.begin({ source: 'shared', payer });
  one.hear(told({ status: 'rejected' }), at);
  one.hear(exhausted('Limit.'), at);
  expect(one.note()).toBeNull();
  // In its own project it is told on a change only, all the same.
  expect(one.state).toMatchObject({ status: 'rejected' });
});

it('tells the account what it has heard of its own connection, once, with each threshold once', () => {
  const { desk: first, open } = desk();
  first.begin({ source: 'connection 1', payer: 'connection' });
  expect(first.note()).toBeNull();
  first.hear(told(), at);
  first.hear(told({ utilization: 0.95 }), at + 1);
  first.hear(told({ rateLimitType: 'seven_day', surpassedThreshold: 0.75 }), at + 2);
  first.hear(told({ status: 'rejected', surpassedThreshold: null }), at + 3);
  first.hear(exhausted('You have hit your limit.'), at + 3);
  // The object may be lost in between.
  const again = open();
  const note = again.note();
  expect(note).toMatchObject({ source: 'connection 1', at: at + 3, message: 'You have hit your limit.' });
  expect(note?.announced).toEqual([
    { window: 'five_hour', threshold: 0.9, resetsAt: at + 3_600_000 },
    { window: 'seven_day', threshold: 0.75, resetsAt: at + 3_600_000 },
  ]);
  if (note) again.acknowledged(note);
  expect(again.note()).toBeNull();
});

it('does not take an acknowledgement for what was heard after it', () => {
  const { desk: one } = desk();
  one.begin({ source: 'connection 1', payer: 'connection' });
  one.hear(told(), at);
  const note = one.note();
  one.hear(told({ utilization: 0.95 }), at + 1);
  if (note) one.acknowledged(note);
  expect(one.note()?.state.utilization).toBe(0.95);
});

it('tells the account again what Claude has said again: another project may have heard otherwise', () => {
  const { desk: one } = desk();
  one.begin({ source: 'connection 1', payer: 'connection' });
  one.hear(told(), at);
  const first = one.note();
  if (first) one.acknowledged(first);
  one.confirm(at + 5);
  const again = one.note();
  expect(again).toEqual({ ...first, at: at + 5 });
  if (again) one.acknowledged(again);
  expect(one.note()).toBeNull();
  // What was confirmed of one connection is not said of another.
  one.confirm(at + 6);
  one.begin({ source: 'connection 2', payer: 'connection' });
  one.hear(told(), at + 3);
  expect(one.note()?.at).toBe(at + 3);
});

it('begins anew with another connection', () => {
  const { desk: one } = desk();
  one.begin({ source: 'connection 1', payer: 'connection' });
  one.hear(told(), at);
  one.begin({ source: 'connection 1', payer: 'connection' });
  expect(one.state).not.toBeNull();
  one.begin({ source: 'connection 2', payer: 'connection' });
  expect(one.state).toBeNull();
  expect(one.note()).toBeNull();
});
