import type { TurnFailure } from '../claude/classify-failure.ts';
import type { Draft, Payer } from '../protocol/events.ts';
import type { ProblemCode } from '../protocol/problems.ts';
import type { PromptErrorCode } from '../protocol/prompt-error-codes.ts';
import type { Repetition } from './loop-detection.ts';

/** How a turn ended. */
export interface TurnOutcome {
  state: 'completed' | 'stopped' | 'failed' | 'exhausted';
  /** True where the failure was not the visitor's fault: the turn is not counted. */
  blameless: boolean;
  /**
   * True where credits pay for what was done all the same: nothing of ours or Claude's has failed, and whoever knows how to come to such an
   * end must not build for nothing.
   */
  isCharged?: boolean;
}

/** An outcome with the events that explain it to the visitor. */
export interface TurnEnd {
  outcome: TurnOutcome;
  events: Draft[];
}

type Fields = Readonly<Record<string, unknown>>;

const failure = (
  code: ProblemCode | PromptErrorCode,
  message: string,
  retryable: boolean,
  blameless: boolean,
  fields: Fields = {},
): TurnEnd => ({
  outcome: { state: 'failed', blameless },
  events: [{ type: 'prompt_error', data: { code, message, retryable, fields } }],
});

const charged = ({ outcome, events }: TurnEnd): TurnEnd => ({ outcome: { ...outcome, isCharged: true }, events });

/** What is said of a limit of the operator's account. */
const sharedKeyLimit = {
  message: 'The key that this site shares is at its limit with Claude.',
  fields: { reason: 'shared_key' },
} as const;

/**
 * Whether Claude's own words about the account reach the visitor: only those of their own connection. Details of the operator's account are
 * not for visitors; a scripted model has none.
 */
export const hearsClaude = ({ payer, isScripted = false }: { payer: Payer; isScripted?: boolean }): boolean =>
  payer === 'connection' || isScripted;

/** The type of an error where it is a name, as those of the API are; null for what may be a sentence. */
export const errorName = (errorType: string | null): string | null =>
  errorType !== null && /^[a-z_]{1,40}$/.test(errorType) ? errorType : null;

const counted = (count: number, word: string): string => `${count} ${count === 1 ? word : `${word}s`}`;
const duration = (ms: number): string =>
  ms >= 60_000 ? counted(Math.round(ms / 60_000), 'minute') : counted(Math.round(ms / 1000), 'second');

export const turnEnds = {
  completed: { outcome: { state: 'completed', blameless: false }, events: [] },
  stopped: { outcome: { state: 'stopped', blameless: false }, events: [] },
  internal: failure('internal', 'Something broke on our side. What was written so far is kept.', true, true, {
    reason: 'kept',
  }),
  refused: charged(
    failure('refused', 'Claude declined this prompt, and no longer sees it. Say it in another way.', false, true),
  ),
  outOfOutput: failure(
    'output_limit',
    'The answer was longer than Claude may write in one turn. Ask for less at a time.',
    true,
    false,
  ),
  budgetSpent: charged(
    failure(
      'hosted_budget_spent',
      "Today's shared budget is spent, or your share of it. Connect your own Claude to go on now, or come back tomorrow.",
      true,
      true,
    ),
  ),
  creditsSpent: ({ balance, needed }: { balance: number; needed: number }) =>
    failure(
      'credits_spent',
      'Your credits do not cover the next step. What was written so far is kept, and is a version.',
      true,
      false,
      { reason: 'kept', balance, needed },
    ),
  outOfSteps: (steps: number) =>
    failure(
      'turn_limit',
      `This turn took ${counted(steps, 'step')} without coming to its end, so it was ended here. What was written is kept; say what is still missing.`,
      true,
      false,
      { reason: 'steps', limit: steps },
    ),
  outOfTime: (ms: number) =>
    failure(
      'turn_limit',
      `This turn took ${duration(ms)} without coming to its end, so it was ended here. What was written is kept; say what is still missing.`,
      true,
      false,
      { reason: 'time', seconds: Math.round(ms / 1000) },
    ),
  goingInCircles: ({ sentence, fields }: Repetition) =>
    failure(
      'going_in_circles',
      `Claude is going in circles. ${sentence} Undo, say more about what you want, or ask for another way.`,
      true,
      false,
      fields,
    ),
  /** @param isTold whether Claude's words reach the visitor, see {@link hearsClaude} */
  failed: (cause: TurnFailure, payer: Payer, isTold = hearsClaude({ payer })): TurnEnd => {
    const blameless = cause.fault !== 'account' || payer !== 'connection';
    if (cause.event === 'credit_exhausted') {
      const { errorType, httpStatus, resetsAt } = cause;
      const { message, fields } = isTold ? cause : sharedKeyLimit;
      const data = {
        message,
        errorType: isTold ? errorType : errorName(errorType),
        httpStatus,
        resetsAt,
        payer,
        fields,
      };
      return { outcome: { state: 'exhausted', blameless }, events: [{ type: 'credit_exhausted', data }] };
    }
    if (cause.fault === 'account' && payer !== 'connection') {
      return failure(
        'operator_key_refused',
        'Claude refused the key of this site. Its operator has to look at it.',
        false,
        blameless,
      );
    }
    return failure(cause.code, cause.message, cause.retryable, blameless, cause.fields);
  },
} as const satisfies Record<string, TurnEnd | ((...args: never[]) => TurnEnd)>;
