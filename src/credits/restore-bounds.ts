import type { Plan } from '../plans.ts';
import { toMicro } from './micro-credits.ts';

/** How long a restored review counts against the bounds. Milliseconds. */
export const restoreWindowMs = 30 * 86_400_000;

/** Reviews that are restored without an operator in the window. */
const maxRestored = 3;

/** The part of a plan's month that may be restored without an operator in the window. */
const monthShare = 0.1;

/** Whole micro-credits that may be restored without an operator in the window. A plan without monthly credits has 30 of its days. */
export function restorableOf({ dailyCredits, monthlyCredits }: Pick<Plan, 'dailyCredits' | 'monthlyCredits'>): number {
  return Math.floor(toMicro(monthlyCredits > 0 ? monthlyCredits : 30 * dailyCredits) * monthShare);
}

/**
 * Whether an amount may be restored without an operator: all of it, or none.
 *
 * @param before amounts that were in the window
 */
export function mayRestore(
  amount: number,
  before: readonly number[],
  plan: Parameters<typeof restorableOf>[0],
): boolean {
  if (amount <= 0 || before.length >= maxRestored) return false;
  return before.reduce((sum, each) => sum + each, 0) + amount <= restorableOf(plan);
}
