import { describe, expect, it } from 'vitest';
import { foldedSums } from '../../../web/credits/folded-sums.ts';
import { spendingByDay } from '../../../web/credits/spending-by-day.ts';

const sum = (key: string, credits: number, turns = 1) => ({ key, credits, turns });
const at = (time: string): number => Date.parse(time);

describe('spending by day', () => {
  it('has each day of a time, those of nothing too', () => {
    const window = { from: at('2026-02-26T13:00Z'), to: at('2026-03-02T00:00Z') };
    expect(spendingByDay([sum('2026-02-27', 1.5, 2), sum('2026-03-02', 0.25)], window)).toEqual([
      sum('2026-02-26', 0, 0),
      sum('2026-02-27', 1.5, 2),
      sum('2026-02-28', 0, 0),
      sum('2026-03-01', 0, 0),
      sum('2026-03-02', 0.25),
    ]);
  });

  it('goes from the first to the last day where no time is given', () => {
    const days = spendingByDay([sum('2026-03-28', 1), sum('2026-03-30', 2)]);
    expect(days.map(({ key }) => key)).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
  });

  it('is empty where nothing was spent', () => {
    expect(spendingByDay([])).toEqual([]);
    expect(spendingByDay([], { from: 0, to: at('2026-03-02T00:00Z') })).toEqual([]);
  });

  it('has the newest year of more', () => {
    const days = spendingByDay([sum('1970-01-01', 1), sum('2026-03-02', 2)]);
    expect([days.length, days[0]?.key, days.at(-1)]).toEqual([366, '2025-03-02', sum('2026-03-02', 2)]);
  });
});

describe('sums of a table', () => {
  const sums = (count: number) => Array.from({ length: count }, (_, index) => sum(`s${index}`, 0.1, 2));

  it('stand each in a row while they are few', () => {
    expect(foldedSums(sums(6))).toEqual({ shown: sums(6), others: null, count: 0 });
  });

  it('are added up from the sixth on, without the faults of binary fractions', () => {
    expect(foldedSums(sums(8))).toEqual({ shown: sums(5), others: { credits: 0.3, turns: 6 }, count: 3 });
  });
});
