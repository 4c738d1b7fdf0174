import { withDeadline } from '../../async/with-deadline.ts';
import { limitBody, outboundFetch } from '../../net/outbound-fetch.ts';

const siteverifyUrl = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** Time limit for Cloudflare's answer. Milliseconds. */
const timeoutMs = 10_000;

/** The largest answer that is read. Bytes. */
const maxAnswerBytes = 64 * 1024;

/** `unknown`: Cloudflare could not be asked. */
export type TurnstileResult = 'passed' | 'failed' | 'unknown';

/**
 * Has Cloudflare validate a token of its Turnstile widget. A token can be validated once, within five minutes.
 *
 * @param address the visitor's network address
 * @see https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
 */
export async function verifyTurnstile(secret: string, token: string, address: string): Promise<TurnstileResult> {
  const body = new URLSearchParams({ secret, response: token, remoteip: address });
  try {
    return await withDeadline(timeoutMs, async (signal) => {
      const response = limitBody(await outboundFetch(siteverifyUrl, { method: 'POST', body, signal }), maxAnswerBytes);
      const answer: unknown = await response.json();
      if (typeof answer !== 'object' || answer === null || !('success' in answer)) return 'unknown';
      if (answer.success === true) return 'passed';
      return response.ok ? 'failed' : 'unknown';
    });
  } catch {
    return 'unknown';
  }
}

/** Why the challenge counts as not passed, or null. */
export function challengeRefusal(
  result: TurnstileResult,
): { reason: Exclude<TurnstileResult, 'passed'>; sentence: string } | null {
  if (result === 'passed') return null;
  const what = result === 'failed' ? 'was not passed' : 'could not be made';
  return { reason: result, sentence: `The check that you are a person ${what}. Try it again.` };
}
