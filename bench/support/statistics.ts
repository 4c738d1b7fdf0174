/** A sample of one quantity in one unit. */
export interface Summary {
  median: number;
  /** Lower and upper quartile: half of the sample lies between them. */
  q1: number;
  q3: number;
  p95: number;
  n: number;
}

/** A quantile by the nearest-rank method. @param share from 0 to 1 */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle; NaN for an empty sample. */
export const median = (sample: readonly number[]): number =>
  (quantile(sample, 0.5) +
    -quantile(
      sample.map((value) => -value),
      0.5,
    )) /
  2;

/** @returns null for an empty sample: it was not measured. Values that are not finite were not observed, and do not count. */
export function summarize(values: readonly number[]): Summary | null {
  const sample = values.filter(Number.isFinite);
  if (sample.length === 0) return null;
  const [q1, q3, p95] = [0.25, 0.75, 0.95].map((share) => quantile(sample, share)) as [number, number, number];
  return { median: median(sample), q1, q3, p95, n: sample.length };
}

/**
 * Medians of `count` batches of consecutive values. Values that share the conditions of one moment are no independent samples; the medians
 * of batches are nearly so (the method of batch means).
 */
export function batchMedians(sample: readonly number[], count: number): number[] {
  const size = Math.max(1, Math.ceil(sample.length / count));
  return Array.from({ length: Math.ceil(sample.length / size) }, (_, at) =>
    median(sample.slice(at * size, (at + 1) * size)),
  );
}
