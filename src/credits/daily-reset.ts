import { nextLocalDay, startOfLocalDay } from './local-day.ts';

/** Shortest time between two resets: a change of zone brings none earlier. Milliseconds. */
export const minResetMs = 20 * 3_600_000;

/** A time zone may be changed once in so many milliseconds. */
export const zoneChangeMs = 7 * 86_400_000;

/** When an account's daily credits are reset. Times are UNIX milliseconds. */
export interface DailyClock {
  /** IANA name. */
  zone: string;
  /** The last reset: the first instant of a local day. */
  resetAt: number;
  /** The zone that counts from the next reset on, or null. */
  next: { zone: string; from: number } | null;
  /** When the zone was changed last; null: never. */
  changedAt: number | null;
}

/** The clock of an account that begins now: its first day has begun already. */
export function firstDailyClock(zone: string, now: number): DailyClock {
  return { zone, resetAt: startOfLocalDay(zone, now), next: null, changedAt: null };
}

/** The clock with its last reset at or before `now`. Resets that nobody saw are skipped: daily credits do not roll over. */
export function advance(clock: DailyClock, now: number): DailyClock {
  const { next } = clock;
  const current =
    next !== null && now >= next.from ? { ...clock, zone: next.zone, resetAt: next.from, next: null } : clock;
  const start = startOfLocalDay(current.zone, now);
  const isDue = current.next === null && start - current.resetAt >= minResetMs;
  return isDue ? { ...current, resetAt: start } : current;
}

/** When the next reset is: the first instant of a local day, and no earlier than 20 hours after the last one. */
export function nextResetOf({ zone, resetAt, next }: Pick<DailyClock, 'zone' | 'resetAt' | 'next'>): number {
  if (next !== null) return next.from;
  let at = nextLocalDay(zone, resetAt);
  while (at - resetAt < minResetMs) at = nextLocalDay(zone, at);
  return at;
}

/**
 * The clock of an account that moves to another zone from its next reset on.
 *
 * @param clock advanced to `now`
 * @returns or the seconds after which the zone may be changed again
 */
export function changeZone(clock: DailyClock, zone: string, now: number): DailyClock | { retryAfter: number } {
  if (clock.zone === zone && clock.next === null) return clock;
  const { changedAt } = clock;
  if (changedAt !== null && now - changedAt < zoneChangeMs)
    return { retryAfter: Math.ceil((changedAt + zoneChangeMs - now) / 1000) };
  return { ...clock, next: { zone, from: nextResetOf(clock) }, changedAt: now };
}
