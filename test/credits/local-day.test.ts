import { expect, it } from 'vitest';
import { isTimeZone, localDay, nextLocalDay, startOfLocalDay } from '../../src/credits/local-day.ts';

const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
const [from, until] = [Date.UTC(2023, 11, 30), Date.UTC(2031, 0, 2)];
const hour = 3_600_000;

/** Offsets of a zone at each half day: zones with the same ones have the same days. */
function offsetsOf(zone: string): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
  const offsets: string[] = [];
  for (let at = from; at < until; at += 12 * hour) offsets.push(format.format(at).split(', ')[1] ?? '');
  return offsets.join();
}

const distinct = [...Map.groupBy(zones, offsetsOf).values()].map(([zone = '']) => zone);

it('finds the zones of the world', () => {
  expect(zones.length).toBeGreaterThan(400);
  expect(distinct.length).toBeGreaterThan(60);
});

it.each(distinct)(
  '%s has each local day once from 2024 to 2030, one after the other, none shorter than 20 hours',
  (zone) => {
    const start = startOfLocalDay(zone, from);
    let at = start;
    const wrong: string[] = [];
    while (at < until) {
      const next = nextLocalDay(zone, at);
      const day = localDay(zone, at);
      const isRight =
        localDay(zone, at - 1000) < day &&
        localDay(zone, next) === day + 1 &&
        localDay(zone, next - 1000) === day &&
        next - at >= 20 * hour &&
        next - at <= 28 * hour &&
        startOfLocalDay(zone, at) === at &&
        startOfLocalDay(zone, next - 1) === at;
      if (!isRight) wrong.push(`${new Date(at).toISOString()} to ${new Date(next).toISOString()}`);
      at = next;
    }
    expect(wrong).toEqual([]);
  },
);

it('begins a day that has no midnight at its first hour', () => {
  // Egypt, 2026-04-24: from 00:00 to 01:00.
  const start = startOfLocalDay('Africa/Cairo', Date.UTC(2026, 3, 24, 12));
  expect(new Date(start).toISOString()).toBe('2026-04-23T22:00:00.000Z');
  expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Cairo', timeStyle: 'short' }).format(start)).toBe(
    '01:00',
  );
});

it('begins a day with two midnights at the first', () => {
  // Cuba, 2026-11-01: from 01:00 back to 00:00.
  const start = startOfLocalDay('America/Havana', Date.UTC(2026, 10, 1, 12));
  expect(new Date(start).toISOString()).toBe('2026-11-01T04:00:00.000Z');
  expect(nextLocalDay('America/Havana', start) - start).toBe(25 * hour);
});

it('leaves out a date that a zone has left out', () => {
  // Samoa had no 2011-12-30.
  const day = startOfLocalDay('Pacific/Apia', Date.UTC(2011, 11, 30, 2));
  expect(localDay('Pacific/Apia', nextLocalDay('Pacific/Apia', day)) - localDay('Pacific/Apia', day)).toBe(2);
});

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Asia/Kolkata', true],
  ['+01:00', false],
  ['Mars/Olympus', false],
  ['', false],
  [`Europe/${'Berlin'.repeat(20)}`, false],
])('takes %j for a zone: %j', (name, isOne) => {
  expect(isTimeZone(name)).toBe(isOne);
});
