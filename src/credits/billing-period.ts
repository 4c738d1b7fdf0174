/** A month of a plan. UNIX milliseconds; `end` belongs to the next one. */
export interface BillingPeriod {
  start: number;
  end: number;
}

/**
 * So many months after a date, at the same time of the day (UTC). Where a month has no such day, its last: a plan that began on the 31st
 * is renewed on the 28th of February and on the 31st of March.
 */
export function monthsAfter(from: number, months: number): number {
  const date = new Date(from);
  const month = date.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  const midnight = Date.UTC(date.getUTCFullYear(), month, day);
  return midnight + (from - Math.floor(from / 86_400_000) * 86_400_000);
}

/** The period that `now` is in, of a plan that began at `since`: an annual plan has its credits by the month as well. */
export function periodOf(since: number, now: number): BillingPeriod {
  const [a, b] = [new Date(since), new Date(now)];
  let months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  if (monthsAfter(since, months) > now) months -= 1;
  return { start: monthsAfter(since, months), end: monthsAfter(since, months + 1) };
}
