/** A sample of one quantity in one unit. */
export interface Summary {
  median: number;
  p95: number;
  n: number;
}

/** A quantile by the nearest-rank method. @param share from 0 to 1 */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** @returns null for an empty sample: it was not measured */
export function summarize(sample: readonly number[]): Summary | null {
  if (sample.length === 0) return null;
  return { median: quantile(sample, 0.5), p95: quantile(sample, 0.95), n: sample.length };
}
