/**
 * Where Redraw means to differ from the recorded client: the names of the cases, and what Redraw does there instead. The reasons stand in
 * `docs/signals.md`; a test compares the two.
 */
export const differences: Readonly<
  Record<string, { retries?: number[]; end?: 'credit_exhausted'; requests?: number }>
> = {
  'd12k-404-model': { requests: 1 },
  'd33k-529-fallback': { retries: [529, 529, 529] },
  'e09k-watchdog': { retries: [], end: 'credit_exhausted', requests: 1 },
  'e10o-watchdog-rejected': { retries: [], end: 'credit_exhausted', requests: 1 },
};
