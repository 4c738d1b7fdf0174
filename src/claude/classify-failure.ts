import { redactedLine } from '../log/redact.ts';
import type { ClaudeCredential } from './claude-client.ts';
import type { ClaudeFailure } from './claude-error.ts';
import { noWords } from './error-words.ts';
import { type Facts, type Remedy, remedyFor } from './failure-rules.ts';
import { resetOf, retryAfterOf, waitEndOf } from './header-values.ts';
import { unifiedPrefix } from './rate-limit-headers.ts';

/** How a turn ends when a failure is not tried again, or not any more. */
export interface FailureEnd extends Pick<Remedy, 'event' | 'code' | 'fault' | 'retryable'> {
  /** One plain sentence or two for the visitor. */
  message: string;
  errorType: string | null;
  httpStatus: number | null;
  /** UNIX milliseconds. */
  resetsAt: number | null;
}

export interface Verdict {
  retry: Remedy['retry'];
  /** Milliseconds that Claude asks to wait. */
  retryAfterMs: number | null;
  /** Whether the answer speaks of the account's limits, should the turn end here: then its state is told before the end, as `rejected`. */
  limited: boolean;
  end: FailureEnd;
}

/** Seconds up to which `retry-after` is waited for; above, the turn ends at once with the reason. */
export const longestRetryAfter = 60;

/**
 * Says what a failure means: whether it may be tried again, and how the turn ends when it is not.
 *
 * @param now UNIX milliseconds
 */
export function classifyFailure(failure: ClaudeFailure, kind: ClaudeCredential['kind'], now: number): Verdict {
  const headers = 'headers' in failure ? failure.headers : null;
  const { errorType, errorCode, message } = 'headers' in failure ? failure : noWords;
  const facts: Facts = {
    kind,
    status: failure.kind === 'http' ? failure.status : null,
    errorType,
    errorCode,
    message: message ?? '',
    header: (name) => headers?.get(name) || null,
  };
  const remedy = remedyFor(failure, facts);
  const retryAfter = retryAfterOf(facts.header('retry-after'), now);
  const isLong = (retryAfter ?? 0) > longestRetryAfter;
  const held = isLong || facts.header('x-should-retry') === 'false';
  const waitEnd = waitEndOf(retryAfter, now);
  return {
    // With another token, or without thinking, it is another request: what Claude asks for this one is not asked for that.
    retry: held && remedy.retry === 'yes' ? 'no' : remedy.retry,
    retryAfterMs: retryAfter === null || remedy.retry !== 'yes' ? null : Math.round(retryAfter * 1000),
    limited: facts.status === 429,
    end: {
      event: remedy.event,
      code: remedy.code,
      fault: remedy.fault,
      retryable: remedy.retryable,
      message: sentenceOf(remedy, facts.message, isLong && waitEnd !== null ? waitEnd - now : null),
      errorType: facts.errorType === null ? null : redactedLine(facts.errorType, 100),
      httpStatus: facts.status,
      resetsAt: (kind === 'oauth' ? resetOf(facts.header(`${unifiedPrefix}reset`), now) : null) ?? waitEnd,
    },
  };
}

/** @param waitMs what Claude asks to wait, where that is too long to wait for */
function sentenceOf({ event, say, otherwise, again, retryable }: Remedy, said: string, waitMs: number | null): string {
  const what = say ?? (redactedLine(said) || otherwise || 'Claude gave no reason.');
  // Of an exhausted account the page tells the time by itself.
  const when = waitMs !== null && retryable && event === 'prompt_error' ? `Try again in ${spanOf(waitMs)}.` : again;
  return when ? `${what} ${when}` : what;
}

/** A span of time in words, rounded up. */
function spanOf(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
