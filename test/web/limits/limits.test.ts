import { expect, test } from 'vitest';
import { isBusy } from '../../../web/project/activity.ts';
import { emptyView } from '../../../web/project/view.ts';
import { timeLeftOf } from '../../../web/strings/formats/time-left.ts';

test('the time left is told as closely as it matters', () => {
  const left = timeLeftOf('en', { day: { one: 'day', other: 'days' }, hour: 'h', minute: 'min', second: 's' });
  const minute = 60_000;
  const hour = 60 * minute;
  const told = [0, 1, 59_000, minute, 4 * minute + 12_000, 12 * minute + 5_000, 4.5 * hour, 24 * hour, 77 * hour];
  expect(told.map((ms) => left(ms).replaceAll('\u00a0', ' '))).toEqual([
    ...['0 s', '1 s', '59 s', '1 min 0 s', '4 min 12 s', '12 min', '4 h 30 min', '1 day 0 h', '3 days 5 h'],
  ]);
});

test('a prompt that is set to a later time is no work to wait for', () => {
  const queued = (notBefore?: number) => ({
    ...emptyView,
    queue: [{ id: 'a', prompt: 'b', ...(notBefore === undefined ? {} : { notBefore }) }],
  });
  expect(isBusy(queued())).toBe(true);
  expect(isBusy(queued(Date.now() - 1000))).toBe(true);
  expect(isBusy(queued(Date.now() + 60_000))).toBe(false);
});
