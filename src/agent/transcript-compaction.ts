import type Anthropic from '@anthropic-ai/sdk';
import { maxImages, maxRequestBytes } from './request-images.ts';
import { foldedMessages, foldTurn, shorten } from './shorten-messages.ts';
import type { Compaction, TranscriptMessage } from './transcript-message.ts';
import { sentMessages, TranscriptSizes, turnStarts } from './transcript-sizes.ts';

/** What Claude has counted: the transcript up to and including the message `through`, in tokens. */
export interface Measured {
  tokens: number;
  through: number;
}

/** Fractions of the window: when to compact, and how far. Far apart, so that compaction is rare and caching hits in between. */
const startShare = 0.6;
const targetShare = 0.3;

/** Newest messages, never compacted while Claude takes them: the model's working context. */
const recentMessages = 6;

/** Tokens by Claude's count to those by ours. Outside these bounds the count is not believed. */
const rateBounds = { min: 0.5, max: 4 };
/** Tokens of a transcript, by our count, from which on Claude's count says something about it. */
const minMeasuredTokens = 2_000;

/**
 * Decides how far to compact: first the long texts and images of old turns, then old turns as a whole, and only where the newest turn
 * alone is too large, its own long texts. Linear in the transcript.
 *
 * @param window tokens, the `workingWindow` of the model
 * @param measured null: sizes are estimated
 * @returns `current` itself, while there is room
 */
export function planCompaction(
  messages: readonly TranscriptMessage[],
  window: number,
  current: Compaction,
  measured: Measured | null = null,
): Compaction {
  const sizes = new TranscriptSizes(messages);
  const rate = tokenRate(sizes, current, measured);
  const fits = (compaction: Compaction, share: number): boolean => {
    const { tokens, images, imageBytes } = sizes.of(compaction);
    const partOfFull = share / startShare;
    return (
      tokens * rate <= window * share && imageBytes <= maxRequestBytes * partOfFull && images <= maxImages * partOfFull
    );
  };
  if (fits(current, startShare)) return current;
  let best = current;
  for (const candidate of ofOldTurns(messages, current)) {
    best = candidate;
    if (fits(best, targetShare)) return best;
  }
  if (fits(best, startShare)) return best;
  for (const candidate of ofNewestTurn(messages, best, messages.length - recentMessages)) {
    best = candidate;
    if (fits(best, targetShare)) return best;
  }
  return best;
}

/**
 * Compacts further, after Claude has refused the transcript as too large: to half its size, sparing nothing.
 *
 * @param by what is too large: the transcript in tokens, or the request in bytes
 * @returns null where nothing gets smaller
 */
export function shortenCompaction(
  messages: readonly TranscriptMessage[],
  current: Compaction,
  by: 'tokens' | 'bytes',
): Compaction | null {
  const sizes = new TranscriptSizes(messages);
  const { [by]: now } = sizes.of(current);
  let best = current;
  for (const candidate of ofOldTurns(messages, current)) {
    best = candidate;
    if (sizes.of(best)[by] <= now / 2) return best;
  }
  for (const candidate of ofNewestTurn(messages, best, messages.length)) {
    best = candidate;
    if (sizes.of(best)[by] <= now / 2) return best;
  }
  return sizes.of(best)[by] < now ? best : null;
}

/** Compactions of ever more of the turns before the newest. */
function* ofOldTurns(messages: readonly TranscriptMessage[], current: Compaction): Generator<Compaction> {
  const starts = turnStarts(messages);
  const unthink = messages.length;
  let best = current;
  for (const elide of starts.filter((start) => start > current.elide)) {
    best = { ...current, elide, unthink };
    yield best;
  }
  for (const fold of starts.filter((start) => start > current.fold)) yield { ...best, fold, unthink };
}

/** Compactions that leave out long texts of the newest turn, too. @param best the last of {@link ofOldTurns} */
function* ofNewestTurn(messages: readonly TranscriptMessage[], best: Compaction, to: number): Generator<Compaction> {
  for (let elide = best.elide + 1; elide <= to; elide++) yield { ...best, elide, unthink: messages.length };
}

/** Tokens by Claude's count to those by ours; 1 where Claude has not counted since the transcript was last compacted. */
function tokenRate(sizes: TranscriptSizes, current: Compaction, measured: Measured | null): number {
  if (!measured || measured.through < current.unthink) return 1;
  const estimated = sizes.of(current, measured.through + 1).tokens;
  if (estimated < minMeasuredTokens) return 1;
  return Math.min(rateBounds.max, Math.max(rateBounds.min, measured.tokens / estimated));
}

/** The same compaction, with the thinking blocks of the first `messages` messages omitted. */
export function withoutThinking(compaction: Compaction, messages: number): Compaction {
  return { ...compaction, unthink: Math.max(compaction.unthink, messages) };
}

/** The compacted messages for Claude. The transcript itself is not changed. */
export function applyCompaction(
  messages: readonly TranscriptMessage[],
  { fold, elide, unthink }: Compaction,
): Anthropic.MessageParam[] {
  const rest = messages.slice(fold).map((entry, index): TranscriptMessage => {
    const at = index + fold;
    if (at >= elide && at >= unthink) return entry;
    return { ...entry, message: shorten(entry.message, at < elide, at < unthink) };
  });
  const folded = messages.slice(0, fold);
  const starts = turnStarts(folded);
  const turns = starts
    .map((from, index) => sentMessages(folded.slice(from, starts[index + 1])))
    .filter((turn) => turn.length > 0);
  return [...(turns.length === 0 ? [] : foldedMessages(turns.map(foldTurn))), ...sentMessages(rest)];
}
