import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchMedians, median, quantile, summarize } from '../../bench/support/statistics.ts';
import { longRun } from '../support/long-run.ts';

it('summarizes a sample by its middle and its quartiles', () => {
  expect(summarize([4, 1, 3, 2, 5])).toEqual({ median: 3, q1: 2, q3: 4, p95: 5, n: 5 });
});

it('takes the mean of the two in the middle as the median of an even sample', () => {
  expect(median([10, 1, 3, 2])).toBe(2.5);
});

it('leaves out what was not observed, and says null where nothing was', () => {
  expect(summarize([Number.NaN, 7])).toEqual({ median: 7, q1: 7, q3: 7, p95: 7, n: 1 });
  expect(summarize([])).toBeNull();
  expect(summarize([Number.NaN])).toBeNull();
  expect(quantile([], 0.5)).toBeNaN();
});

it('takes medians of consecutive batches', () => {
  expect(batchMedians([1, 2, 9, 10, 20, 90], 2)).toEqual([2, 20]);
  expect(batchMedians([1, 2, 3], 10)).toEqual([1, 2, 3]);
  expect(batchMedians([], 10)).toEqual([]);
});

it('orders quartiles and median, whatever the sample', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (sample) => {
      const summary = summarize(sample);
      const { q1 = 0, median = 0, q3 = 0, p95 = 0 } = summary ?? {};
      expect(q1 <= median && median <= q3 && q3 <= p95).toBe(true);
      expect(sample).toContain(q1);
    }),
    longRun(100),
  );
});
