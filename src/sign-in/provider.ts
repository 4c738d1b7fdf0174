import type { OAuth2Client, OAuth2Tokens } from 'arctic';

/** What a sign-in at a provider is bound to; made at its start, needed again at its end. */
export interface ProviderFlow {
  /** Where the provider sends the browser back to. */
  redirectUri: string;
  /** PKCE (RFC 7636). */
  verifier: string;
  /** Stands in the ID token (OpenID Connect Core, 3.1.2.1). */
  nonce: string;
}

/** Somebody as a provider knows them. */
export interface ProviderUser {
  /** Never another's at this provider. */
  subject: string;
  /** What they are called, or null. */
  name: string | null;
  /** What tells this identity apart for the person, for example an e-mail address, or null. */
  label: string | null;
}

/** A provider at which a person can sign in. */
export interface Provider {
  /** Where the browser goes. @throws ProviderError */
  authorizationUrl(flow: ProviderFlow, state: string): Promise<URL>;
  /** Who came back with a code. `iss` is the parameter of that name (RFC 9207), where it came. @throws ProviderError */
  userOf(flow: ProviderFlow, code: string, iss: string | null): Promise<ProviderUser>;
}

/** A provider did not do what it should, or did not vouch for the person. The message is for the log. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

/** How long a provider may take to answer. Milliseconds. */
const patienceMs = 10_000;

/** Asks a provider for JSON. @throws ProviderError */
export async function jsonFrom(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json', 'User-Agent': 'Redraw', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    if (response.status !== 200) throw new ProviderError(`${url} answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw error instanceof ProviderError ? error : new ProviderError(`${url} could not be read: ${error}`);
  }
}

/** Exchanges a code for tokens. @throws ProviderError */
export async function tokensFor(
  client: OAuth2Client,
  tokenUrl: string,
  code: string,
  verifier: string,
): Promise<OAuth2Tokens> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('it took too long')), patienceMs);
  try {
    return await Promise.race([client.validateAuthorizationCode(tokenUrl, code, verifier), late.promise]);
  } catch (error) {
    throw new ProviderError(`${tokenUrl} gave no tokens: ${error}`);
  } finally {
    clearTimeout(timer);
  }
}
