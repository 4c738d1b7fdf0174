import type { TokenResult } from '../../claude/oauth-protocol.ts';

/** Waits before each retry of a token request. Milliseconds. */
const retryDelays = [500, 1_500, 4_000];

/** If the server asks for a longer wait, the request is not retried. Milliseconds. */
const maxRetryAfterMs = 10_000;

/** How a token request ended after all attempts. */
export interface TokenOutcome {
  answer: TokenResult;
  /** Whether the answer to an attempt was lost: then a refusal may mean that the server has already used up the grant. */
  lost: boolean;
}

/**
 * Repeats a token request until its outcome is known, or the attempts are used up. After a lost answer the same grant is sent again:
 * a server may answer it once more, and if it does not, nothing further is lost.
 */
export async function requestWithRetries(
  request: () => Promise<TokenResult>,
  wait: (ms: number) => Promise<void>,
): Promise<TokenOutcome> {
  let lost = false;
  for (let attempt = 0; ; attempt++) {
    const answer = await request();
    // One retry after a lost answer: each attempt may take a minute.
    const shouldRetry = answer.kind === 'unknown' ? !lost : answer.kind === 'failed' && answer.retry;
    lost ||= answer.kind === 'unknown';
    const pause = retryDelays[attempt];
    const requestedMs = answer.kind === 'failed' ? (answer.retryAfterMs ?? 0) : 0;
    if (!shouldRetry || pause === undefined || requestedMs > maxRetryAfterMs) return { answer, lost };
    await wait(Math.max(pause, requestedMs));
  }
}
