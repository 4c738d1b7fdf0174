import { base64url } from 'jose';
import * as v from 'valibot';
import { withDeadline } from '../async/deadline.ts';
import type { ClaudeOAuth } from '../settings.ts';

/** Until an answer of the token endpoint counts as lost. Milliseconds; long, because a refresh token that was used is gone. */
const answerMs = 60_000;

/** Errors after which the grant is worth nothing any more (RFC 6749, 5.2). */
const deadGrant = 'invalid_grant';

/** Statuses with which something between us and the server speaks: what the server did is not known. */
const gatewayStatuses = new Set([502, 504]);

/** A verifier for PKCE: 256 random bits (RFC 7636, 4.1). */
export function newVerifier(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** The address of the authorization server at which somebody may connect their account (RFC 6749, 4.1.1; RFC 7636, 4.3). */
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

/** What came back from the authorization server; `error` is a foreign text where it said no. */
export interface Authorization {
  code: string | null;
  state: string | null;
  error: string | null;
}

/** Reads what somebody pasted: `code#state`, or the whole address at which they arrived. */
export function readAuthorization(text: string): Authorization {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { searchParams } = new URL(text);
    const error = searchParams.get('error_description') ?? searchParams.get('error');
    return { code: searchParams.get('code'), state: searchParams.get('state'), error };
  }
  const [code, state] = text.split('#');
  return { code: code || null, state: state || null, error: null };
}

/** What is traded for tokens. */
export type Grant =
  | { grant_type: 'authorization_code'; code: string; state: string; code_verifier: string }
  | { grant_type: 'refresh_token'; refresh_token: string };

export interface Tokens {
  accessToken: string;
  /** Null where the one that was used stays good (RFC 6749, 6). */
  refreshToken: string | null;
  /** Milliseconds that the access token lives, or null where the server did not say. */
  lifeMs: number | null;
}

/** How a token request ended. */
export type TokenAnswer =
  | { kind: 'tokens'; tokens: Tokens }
  /** The grant is dead: used, revoked or expired. */
  | { kind: 'refused' }
  /** It is known not to have been done. `retry`: it may be asked again as it is. */
  | { kind: 'failed'; retry: boolean; retryAfterMs: number | null; reason: string }
  /** It went out, and whether it was done is not known. */
  | { kind: 'unknown' };

const secret = v.pipe(v.string(), v.maxLength(16_000), v.regex(/^[\x21-\x7e]+$/));

const seconds = v.pipe(v.union([v.number(), v.pipe(v.string(), v.nonEmpty(), v.transform(Number))]), v.minValue(0));

/** RFC 6749, 5.1. A pair is not given up for what can be done without. */
const TokenResponse = v.object({
  access_token: secret,
  token_type: v.optional(v.pipe(v.string(), v.toLowerCase(), v.literal('bearer'))),
  refresh_token: v.fallback(v.optional(secret), undefined),
  expires_in: v.fallback(v.optional(v.pipe(seconds, v.finite())), undefined),
});

/** RFC 6749, 5.2; and the shape of Anthropic's other errors. */
const ErrorResponse = v.object({ error: v.union([v.string(), v.object({ type: v.string() })]) });

/** Makes one request to the token endpoint. Tries nothing again, follows no redirect, throws nothing. */
export async function requestTokens(
  client: ClaudeOAuth,
  grant: Grant,
  fetchFrom: typeof fetch = (input, init) => fetch(input, init),
): Promise<TokenAnswer> {
  const common = { client_id: client.clientId };
  const fields: Record<string, string> =
    grant.grant_type === 'authorization_code'
      ? { ...grant, ...common, redirect_uri: client.redirectUri }
      : { ...grant, ...common };
  const isJson = client.tokenFormat === 'json';
  try {
    return await withDeadline(answerMs, async (signal) => {
      const response = await fetchFrom(client.tokenUrl, {
        method: 'POST',
        headers: {
          Accept: 'application/json',
          'Content-Type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
        },
        body: isJson ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
        redirect: 'manual',
        signal,
      });
      return answerOf(response, await response.text());
    });
  } catch {
    return { kind: 'unknown' };
  }
}

function answerOf(response: Response, text: string): TokenAnswer {
  const { status } = response;
  const body = parsed(text);
  if (response.ok) {
    const tokens = v.safeParse(TokenResponse, body);
    // The server has done what was asked, and what it gave cannot be read.
    if (!tokens.success) return { kind: 'unknown' };
    const { access_token: accessToken, refresh_token: refreshToken = null, expires_in: life } = tokens.output;
    return { kind: 'tokens', tokens: { accessToken, refreshToken, lifeMs: life === undefined ? null : life * 1000 } };
  }
  if (gatewayStatuses.has(status)) return { kind: 'unknown' };
  const error = v.safeParse(ErrorResponse, body);
  const said = error.success ? error.output.error : null;
  const code = typeof said === 'string' ? said : (said?.type ?? null);
  if (code === deadGrant && status < 500) return { kind: 'refused' };
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return {
    kind: 'failed',
    retry: status >= 500 || status === 429 || status === 408,
    retryAfterMs: Number.isFinite(retryAfter) ? Math.max(0, retryAfter * 1000) : null,
    // Anything but a plain code may be an echo of what was sent.
    reason: /^[a-z_]{1,40}$/.test(code ?? '') ? `${status} ${code}` : String(status),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
