/**
 * Where Redraw intentionally differs from the recorded client: the name of each case, and Redraw's behaviour instead. The reasons are in
 * `docs/signals.md`; a test compares the two.
 */
export const intendedDifferences: Readonly<
  Record<string, { retries?: number[]; end?: 'credit_exhausted'; requests?: number }>
> = {
  'd12k-404-model': { requests: 1 },
  'd33k-529-fallback': { retries: [529, 529, 529] },
  'e09k-watchdog': { retries: [], end: 'credit_exhausted', requests: 1 },
  'e10o-watchdog-rejected': { retries: [], end: 'credit_exhausted', requests: 1 },
};
