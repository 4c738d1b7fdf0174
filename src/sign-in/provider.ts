import type { OAuth2Client, OAuth2Tokens } from 'arctic';

/** The data that binds a sign-in's callback to its start. */
export interface ProviderFlow {
  /** Callback address, to which the provider redirects the browser. */
  redirectUri: string;
  /** PKCE code verifier (RFC 7636). */
  verifier: string;
  /** Returned in the ID token (OpenID Connect Core, 3.1.2.1). */
  nonce: string;
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

/** Fetches JSON from a provider. @throws ProviderError */
export async function fetchJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json', 'User-Agent': 'Redraw', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new ProviderError(`${url} answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw error instanceof ProviderError ? error : new ProviderError(`${url} could not be read: ${error}`);
  }
}

/** Exchanges an authorization code for tokens. @throws ProviderError */
export async function exchangeCode(
  client: OAuth2Client,
  tokenUrl: string,
  code: string,
  verifier: string,
): Promise<OAuth2Tokens> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error('it took too long')), timeoutMs);
  try {
    return await Promise.race([client.validateAuthorizationCode(tokenUrl, code, verifier), timeout.promise]);
  } catch (error) {
    throw new ProviderError(`${tokenUrl} gave no tokens: ${error}`);
  } finally {
    clearTimeout(timer);
  }
}
