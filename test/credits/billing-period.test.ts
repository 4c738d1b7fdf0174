import { expect, it } from 'vitest';
import { monthsAfter, periodOf } from '../../src/credits/billing-period.ts';

const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

it('renews a plan of the 31st on the last day of each month, and on the 31st where there is one', () => {
  const since = Date.UTC(2027, 11, 31, 8, 30);
  expect(Array.from({ length: 5 }, (_, month) => iso(monthsAfter(since, month)))).toEqual([
    '2027-12-31T08:30',
    '2028-01-31T08:30',
    '2028-02-29T08:30',
    '2028-03-31T08:30',
    '2028-04-30T08:30',
  ]);
});

it.each([
  ['2026-11-30T08:30', '2026-11-30T08:30', '2026-12-30T08:30'],
  ['2026-12-30T08:29', '2026-11-30T08:30', '2026-12-30T08:30'],
  ['2026-12-30T08:30', '2026-12-30T08:30', '2027-01-30T08:30'],
  ['2027-03-01T00:00', '2027-02-28T08:30', '2027-03-30T08:30'],
  ['2027-02-28T08:29', '2027-01-30T08:30', '2027-02-28T08:30'],
])('at %s the month is from %s to %s', (now, start, end) => {
  const period = periodOf(Date.UTC(2026, 10, 30, 8, 30), Date.parse(`${now}Z`));
  expect([iso(period.start), iso(period.end)]).toEqual([start, end]);
});

it('has each instant in one month, for plans of every day', () => {
  for (let day = 1; day <= 31; day++) {
    const since = Date.UTC(2024, 0, day, 23, 59, 59, 999);
    let { start, end } = periodOf(since, since);
    for (let month = 0; month < 84; month++) {
      expect(periodOf(since, end - 1)).toEqual({ start, end });
      const next = periodOf(since, end);
      expect(next.start).toBe(end);
      ({ start, end } = next);
    }
    expect(iso(start)).toBe(iso(Date.UTC(2031, 0, day, 23, 59)));
  }
});
