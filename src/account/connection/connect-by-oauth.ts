import {
  authorizationUrl,
  newVerifier,
  parseAuthorizationResponse,
  type TokenGrant,
  type Tokens,
} from '../../claude/oauth-protocol.ts';
import { logError } from '../../log/error-log.ts';
import { redactedSentence } from '../../log/redact.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { reasons } from '../../protocol/situations.ts';
import type { ClaudeOAuth } from '../../settings.ts';
import type { OneTimeFlows } from '../storage/one-time-flows.ts';
import type { TokenOutcome } from './token-requests.ts';

const flowKind = 'claude';

/** The detail of a refusal to finish a flow that was not begun by this visitor. */
export const flowNotBegun = 'This was not begun in this browser. Start the connection again.';

/** Begins a connection by OAuth. The flow's id is the `state`; the PKCE verifier is sealed in the flow. */
export async function startOAuth(flows: OneTimeFlows, client: ClaudeOAuth, now: number): Promise<{ url: string }> {
  const verifier = newVerifier();
  const state = await flows.begin(flowKind, { verifier }, now);
  return { url: await authorizationUrl(client, state, verifier) };
}

/**
 * Exchanges the authorization code for tokens. The flow is used up, whatever the outcome.
 *
 * @param text `code#state`, or the address of the redirect
 * @throws ProblemError `oauth_failed`, `claude_unreachable`
 */
export async function finishOAuth(
  flows: OneTimeFlows,
  text: string,
  requestTokens: (grant: TokenGrant) => Promise<TokenOutcome>,
  now: number,
): Promise<Tokens> {
  const { code, state, error } = parseAuthorizationResponse(text);
  const flow = state === null ? null : await flows.take(flowKind, state, now);
  if (error !== null)
    throw failed('said', redactedSentence(`Claude said: ${error}`), { says: redactedSentence(error) });
  if (code === null || state === null)
    throw failed('incomplete', 'Paste the whole code, with the # and what follows it.');
  if (!flow?.verifier)
    throw failed(
      'other_attempt',
      'This code belongs to another attempt, or is older than ten minutes. Start the connection again.',
    );
  const { answer } = await requestTokens({
    grant_type: 'authorization_code',
    code,
    state,
    code_verifier: flow.verifier,
  });
  if (answer.kind === 'tokens') return answer.tokens;
  if (answer.kind === 'refused')
    throw failed('code_refused', 'Claude did not accept the code. Start the connection again.');
  if (answer.kind === 'failed' && !answer.retry) {
    logError(`The token endpoint of Claude refused this site: ${answer.reason}`);
    throw failed('site_refused', 'Claude refused this site. Its operator has to look into it.');
  }
  const detail = 'Claude could not be reached, so the connection was not made. Start it again in a moment.';
  throw new ProblemError('claude_unreachable', detail);
}

function failed(
  reason: (typeof reasons)['oauth_failed'][number],
  sentence: string,
  fields: Readonly<Record<string, unknown>> = {},
): ProblemError {
  return new ProblemError('oauth_failed', sentence, { ...fields, reason });
}
