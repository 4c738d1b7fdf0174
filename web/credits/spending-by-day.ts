import type { CreditSum } from '../../src/protocol/credit-resources.ts';

export const dayMs = 86_400_000;

/** Days of one chart at the most: the newest ones. */
const maxDays = 366;

export interface SpendingDay {
  /** A UTC day as `YYYY-MM-DD`. */
  key: string;
  credits: number;
  turns: number;
}

/**
 * All UTC days of a time, those without a turn too; none where nothing was spent.
 *
 * @param window UNIX milliseconds, both days included; without: from the first to the last of the sums
 */
export function spendingByDay(sums: readonly CreditSum[], window?: { from: number; to: number }): SpendingDay[] {
  const byDay = new Map(sums.map((sum) => [sum.key, sum]));
  const times = window ? [window.from, window.to] : sums.map(({ key }) => Date.parse(key));
  const days = times.map((time) => Math.floor(time / dayMs)).sort((a, b) => a - b);
  const [first, last] = [days[0], days.at(-1)];
  if (sums.length === 0 || first === undefined || last === undefined) return [];
  const count = Math.min(maxDays, last - first + 1);
  return Array.from({ length: count }, (_, index) => {
    const key = new Date((last - count + 1 + index) * dayMs).toISOString().slice(0, 10);
    const { credits = 0, turns = 0 } = byDay.get(key) ?? {};
    return { key, credits, turns };
  });
}

/** When a day of this date begins where the viewer is: a UTC day is shown by its own date everywhere. UNIX milliseconds. */
export const localStart = (key: string): number => new Date(`${key}T00:00`).getTime();
