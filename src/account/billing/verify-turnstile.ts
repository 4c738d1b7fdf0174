const siteverifyUrl = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** Time limit for Cloudflare's answer. Milliseconds. */
const timeoutMs = 10_000;

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
    const response = await fetch(siteverifyUrl, { method: 'POST', body, signal: AbortSignal.timeout(timeoutMs) });
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null || !('success' in answer)) return 'unknown';
    if (answer.success === true) return 'passed';
    return response.ok ? 'failed' : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Why the challenge counts as not passed, in a sentence, or null. */
export function challengeRefusal(result: TurnstileResult): string | null {
  if (result === 'passed') return null;
  if (result === 'failed') return 'The check that you are a person was not passed. Try it again.';
  return 'The check that you are a person could not be made. Try it again.';
}
