import { withDeadline } from '../async/with-deadline.ts';
import { limitBody, type OutboundFetch, outboundFetch } from '../net/outbound-fetch.ts';
import type { OidcProvider } from '../settings.ts';

/** The data that binds a sign-in's callback to its start. */
export interface ProviderFlow {
  /** Callback address, to which the provider redirects the browser. */
  redirectUri: string;
  /** PKCE code verifier (RFC 7636). */
  verifier: string;
  /** Returned in the ID token (OpenID Connect Core, 3.1.2.1). */
  nonce: string;
  /** Asks for a new proof: when the flow began, UNIX milliseconds. Null: an earlier sign-in at the provider will do. */
  provenSince: number | null;
}

/** A user of a provider. */
export interface ProviderUser {
  /** Identifies the user at this provider; never reassigned. */
  subject: string;
  /** Display name, or null. */
  name: string | null;
  /** How the person recognises this identity, for example an e-mail address, or null. */
  label: string | null;
}

/** A provider of sign-in. */
export interface Provider {
  /** The address at the provider to which the browser is redirected. @throws ProviderError */
  authorizationUrl(flow: ProviderFlow, state: string): Promise<URL>;
  /** The user who authorized a code. `iss`: the callback's parameter of that name (RFC 9207), or null. @throws ProviderError */
  userOf(flow: ProviderFlow, code: string, iss: string | null): Promise<ProviderUser>;
}

/** A provider failed, or did not vouch for the person. The message is for the log. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

/** Time limit for a provider's answer. Milliseconds. */
const timeoutMs = 10_000;

/** The largest answer of a provider that is read: a discovery document, tokens, a user. Bytes. */
const maxAnswerBytes = 512 * 1024;

const ownHeaders = { Accept: 'application/json', 'User-Agent': 'Redraw' };

/** The `fetch` of a provider's keys (`customFetch` of jose), bounded as every other answer. */
export const fetchKeys: OutboundFetch = async (input: RequestInfo | URL, init?: RequestInit) =>
  limitBody(await outboundFetch(input, init), maxAnswerBytes);

/** Fetches JSON from a provider. @throws ProviderError */
export function fetchJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  return askProvider(url, { headers: { ...ownHeaders, ...headers } });
}

/**
 * Exchanges an authorization code for tokens (RFC 6749, 4.1.3), with the client's secret as HTTP Basic authentication.
 *
 * @throws ProviderError
 */
export function exchangeCode(
  { clientId, clientSecret }: Pick<OidcProvider, 'clientId' | 'clientSecret'>,
  { redirectUri, verifier }: ProviderFlow,
  tokenUrl: string,
  code: string,
): Promise<unknown> {
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  return askProvider(tokenUrl, {
    method: 'POST',
    headers: { ...ownHeaders, Authorization: `Basic ${credentials}` },
    body: new URLSearchParams(fields),
  });
}

async function askProvider(url: string, init: RequestInit): Promise<unknown> {
  try {
    return await withDeadline(timeoutMs, async (signal) => {
      const response = limitBody(await outboundFetch(url, { ...init, signal }), maxAnswerBytes);
      if (response.status === 200) return await response.json();
      await response.body?.cancel();
      throw new ProviderError(`${url} answered ${response.status}`);
    });
  } catch (error) {
    throw error instanceof ProviderError ? error : new ProviderError(`${url} could not be read: ${error}`);
  }
}
