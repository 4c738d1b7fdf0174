import type { CreditSum } from '../../src/protocol/credit-resources.ts';

/** Rows of one table, at the most, before the others are added up. */
const maxRows = 6;

/** The dearest sums, and the others as one: what is shown adds up to all. `others` is null where all are shown. */
export function foldedSums(sums: readonly CreditSum[]): {
  shown: readonly CreditSum[];
  others: Pick<CreditSum, 'credits' | 'turns'> | null;
  count: number;
} {
  const rest = sums.length > maxRows ? sums.slice(maxRows - 1) : [];
  const shown = sums.slice(0, sums.length - rest.length);
  if (rest.length === 0) return { shown, others: null, count: 0 };
  // Credits have six places: they are added up as whole micro-credits.
  const micro = rest.reduce((sum, { credits }) => sum + Math.round(credits * 1e6), 0);
  const turns = rest.reduce((sum, one) => sum + one.turns, 0);
  return { shown, others: { credits: micro / 1e6, turns }, count: rest.length };
}
