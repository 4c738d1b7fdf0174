import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/agent/clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('tells the time, and a number below 1', () => {
  expect(systemClock.now()).toBe(1_795_000_000_000);
  const random = systemClock.random();
  expect(random >= 0 && random < 1).toBe(true);
});

it('calls after the time, unless the call is cancelled', () => {
  const called: string[] = [];
  systemClock.after(50, () => called.push('first'));
  const cancel = systemClock.after(50, () => called.push('cancelled'));
  cancel();
  vi.advanceTimersByTime(49);
  expect(called).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(called).toEqual(['first']);
});
