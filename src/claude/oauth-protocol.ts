import { base64url } from 'jose';
import * as v from 'valibot';
import { withDeadline } from '../async/with-deadline.ts';
import { limitBody, type OutboundFetch, outboundFetch } from '../net/outbound-fetch.ts';
import type { ClaudeOAuth } from '../settings.ts';

/** Milliseconds until an answer of the token endpoint counts as lost; long, because a refresh token works only once. */
const responseTimeoutMs = 60_000;

/** The largest answer of the token endpoint that is read. Bytes. */
const maxAnswerBytes = 256 * 1024;

/** The error code of a grant that is used, revoked or expired (RFC 6749, 5.2). */
const invalidGrant = 'invalid_grant';

/** Statuses sent by a gateway in between: whether the server performed the request is unknown. */
const gatewayStatuses = new Set([502, 504]);

/** A PKCE verifier: 256 random bits (RFC 7636, 4.1). */
export function newVerifier(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** The URL of the authorization server at which visitors connect their account (RFC 6749, 4.1.1; RFC 7636, 4.3). */
export async function authorizationUrl(client: ClaudeOAuth, state: string, verifier: string): Promise<string> {
  const url = new URL(client.authorizeUrl);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const fields = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: client.scopes,
    state,
    code_challenge: base64url.encode(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}

/** The answer of the authorization server. `error` is the server's own text where it refused. */
interface AuthorizationResponse {
  code: string | null;
  state: string | null;
  error: string | null;
}

/** Parses what a visitor pasted: `code#state`, or the whole URL that they were redirected to. */
export function parseAuthorizationResponse(text: string): AuthorizationResponse {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { searchParams } = new URL(text);
    const error = searchParams.get('error_description') ?? searchParams.get('error');
    return { code: searchParams.get('code'), state: searchParams.get('state'), error };
  }
  const [code, state] = text.split('#');
  return { code: code || null, state: state || null, error: null };
}

/** The grant that is exchanged for tokens. */
export type TokenGrant =
  | { grant_type: 'authorization_code'; code: string; state: string; code_verifier: string }
  | { grant_type: 'refresh_token'; refresh_token: string };

export interface Tokens {
  accessToken: string;
  /** Null where the refresh token that was used stays valid (RFC 6749, 6). */
  refreshToken: string | null;
  /** Milliseconds until the access token expires, or null where the server did not say. */
  lifetimeMs: number | null;
}

/** The result of a token request. */
export type TokenResult =
  | { kind: 'tokens'; tokens: Tokens }
  /** The grant is dead: used, revoked or expired. */
  | { kind: 'refused' }
  /** The server did not perform the request. `retry`: safe to repeat unchanged. */
  | { kind: 'failed'; retry: boolean; retryAfterMs: number | null; reason: string }
  /** The request was sent; whether the server performed it is unknown. */
  | { kind: 'unknown' };

const tokenText = v.pipe(v.string(), v.maxLength(16_000), v.regex(/^[\x21-\x7e]+$/));

const seconds = v.pipe(v.union([v.number(), v.pipe(v.string(), v.nonEmpty(), v.transform(Number))]), v.minValue(0));

/** RFC 6749, 5.1. A malformed optional field does not cost the tokens: it counts as absent. */
const TokenResponse = v.object({
  access_token: tokenText,
  token_type: v.optional(v.pipe(v.string(), v.toLowerCase(), v.literal('bearer'))),
  refresh_token: v.fallback(v.optional(tokenText), undefined),
  expires_in: v.fallback(v.optional(v.pipe(seconds, v.finite())), undefined),
});

/** RFC 6749, 5.2, or the shape of Anthropic's other errors. */
const ErrorResponse = v.object({ error: v.union([v.string(), v.object({ type: v.string() })]) });

/** Makes one request to the token endpoint. Never retries, never throws. */
export async function requestTokens(
  client: ClaudeOAuth,
  grant: TokenGrant,
  fetchFrom: OutboundFetch = outboundFetch,
): Promise<TokenResult> {
  const common = { client_id: client.clientId };
  const fields: Record<string, string> =
    grant.grant_type === 'authorization_code'
      ? { ...grant, ...common, redirect_uri: client.redirectUri }
      : { ...grant, ...common };
  const isJson = client.tokenFormat === 'json';
  try {
    return await withDeadline(responseTimeoutMs, async (signal) => {
      const response = await fetchFrom(client.tokenUrl, {
        method: 'POST',
        headers: {
          Accept: 'application/json',
          'Content-Type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
        },
        body: isJson ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
        signal,
      });
      return tokenResultOf(response, await limitBody(response, maxAnswerBytes).text());
    });
  } catch {
    return { kind: 'unknown' };
  }
}

function tokenResultOf(response: Response, text: string): TokenResult {
  const { status } = response;
  const body = parseJson(text);
  if (response.ok) {
    const tokens = v.safeParse(TokenResponse, body);
    // The server performed the request, but its answer cannot be read.
    if (!tokens.success) return { kind: 'unknown' };
    const { access_token: accessToken, refresh_token: refreshToken = null, expires_in: expiresIn } = tokens.output;
    return {
      kind: 'tokens',
      tokens: { accessToken, refreshToken, lifetimeMs: expiresIn === undefined ? null : expiresIn * 1000 },
    };
  }
  if (gatewayStatuses.has(status)) return { kind: 'unknown' };
  const error = v.safeParse(ErrorResponse, body);
  const errorField = error.success ? error.output.error : null;
  const code = typeof errorField === 'string' ? errorField : (errorField?.type ?? null);
  if (code === invalidGrant && status < 500) return { kind: 'refused' };
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return {
    kind: 'failed',
    retry: status >= 500 || status === 429 || status === 408,
    retryAfterMs: Number.isFinite(retryAfter) ? Math.max(0, retryAfter * 1000) : null,
    // Anything but a plain code may echo what was sent.
    reason: /^[a-z_]{1,40}$/.test(code ?? '') ? `${status} ${code}` : String(status),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
