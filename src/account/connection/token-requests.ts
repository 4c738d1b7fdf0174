import type { TokenAnswer } from '../../claude/oauth-protocol.ts';

/** Waits before a token request is made again. Milliseconds. */
const waits = [500, 1_500, 4_000];

/** The longest wait that the server may ask for; above, the caller hears of it at once. Milliseconds. */
const longestRetryAfterMs = 10_000;

/** How a token request ended after all attempts. */
export interface TokenOutcome {
  answer: TokenAnswer;
  /** Whether the answer to an attempt was lost: then a refusal may only mean that the server has done it already. */
  lost: boolean;
}

/**
 * Makes a token request until its outcome is known, a few times at most. The same grant is asked again after an answer that got
 * lost: a server may give it once more, and where it does not, nothing is lost that was not lost before.
 */
export async function askForTokens(
  ask: () => Promise<TokenAnswer>,
  wait: (ms: number) => Promise<void>,
): Promise<TokenOutcome> {
  let lost = false;
  for (let attempt = 0; ; attempt++) {
    const answer = await ask();
    // After one that got lost, once: each may take a minute.
    const again = answer.kind === 'unknown' ? !lost : answer.kind === 'failed' && answer.retry;
    lost ||= answer.kind === 'unknown';
    const pause = waits[attempt];
    const asked = answer.kind === 'failed' ? (answer.retryAfterMs ?? 0) : 0;
    if (!again || pause === undefined || asked > longestRetryAfterMs) return { answer, lost };
    await wait(Math.max(pause, asked));
  }
}
