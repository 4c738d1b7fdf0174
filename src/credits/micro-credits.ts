/** What the ledger counts in: whole millionths of a credit, so that sums stay exact. Below 2⁵³, which is nine thousand million credits. */
export const microPerCredit = 1_000_000;

/** What a credit is, and what the operator puts on top. */
export interface CreditRate {
  /** Dollars of list price, with six places at the most. */
  creditUsd: number;
  /** Whole percents. */
  markupPercent: number;
}

/** 10⁻¹² dollars: the price of a token is a whole number of them. */
const picoPerUsd = 1e12;

/**
 * The cost of a model call in whole micro-credits, the markup included. Rounded up, once.
 *
 * @param usd the list price of the call's tokens; exact to 10⁻¹² dollars below 9,000
 */
export function microCreditsOf(usd: number, { creditUsd, markupPercent }: CreditRate): number {
  if (!(usd >= 0 && usd < 9_000)) throw new RangeError(`${usd} is no cost of a model call.`);
  const pico = BigInt(Math.round(usd * picoPerUsd));
  const microUsd = BigInt(Math.round(creditUsd * 1e6));
  const dividend = pico * BigInt(100 + markupPercent);
  const divisor = microUsd * 100n;
  return Number((dividend + divisor - 1n) / divisor);
}

/** The list price of micro-credits that were held or charged, without the markup. Dollars, rounded down. */
export function usdOf(micro: number, { creditUsd, markupPercent }: CreditRate): number {
  return ((micro / microPerCredit) * creditUsd * 100) / (100 + markupPercent);
}

/** Credits with six places at the most, as they go over the wire. */
export const toCredits = (micro: number): number => micro / microPerCredit;

/** Micro-credits of an amount with six places at the most. */
export const toMicro = (credits: number): number => Math.round(credits * microPerCredit);
