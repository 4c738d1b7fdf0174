import type { EventData } from '../protocol/events.ts';
import { classifyFailure, type Verdict } from './classify-failure.ts';
import type { ClaudeCredential } from './claude-client.ts';
import { ClaudeError, type ClaudeFailure } from './claude-error.ts';

export interface RetryPolicy {
  /** Attempts after the first. */
  maxRetries: number;
  /** Milliseconds of the first wait; each further one is twice as long. */
  baseMs: number;
}

/** What Claude Code does by default; measured 2026-11-20. */
export const defaultRetryPolicy: RetryPolicy = { maxRetries: 10, baseMs: 500 };

const longestDelayMs = 60_000;
/** What is added to a wait at most, so that many clients do not come back at once. */
const jitter = 0.25;

/**
 * Milliseconds to wait before the next attempt.
 *
 * @param attempt the number of the attempt to come after the first, from 1
 * @param retryAfterMs what Claude asked for; takes the place of the formula, with the same addition
 */
export function retryDelay(policy: RetryPolicy, attempt: number, retryAfterMs: number | null, random: number): number {
  const wait = retryAfterMs ?? Math.min(policy.baseMs * 2 ** (attempt - 1), longestDelayMs);
  const spread = wait * (1 + jitter * random);
  return Math.round(retryAfterMs === null ? Math.min(spread, longestDelayMs) : spread);
}

export interface RetryOptions<T> {
  policy: RetryPolicy;
  credentialKind: ClaudeCredential['kind'];
  /** Makes attempt `n`, from 1. */
  attempt: (n: number) => Promise<T>;
  /** Hears that an attempt failed, before anything is told or waited for. */
  onFailure: () => void;
  /** Announces a wait. */
  onRetry: (data: EventData<'api_retry'>) => void;
  /** A credential was refused: sees to it that the next attempt has another one, where there is one. */
  freshen: () => Promise<void>;
  /** Leaves thinking blocks out of the next attempt; false: there were none in the last one. */
  forgetThinking: () => boolean;
  /** Settles after `ms` milliseconds; rejects when the turn is aborted. */
  sleep: (ms: number) => Promise<void>;
  now: () => number;
  random: () => number;
}

export type Retried<T> = { ok: true; value: T } | { ok: false; failure: ClaudeFailure; verdict: Verdict };

/**
 * Makes a request until it succeeds, may not be tried again, or the attempts are used up.
 *
 * Where a credential was refused, the wait is announced, then a fresh one is asked for, and Claude is asked once more, also where there was
 * none to be had: two requests in all, as the recorded client does it [d17f, d19o].
 *
 * @throws what `attempt`, `freshen` and `sleep` throw, unless it is a ClaudeError of `attempt`
 */
export async function withRetries<T>(options: RetryOptions<T>): Promise<Retried<T>> {
  const { policy } = options;
  let unthinking = false;
  let refusals = 0;
  for (let n = 1; ; n++) {
    let failure: ClaudeFailure;
    try {
      return { ok: true, value: await options.attempt(n) };
    } catch (error) {
      if (!(error instanceof ClaudeError)) throw error;
      failure = error.failure;
    }
    const verdict = classifyFailure(failure, options.credentialKind, options.now());
    options.onFailure();
    const { retry, retryAfterMs, end } = verdict;
    if (retry === 'unthinking' && !unthinking && options.forgetThinking()) {
      unthinking = true;
      continue;
    }
    if ((retry !== 'yes' && retry !== 'fresh') || n > policy.maxRetries) return { ok: false, failure, verdict };
    const retryDelayMs = retryDelay(policy, n, retryAfterMs, options.random());
    options.onRetry({
      httpStatus: end.httpStatus,
      errorType: retry === 'fresh' ? 'authentication_failed' : end.errorType,
      attempt: n,
      maxRetries: policy.maxRetries,
      retryDelayMs,
    });
    await options.sleep(retryDelayMs);
    if (retry !== 'fresh') continue;
    await options.freshen();
    if (++refusals > 1) return { ok: false, failure, verdict };
  }
}
