import type { EventData } from '../protocol/events.ts';
import { type ClassifiedFailure, classifyFailure } from './classify-failure.ts';
import type { ClaudeCredential } from './claude-client.ts';
import { ClaudeError, type ClaudeFailure } from './claude-error.ts';
import type { Repair } from './failure-rules.ts';

/** How often a request to Claude is retried, and how long the waits between its attempts are. */
export interface RetryPolicy {
  /** Attempts after the first. */
  maxRetries: number;
  /** Milliseconds of the first wait; each further wait doubles. */
  baseMs: number;
}

/** The defaults of Claude Code, measured on 2026-11-20. */
export const defaultRetryPolicy: RetryPolicy = { maxRetries: 10, baseMs: 500 };

const maxDelayMs = 60_000;
/** The largest random addition, as a fraction of the wait, so that many clients do not return at once. */
const jitter = 0.25;

/**
 * Milliseconds to wait before the next attempt: exponential backoff with jitter.
 *
 * @param attempt number of the retry, from 1
 * @param retryAfterMs the wait that Claude asked for; replaces the formula, with the same jitter
 * @param random from 0 up to, but not including, 1
 */
export function retryDelay(policy: RetryPolicy, attempt: number, retryAfterMs: number | null, random: number): number {
  const wait = retryAfterMs ?? Math.min(policy.baseMs * 2 ** (attempt - 1), maxDelayMs);
  const spread = wait * (1 + jitter * random);
  return Math.round(retryAfterMs === null ? Math.min(spread, maxDelayMs) : spread);
}

export interface RetryOptions<T> {
  policy: RetryPolicy;
  credentialKind: ClaudeCredential['kind'];
  /** Makes attempt `n`, from 1. */
  attempt: (n: number) => Promise<T>;
  /** Called when an attempt failed, before a retry is announced or waited for. */
  onFailure: () => void;
  /** Announces a wait. */
  onRetry: (data: EventData<'api_retry'>) => void;
  /** Called when the credential was refused: gives the next attempt another one, where there is one. */
  renewCredential: () => Promise<void>;
  /** Changes the next request, after a failure that asks for it. @returns false where nothing is left to change */
  repair: (how: Repair, failure: ClaudeFailure) => boolean;
  /** Settles after `ms` milliseconds; rejects when the turn is aborted. */
  sleep: (ms: number) => Promise<void>;
  now: () => number;
  random: () => number;
}

/** How often one request is changed in each way. Half a transcript goes each time: a sixth time leaves a sixty-fourth. */
const maxRepairs: Record<Repair, number> = { without_thinking: 1, without_images: 4, shorter: 6 };

const isRepair = (retry: ClassifiedFailure['retry']): retry is Repair => retry in maxRepairs;

type RetryResult<T> = { ok: true; value: T } | { ok: false; failure: ClaudeFailure; classified: ClassifiedFailure };

/**
 * Repeats a request until it succeeds, fails for good, or the attempts are used up.
 *
 * A refused credential: the wait is announced, a new credential is requested, and Claude is asked once more, even where there was no new
 * credential. That makes two requests in all, as with the recorded client [d17f, d19o].
 *
 * @throws what `attempt`, `renewCredential` and `sleep` throw, unless it is a ClaudeError of `attempt`
 */
export async function withRetries<T>(options: RetryOptions<T>): Promise<RetryResult<T>> {
  const { policy } = options;
  const repairs: Record<Repair, number> = { without_thinking: 0, without_images: 0, shorter: 0 };
  let credentialRefusals = 0;
  for (let n = 1; ; n++) {
    let failure: ClaudeFailure;
    try {
      return { ok: true, value: await options.attempt(n) };
    } catch (error) {
      if (!(error instanceof ClaudeError)) throw error;
      failure = error.failure;
    }
    const classified = classifyFailure(failure, options.credentialKind, options.now());
    options.onFailure();
    const { retry, retryAfterMs, turnFailure: end } = classified;
    if (isRepair(retry) && ++repairs[retry] <= maxRepairs[retry] && options.repair(retry, failure)) continue;
    if ((retry !== 'yes' && retry !== 'new_credential') || n > policy.maxRetries)
      return { ok: false, failure, classified: classified };
    const retryDelayMs = retryDelay(policy, n, retryAfterMs, options.random());
    options.onRetry({
      httpStatus: end.httpStatus,
      errorType: retry === 'new_credential' ? 'authentication_failed' : end.errorType,
      attempt: n,
      maxRetries: policy.maxRetries,
      retryDelayMs,
    });
    await options.sleep(retryDelayMs);
    if (retry !== 'new_credential') continue;
    await options.renewCredential();
    if (++credentialRefusals > 1) return { ok: false, failure, classified: classified };
  }
}
