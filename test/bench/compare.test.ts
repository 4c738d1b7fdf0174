import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareRows,
  compareTable,
  countVerdicts,
  exceedsNoise,
  parseRun,
  type Verdict,
} from '../../bench/support/compare.ts';
import { type Row, type Run, row } from '../../bench/support/report.ts';
import { longRun } from '../support/long-run.ts';

const around = (middle: number, spread = 0.02): number[] =>
  [-2, -1, 0, 1, 2].map((step) => middle * (1 + step * spread));
const ms = (key: string, samples: readonly number[]): Row => row(key, `row ${key}`, 'ms', samples);
const points = (key: string, samples: readonly number[]): Row => row(key, key, 'points', samples, { better: 'higher' });
const verdictOf = (before: Row, now: Row): Verdict | undefined => compareRows([before], [now])[0]?.verdict;

describe('the noise', () => {
  it('is exceeded by medians apart whose quartiles do not overlap', () => {
    expect(verdictOf(ms('a.b', around(100)), ms('a.b', around(130)))).toBe('worse');
    expect(verdictOf(ms('a.b', around(130)), ms('a.b', around(100)))).toBe('better');
  });

  it('covers what differs by less than a tenth, however steady it is', () => {
    expect(verdictOf(ms('a.b', around(100, 0.001)), ms('a.b', around(109, 0.001)))).toBe('within noise');
  });

  it('covers what overlaps, however far the medians are apart', () => {
    expect(verdictOf(ms('a.b', [50, 60, 100, 190, 200]), ms('a.b', [55, 150, 180, 300, 400]))).toBe('within noise');
  });

  it('is wider where there are few samples', () => {
    expect(verdictOf(ms('a.b', [100, 101, 102]), ms('a.b', around(190)))).toBe('within noise');
    expect(verdictOf(ms('a.b', [100, 101, 102]), ms('a.b', around(230)))).toBe('worse');
  });

  it('covers what is too fine to be seen', () => {
    expect(verdictOf(ms('a.b', [0, 0, 0, 0]), ms('a.b', [0.05, 0.05, 0.05, 0.05]))).toBe('within noise');
  });
});

it('knows which direction is better', () => {
  expect(verdictOf(points('a.b', [80, 80, 80, 80]), points('a.b', [99, 99, 99, 99]))).toBe('better');
  expect(verdictOf(points('a.b', [99, 99, 99, 99]), points('a.b', [80, 80, 80, 80]))).toBe('worse');
});

it('puts the worst first, and counts', () => {
  const before = [ms('a.same', around(5)), ms('a.bad', around(10)), ms('a.gone', [1]), points('a.worst', around(90))];
  const now = [ms('a.new', [1]), ms('a.same', around(5.1)), ms('a.bad', around(20)), points('a.worst', around(30))];
  const changes = compareRows(
    [...before, ms('a.good', around(9))],
    [ms('a.good', around(3)), ...now, ms('a.unmeasured', [])],
  );
  expect(changes.map(({ key }) => key)).toEqual(['a.worst', 'a.bad', 'a.same', 'a.good', 'a.gone', 'a.new']);
  expect(countVerdicts(changes)).toBe('1 better, 2 worse, 1 within noise, 2 only in one.');
  expect(changes[1]?.ratio).toBeCloseTo(2);
  const table = compareTable({ date: '2026-01-01', machine: 'Two cores.' }, changes);
  expect(table.split('\n')[3]).toMatch(/^row a\.bad +10\.0 ms \(.*\) +20\.0 ms \(.*\) +2\.00 +worse$/);
  expect(table).toContain('Before: 2026-01-01. Two cores.');
});

it('does not compare a row with one of another unit', () => {
  const changes = compareRows([ms('a.b', around(5))], [row('a.b', 'b', 'KB', around(5))]);
  expect(changes.map(({ verdict }) => verdict)).toEqual(['only before', 'only now']);
});

const sample = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1, maxLength: 20 });

it('finds nothing between a run and itself, and the opposite the other way round', () => {
  const opposite: Partial<Record<Verdict, Verdict>> = { better: 'worse', worse: 'better' };
  fc.assert(
    fc.property(sample, sample, (one, other) => {
      const [before, now] = [ms('a.b', one), ms('a.b', other)];
      expect(verdictOf(before, before)).toBe('within noise');
      const verdict = verdictOf(before, now) as Verdict;
      expect(verdictOf(now, before)).toBe(opposite[verdict] ?? verdict);
      if (before.summary && now.summary)
        expect(exceedsNoise(before.summary, now.summary, 'ms')).toBe(verdict !== 'within noise');
    }),
    longRun(100),
  );
});

describe('a file to compare with', () => {
  const run: Run = {
    ...{ benchmark: 'redraw', date: '2026-01-01', machine: 'Two cores.', parts: [] },
    rows: [ms('a.b', [1, 2, 3]), ms('a.unmeasured', [])],
  };

  it('is what a run printed', () => {
    const parsed = parseRun(JSON.stringify(run));
    expect(parsed.ok && parsed.run.rows).toEqual(run.rows);
  });

  it.each([
    ['', 'is not JSON'],
    ['{"rows":', 'is not JSON'],
    ['[]', 'is not a run of this benchmark'],
    ['{"name":"redraw","version":"0.1.0"}', 'is not a run of this benchmark (benchmark: '],
    [
      JSON.stringify({ ...run, rows: [{ ...run.rows[0], unit: 'kg' }] }),
      'is not a run of this benchmark (rows.0.unit: ',
    ],
    [JSON.stringify({ ...run, rows: [{ ...run.rows[0], summary: { median: 1 } }] }), '(rows.0.summary.q1: '],
  ])('is refused with a sentence: %s', (text, sentence) => {
    const parsed = parseRun(text);
    expect(parsed.ok ? '' : parsed.problem).toContain(sentence);
  });
});
