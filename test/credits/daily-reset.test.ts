import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, changeZone, type DailyClock, firstDailyClock, nextResetOf } from '../../src/credits/daily-reset.ts';
import { localDay } from '../../src/credits/local-day.ts';
import { longRun } from '../support/long-run.ts';

const zones = Intl.supportedValuesOf('timeZone');
const hour = 3_600_000;
const day = 24 * hour;
const noon = Date.UTC(2026, 10, 30, 12);

/** A clock that moves, without the rule of seven days. */
const moved = (clock: DailyClock, zone: string, now: number): DailyClock => {
  const changed = changeZone({ ...clock, changedAt: null }, zone, now);
  if ('retryAfter' in changed) throw new Error('The zone was changed before.');
  return changed;
};

/** The resets that somebody sees who looks at all these times. */
function resetsSeen(first: DailyClock, times: readonly number[]): number[] {
  const seen = [first.resetAt];
  let clock = first;
  for (const now of times) {
    clock = advance(clock, now);
    if (clock.resetAt !== seen.at(-1)) seen.push(clock.resetAt);
  }
  return seen;
}

describe('the daily reset', () => {
  it('is at local midnight', () => {
    const clock = firstDailyClock('America/New_York', noon);
    expect(new Date(clock.resetAt).toISOString()).toBe('2026-11-30T05:00:00.000Z');
    expect(new Date(nextResetOf(clock)).toISOString()).toBe('2026-12-01T05:00:00.000Z');
    expect(advance(clock, nextResetOf(clock) - 1)).toBe(clock);
    expect(advance(clock, nextResetOf(clock)).resetAt).toBe(nextResetOf(clock));
  });

  it('that nobody saw is skipped', () => {
    const clock = firstDailyClock('Asia/Kolkata', noon);
    expect(advance(clock, noon + 40 * day).resetAt).toBe(clock.resetAt + 40 * day);
  });

  it('comes once a local day, and never twice in 20 hours, whoever looks and when, with any change of zones', () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 30 * hour }),
      zone: fc.option(fc.constantFrom(...zones)),
    });
    const start = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 11) });
    fc.assert(
      fc.property(start, fc.constantFrom(...zones), fc.array(step, { maxLength: 30 }), (begin, zone, steps) => {
        let [clock, now] = [firstDailyClock(zone, begin), begin];
        for (const { after, zone: to } of steps) {
          now += after;
          const before = clock;
          clock = advance(clock, now);
          expect(clock.resetAt).toBeLessThanOrEqual(now);
          if (clock.resetAt !== before.resetAt) {
            expect(clock.resetAt - before.resetAt).toBeGreaterThanOrEqual(20 * hour);
            expect(now).toBeGreaterThanOrEqual(nextResetOf(before));
          } else expect(now).toBeLessThan(nextResetOf(clock));
          if (clock.zone === before.zone && clock.resetAt !== before.resetAt)
            expect(localDay(clock.zone, clock.resetAt)).toBeGreaterThan(localDay(before.zone, before.resetAt));
          if (to) clock = moved(clock, to, now);
        }
      }),
      longRun(1_000, 20_000),
    );
  });

  it('is seen no more often by who looks each minute', () => {
    const clock = firstDailyClock('Australia/Lord_Howe', noon);
    const minutes = Array.from({ length: 3 * 24 * 60 }, (_, minute) => noon + minute * 60_000);
    expect(resetsSeen(clock, minutes)).toEqual(
      resetsSeen(clock, [noon + day, noon + 2 * day, noon + 3 * day - 60_000]),
    );
  });
});

describe('a change of zone', () => {
  it('counts from the next reset on, which stays where it was', () => {
    const clock = firstDailyClock('Europe/Berlin', noon);
    const changed = changeZone(clock, 'Pacific/Auckland', noon);
    if ('retryAfter' in changed) throw new Error('It was refused.');
    expect(changed.next).toEqual({ zone: 'Pacific/Auckland', from: nextResetOf(clock) });
    const after = advance(changed, nextResetOf(clock));
    expect([after.zone, after.resetAt]).toEqual(['Pacific/Auckland', nextResetOf(clock)]);
    // Midnight in Auckland is eleven hours after; the next one is the first that is late enough.
    expect(new Date(nextResetOf(after)).toISOString()).toBe('2026-12-02T11:00:00.000Z');
  });

  it('through all zones in an hour brings no second grant', () => {
    let clock = firstDailyClock('UTC', noon);
    for (const [index, zone] of zones.entries()) {
      const now = noon + Math.floor((index * hour) / zones.length);
      clock = advance(moved(clock, zone, now), now);
      expect(clock.resetAt).toBe(Date.UTC(2026, 10, 30));
    }
  });

  it('is possible once in seven days', () => {
    const clock = firstDailyClock('UTC', noon);
    const changed = changeZone(clock, 'Asia/Tokyo', noon);
    if ('retryAfter' in changed) throw new Error('It was refused.');
    expect(changeZone(changed, 'Asia/Seoul', noon + day)).toEqual({ retryAfter: (6 * day) / 1000 });
    const later = advance(changed, noon + 7 * day);
    expect(changeZone(later, 'Asia/Seoul', noon + 7 * day)).toMatchObject({ next: { zone: 'Asia/Seoul' } });
  });

  it('to the same zone is none', () => {
    const clock = firstDailyClock('UTC', noon);
    expect(changeZone(clock, 'UTC', noon)).toBe(clock);
  });
});
