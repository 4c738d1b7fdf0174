import { expect, it } from 'vitest';
import {
  authorizationUrl,
  newVerifier,
  parseAuthorizationResponse,
  requestTokens,
} from '../../src/claude/oauth-protocol.ts';
import { oauthClient } from '../oauth-server/client.ts';

const grant = { grant_type: 'refresh_token', refresh_token: 'r0' } as const;

/** The result for an answer of the token endpoint. */
const taken = (status: number, body: string, headers: Record<string, string> = {}) =>
  requestTokens(oauthClient, grant, async () => new Response(body, { status, headers }));

it('asks by PKCE as the RFC’s own example does, and keeps what the operator’s address asks for', async () => {
  // RFC 7636, appendix B
  const url = new URL(await authorizationUrl(oauthClient, 'state', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    hint: '1',
    response_type: 'code',
    client_id: oauthClient.clientId,
    redirect_uri: oauthClient.redirectUri,
    scope: oauthClient.scopes,
    state: 'state',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  expect(newVerifier()).toMatch(/^[\w-]{43}$/);
  expect(newVerifier()).not.toBe(newVerifier());
});

it.each([
  ['abc#state', { code: 'abc', state: 'state', error: null }],
  ['https://redraw.example/x?code=abc&state=state', { code: 'abc', state: 'state', error: null }],
  ['https://redraw.example/x?error=access_denied&state=s', { code: null, state: 's', error: 'access_denied' }],
  ['https://x/?error=e&error_description=Not%20now', { code: null, state: null, error: 'Not now' }],
  ['abc', { code: 'abc', state: null, error: null }],
  ['#state', { code: null, state: 'state', error: null }],
  ['javascript:alert(1)#x', { code: 'javascript:alert(1)', state: 'x', error: null }],
])('reads what came back: %s', (text, authorization) => {
  expect(parseAuthorizationResponse(text)).toEqual(authorization);
});

it.each([
  ['{"access_token":"a1","refresh_token":"r1","expires_in":3600,"token_type":"bearer"}', 'r1', 3_600_000],
  ['{"access_token":"a1","expires_in":"60"}', null, 60_000],
  ['{"access_token":"a1","refresh_token":"","expires_in":-1}', null, null],
  ['{"access_token":"a1","refresh_token":"r1","expires_in":null}', 'r1', null],
])('takes tokens, also of a server that is sloppy: %s', async (body, refreshToken, lifetimeMs) => {
  expect(await taken(200, body)).toEqual({ kind: 'tokens', tokens: { accessToken: 'a1', refreshToken, lifetimeMs } });
});

it.each<[number, string, object]>([
  [200, '{"access_token":"a1","token_type":"mac"}', { kind: 'unknown' }],
  [200, '{"access_token":"a', { kind: 'unknown' }],
  [502, '<html>', { kind: 'unknown' }],
  [400, '{"error":"invalid_grant"}', { kind: 'refused' }],
  [401, '{"type":"error","error":{"type":"invalid_grant"}}', { kind: 'refused' }],
  [400, '{"error":"invalid_client"}', { kind: 'failed', retry: false, reason: '400 invalid_client' }],
  [400, '{"error":"r0-canary-0123"}', { kind: 'failed', retry: false, reason: '400' }],
  [302, '', { kind: 'failed', retry: false }],
  [500, '', { kind: 'failed', retry: true }],
  [503, '{"error":"invalid_grant"}', { kind: 'failed', retry: true }],
])('tells what is known of a failed request: %i %s', async (status, body, answer) => {
  expect(await taken(status, body)).toMatchObject(answer);
});

it('hears how long to wait, and does not know what became of a request whose connection broke', async () => {
  expect(await taken(429, '', { 'Retry-After': '7' })).toMatchObject({ retry: true, retryAfterMs: 7_000 });
  const broken = requestTokens(oauthClient, grant, () => Promise.reject(new TypeError('fetch failed')));
  expect(await broken).toEqual({ kind: 'unknown' });
});
