import { limits } from '../protocol/limits.ts';

/** What one turn may use before the loop ends it. */
export interface TurnLimits {
  /** Model replies in one turn. */
  steps: number;
  /** Milliseconds of one turn. */
  ms: number;
  /** Tokens of one reply, thinking included. */
  outputTokens: number;
  /** How often Claude may be asked to continue a reply that was truncated at its token limit. */
  continues: number;
  /** How often Claude is shown the browser's report after it has declared the turn done. */
  previewNotes: number;
}

/** Tokens of the shortest reply that is worth asking for: a call that can pay for no more is not made. */
export const leastOutputTokens = 4_000;

export const turnLimits: TurnLimits = {
  steps: limits.stepsPerTurn,
  ms: limits.turnMs,
  outputTokens: 32_000,
  continues: 2,
  previewNotes: 2,
};
