import type { ModelEntry } from '../../src/protocol/resources.ts';
import type { Turn } from '../project/view.ts';

/** Turns of the same model that a range is taken from, at the most: the newest ones. */
const maxTurns = 8;

/** Tokens of a first turn: what stands before its prompt, and the replies of a small and of a large app. */
const firstTurn = { prefixTokens: 7_000, replyTokens: [2_000, 16_000], steps: [1, 6] } as const;

/** What the next turn may cost, in credits. */
export interface TurnRange {
  low: number;
  high: number;
  /** Whether the project has no turn to tell it from. */
  isGuess: boolean;
}

/** What a credit is, see `GET /api/plans`. */
export interface CreditPrice {
  creditUsd: number;
  markupPercent: number;
}

/**
 * The range of what the next turn may cost: from this thread's own turns with the same model, and no less than reading its context again; for
 * a first turn from the model and the length of the prompt, a guess. Null where nothing can be said.
 *
 * @param model the id of the model that builds
 * @param promptChars characters of the prompt in the box
 */
export function turnRange(
  turns: readonly Pick<Turn, 'receipt'>[],
  model: Pick<ModelEntry, 'id' | 'price'>,
  promptChars: number,
  price: CreditPrice,
): TurnRange | null {
  const undated = (id: string) => id.replace(/-\d{8}$/, '');
  const paid = turns.flatMap(({ receipt }) =>
    receipt && undated(receipt.model) === undated(model.id) && receipt.usd > 0 ? [receipt] : [],
  );
  const newest = paid.at(-1);
  const perUsd = (1 + price.markupPercent / 100) / price.creditUsd;
  if (newest && model.price) {
    const costs = paid.slice(-maxTurns).map(({ usd }) => usd * perUsd);
    // What is in the context is read from the cache, once for each reply at least.
    const { cacheReadTokens, cacheWriteTokens, inputTokens, steps = 1 } = newest;
    const contextTokens = (cacheReadTokens + cacheWriteTokens + inputTokens) / Math.max(1, steps);
    const least = ((contextTokens * model.price.cacheRead) / 1e6) * perUsd;
    return { low: Math.max(least, Math.min(...costs)), high: Math.max(least, ...costs), isGuess: false };
  }
  if (!model.price) return null;
  const { input, output, cacheRead, cacheWrite } = model.price;
  const [low = 0, high = 0] = firstTurn.replyTokens.map((replyTokens, index) => {
    const reread = firstTurn.prefixTokens * cacheRead * ((firstTurn.steps[index] ?? 1) - 1);
    const read = firstTurn.prefixTokens * cacheWrite + (promptChars / 3) * input;
    return ((read + reread + replyTokens * output) / 1e6) * perUsd;
  });
  return { low, high, isGuess: true };
}

/** Whether the balance may not last for another turn or two. */
export const isLow = (left: number, range: TurnRange | null, dailyOf: number): boolean =>
  left < (range ? 2 * range.high : Math.max(1, dailyOf / 5));
