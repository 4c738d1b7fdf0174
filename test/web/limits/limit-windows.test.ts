import { describe, expect, it } from 'vitest';
import {
  appliesToModel,
  familyOf,
  hasReset,
  isBilled,
  isClosed,
  isServerOverload,
} from '../../../web/limits/limit-windows.ts';
import type { RateLimit } from '../../../web/project/visitor-limit.ts';
import { now, rateLimit } from './rate-limits.ts';

describe('whether a limit closes Claude to the visitor', () => {
  it.each<[string, Partial<RateLimit>, boolean]>([
    ['a reached limit', {}, true],
    ['a reached limit without a time', { resetsAt: null }, true],
    ['a reached limit that resets now', { resetsAt: now }, false],
    ['a reached limit that resets in a moment', { resetsAt: now + 1 }, true],
    ['a limit that is near', { status: 'allowed_warning' }, false],
    ['a word that is not known', { status: 'unknown' }, false],
    ['extra usage that goes on', { isUsingOverage: true }, false],
    ['Claude’s own overload, which is no limit of the visitor', { rateLimitType: null }, false],
    ['a plan without a window whose extra usage is refused', { rateLimitType: null, overageStatus: 'rejected' }, true],
  ])('%s', (_, rest, closed) => {
    expect(isClosed(rateLimit(rest), now)).toBe(closed);
  });
});

it('an overload of Claude’s servers is told from a limit: it names neither a window nor extra usage', () => {
  const overload = { rateLimitType: null, overageStatus: null };
  expect(isServerOverload(rateLimit(overload))).toBe(true);
  expect(isServerOverload(rateLimit())).toBe(false);
  expect(isServerOverload(rateLimit({ ...overload, overageStatus: 'allowed' }))).toBe(false);
  expect(isServerOverload(rateLimit({ ...overload, status: 'allowed' }))).toBe(false);
});

it.each([
  ['seven_day_opus', 'opus', 'claude-opus-5', true],
  ['seven_day_opus', 'opus', 'claude-haiku-5-5', false],
  ['seven_day_sonnet', 'sonnet', 'claude-sonnet-5', true],
  ['seven_day_sonnet', 'sonnet', 'claude-opus-5', false],
  ['seven_day', null, 'claude-opus-5', true],
  ['a_new_window', null, 'claude-opus-5', true],
  [null, null, 'claude-opus-5', true],
])('the window %s counts the models of %s', (window, family, model, applies) => {
  expect(familyOf(window)).toBe(family);
  expect(appliesToModel(window, model)).toBe(applies);
});

it('a limit without a time never resets by itself', () => {
  expect(hasReset({ resetsAt: null }, now)).toBe(false);
  expect(hasReset({ resetsAt: now + 1 }, now)).toBe(false);
  expect(hasReset({ resetsAt: now }, now)).toBe(true);
});

it('extra usage is billed where Claude says so, in whichever of two ways', () => {
  expect(isBilled(rateLimit())).toBe(false);
  expect(isBilled(rateLimit({ isUsingOverage: true }))).toBe(true);
  expect(isBilled(rateLimit({ extra: { 'overage-in-use': 'true' } }))).toBe(true);
  expect(isBilled(rateLimit({ extra: { 'overage-in-use': 'false' } }))).toBe(false);
});
