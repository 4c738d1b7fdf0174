const siteverify = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** Milliseconds that Cloudflare has for its answer. */
const patienceMs = 10_000;

/** What came of a check: `unknown` where Cloudflare could not be asked. */
export type TurnstileAnswer = 'passed' | 'failed' | 'unknown';

/**
 * Asks Cloudflare whether a token of its Turnstile widget is good. A token can be asked about once, within five minutes.
 *
 * @param address the address that the visitor comes from
 * @see https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
 */
export async function checkTurnstile(secret: string, token: string, address: string): Promise<TurnstileAnswer> {
  const body = new URLSearchParams({ secret, response: token, remoteip: address });
  try {
    const response = await fetch(siteverify, { method: 'POST', body, signal: AbortSignal.timeout(patienceMs) });
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null || !('success' in answer)) return 'unknown';
    if (answer.success === true) return 'passed';
    return response.ok ? 'failed' : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Why a visitor is not let in after a check, in a sentence, or null. */
export function refusalOf(answer: TurnstileAnswer): string | null {
  if (answer === 'passed') return null;
  if (answer === 'failed') return 'The check that you are a person was not passed. Try it again.';
  return 'The check that you are a person could not be made. Try it again.';
}
