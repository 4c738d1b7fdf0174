import { redactedLine } from '../log/redact.ts';
import type { ProblemCode } from '../protocol/problems.ts';
import { noApiErrorFields } from './api-error-fields.ts';
import type { ClaudeCredential } from './claude-client.ts';
import type { ClaudeFailure } from './claude-error.ts';
import { type FailureFacts, type FailureHandling, handlingFor } from './failure-rules.ts';
import { parseReset, parseRetryAfter, retryTimeOf } from './header-values.ts';
import { unifiedPrefix } from './rate-limit-headers.ts';

/** The failure that ends a turn: not retryable, or out of attempts. */
export interface TurnFailure extends Pick<FailureHandling, 'event' | 'fault' | 'retryable'> {
  code: FailureHandling['code'] | ProblemCode;
  /** One or two plain sentences for the visitor. */
  message: string;
  /** What a page makes its own sentence from: `reason`, `says` with Claude's own words, `retryAfter` in seconds. */
  fields: Readonly<Record<string, unknown>>;
  errorType: string | null;
  httpStatus: number | null;
  /** UNIX milliseconds. */
  resetsAt: number | null;
}

/** The rule that matches a failure, together with what the headers of the answer say. */
export interface ClassifiedFailure {
  retry: FailureHandling['retry'];
  /** The wait that Claude asks for, in milliseconds; null where it asks for none. */
  retryAfterMs: number | null;
  /** Status 429: where it ends the turn, a `rate_limit` event with status `rejected` precedes the end. */
  isRateLimited: boolean;
  /** How the turn ends where the failure is not retried. */
  turnFailure: TurnFailure;
}

/** The longest `retry-after` that is waited for, in seconds; a longer one ends the turn at once. */
const maxRetryAfterSeconds = 60;

/**
 * Decides whether a failure is retried, and how the turn ends where it is not.
 *
 * @param now UNIX milliseconds
 */
export function classifyFailure(
  failure: ClaudeFailure,
  kind: ClaudeCredential['kind'],
  now: number,
): ClassifiedFailure {
  const headers = 'headers' in failure ? failure.headers : null;
  const { errorType, errorCode, message } = 'headers' in failure ? failure : noApiErrorFields;
  const facts: FailureFacts = {
    credentialKind: kind,
    status: failure.kind === 'http' ? failure.status : null,
    errorType,
    errorCode,
    message: message ?? '',
    header: (name) => headers?.get(name) || null,
  };
  const handling = handlingFor(failure, facts);
  const retryAfter = parseRetryAfter(facts.header('retry-after'), now);
  const isTooLong = (retryAfter ?? 0) > maxRetryAfterSeconds;
  const mayNotRepeat = isTooLong || facts.header('x-should-retry') === 'false';
  const retryAt = retryTimeOf(retryAfter, now);
  return {
    // With another credential, or without thinking, it is a different request: the headers of this answer do not apply to it.
    retry: mayNotRepeat && handling.retry === 'yes' ? 'no' : handling.retry,
    retryAfterMs: retryAfter === null || handling.retry !== 'yes' ? null : Math.round(retryAfter * 1000),
    isRateLimited: facts.status === 429,
    turnFailure: {
      event: handling.event,
      code: handling.code,
      fault: handling.fault,
      retryable: handling.retryable,
      ...wordsOf(handling, facts.message, isTooLong && retryAt !== null ? retryAt - now : null),
      errorType: facts.errorType === null ? null : redactedLine(facts.errorType, 100),
      httpStatus: facts.status,
      resetsAt: (kind === 'oauth' ? parseReset(facts.header(`${unifiedPrefix}reset`), now) : null) ?? retryAt,
    },
  };
}

/** @param waitMs the wait that Claude asks for, where it exceeds the longest that is waited for */
function wordsOf(
  { event, reason, message, fallbackMessage, retryHint, retryable }: FailureHandling,
  claudeMessage: string,
  waitMs: number | null,
): Pick<TurnFailure, 'message' | 'fields'> {
  const says = message === undefined ? redactedLine(claudeMessage) : '';
  const what = message ?? (says || fallbackMessage || 'Claude gave no reason.');
  // For an exhausted account the page shows the time itself.
  const wait = retryable && event === 'prompt_error' ? waitMs : null;
  const when = wait === null ? retryHint : `Try again in ${durationInWords(wait)}.`;
  return {
    message: when ? `${what} ${when}` : what,
    fields: {
      // A credit that is exhausted is told in Claude's words, where it has some.
      ...(reason && !(says && event === 'credit_exhausted') ? { reason } : {}),
      ...(says ? { says } : {}),
      ...(wait === null ? {} : { retryAfter: Math.ceil(wait / 1000) }),
    },
  };
}

/** A duration in minutes or hours, rounded up. */
function durationInWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes >= 120) return `${Math.ceil(minutes / 60)} hours`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
