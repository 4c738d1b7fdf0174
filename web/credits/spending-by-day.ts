import type { CreditSum } from '../../src/protocol/credit-resources.ts';

const dayMs = 86_400_000;

/** All UTC days from the first to the last of the sums, none left out. `day`: UNIX milliseconds at its begin. */
export function spendingByDay(sums: readonly CreditSum[]): { day: number; credits: number; turns: number }[] {
  const byDay = new Map(sums.map((sum) => [Date.parse(`${sum.key}T00:00Z`), sum]));
  const days = [...byDay.keys()].sort((a, b) => a - b);
  const [first = 0, last = first] = [days[0], days.at(-1)];
  return Array.from({ length: days.length === 0 ? 0 : (last - first) / dayMs + 1 }, (_, index) => {
    const day = first + index * dayMs;
    return { day, credits: byDay.get(day)?.credits ?? 0, turns: byDay.get(day)?.turns ?? 0 };
  });
}
