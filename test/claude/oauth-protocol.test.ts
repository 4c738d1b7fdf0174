import { afterEach, expect, it, vi } from 'vitest';
import {
  authorizationUrl,
  newVerifier,
  parseAuthorizationResponse,
  requestTokens,
} from '../../src/claude/oauth-protocol.ts';
import { oauthClient } from '../oauth-server/client.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const grant = { grant_type: 'refresh_token', refresh_token: 'r0' } as const;

/** The result for an answer of the token endpoint. */
const taken = (status: number, body: string, headers: Record<string, string> = {}) => {
  vi.stubGlobal('fetch', async () => new Response(body, { status, headers }));
  return requestTokens(oauthClient, grant);
};

const failed = (reason: string, retry = false) => ({ kind: 'failed', retry, retryAfterMs: null, reason });

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
  ['HTTP://redraw.example/x?code=abc', { code: 'abc', state: null, error: null }],
  ['https://re draw/?code=abc#s', { code: 'https://re draw/?code=abc', state: 's', error: null }],
  ['see https://redraw.example/?code=abc', { code: 'see https://redraw.example/?code=abc', state: null, error: null }],
  ['abc#state#more', { code: 'abc', state: 'state', error: null }],
  ['', { code: null, state: null, error: null }],
  ['javascript:https://x/?code=abc#s', { code: 'javascript:https://x/?code=abc', state: 's', error: null }],
  ['javascript:alert(1)#x', { code: 'javascript:alert(1)', state: 'x', error: null }],
])('reads what came back: %s', (text, authorization) => {
  expect(parseAuthorizationResponse(text)).toEqual(authorization);
});

it.each([
  ['{"access_token":"a1","refresh_token":"r1","expires_in":3600,"token_type":"bearer"}', 'r1', 3_600_000],
  ['{"access_token":"a1","expires_in":"60"}', null, 60_000],
  ['{"access_token":"a1","refresh_token":"","expires_in":-1}', null, null],
  ['{"access_token":"a1","refresh_token":"r1","expires_in":null}', 'r1', null],
  ['{"access_token":"a1","expires_in":0,"token_type":"Bearer"}', null, 0],
  ['{"access_token":"a1","expires_in":""}', null, null],
  ['{"access_token":"a1","expires_in":"soon"}', null, null],
  ['{"access_token":"a1","expires_in":"1e999"}', null, null],
])('takes tokens, also of a server that is sloppy: %s', async (body, refreshToken, lifetimeMs) => {
  expect(await taken(200, body)).toEqual({ kind: 'tokens', tokens: { accessToken: 'a1', refreshToken, lifetimeMs } });
});

it.each<[number, string, object]>([
  [200, '{"access_token":"a1","token_type":"mac"}', { kind: 'unknown' }],
  [200, '{"access_token":"a', { kind: 'unknown' }],
  [200, '{"access_token":"a\\nb"}', { kind: 'unknown' }],
  [502, '<html>', { kind: 'unknown' }],
  [504, '{"error":"invalid_grant"}', { kind: 'unknown' }],
  [400, '{"error":"invalid_grant"}', { kind: 'refused' }],
  [401, '{"type":"error","error":{"type":"invalid_grant"}}', { kind: 'refused' }],
  [499, '{"error":"invalid_grant"}', { kind: 'refused' }],
  [400, '{"error":"invalid_client"}', failed('400 invalid_client')],
  [400, '{"error":{"type":"not_found"}}', failed('400 not_found')],
  [400, '{"error":"r0-canary-0123"}', failed('400')],
  [400, '{"error":"r_canary Ab"}', failed('400')],
  [400, `{"error":"${'x'.repeat(40)}"}`, failed(`400 ${'x'.repeat(40)}`)],
  [400, `{"error":"${'x'.repeat(41)}"}`, failed('400')],
  [400, '{"error":{"type":5}}', failed('400')],
  [400, '{"error":""}', failed('400')],
  [302, '', failed('302')],
  [408, '', failed('408', true)],
  [429, '{"error":"slow_down"}', failed('429 slow_down', true)],
  [430, '', failed('430')],
  [500, '', failed('500', true)],
  [500, '{"error":"invalid_grant"}', failed('500 invalid_grant', true)],
  [503, '{"error":"invalid_grant"}', failed('503 invalid_grant', true)],
])('tells what is known of a failed request: %i %s', async (status, body, answer) => {
  expect(await taken(status, body)).toEqual(answer);
});

it.each([
  ['json', 'application/json', (body: string) => JSON.parse(body)],
  ['form', 'application/x-www-form-urlencoded', (body: string) => Object.fromEntries(new URLSearchParams(body))],
] as const)('sends a grant in the operator’s format, once (%s)', async (tokenFormat, type, read) => {
  const sent: unknown[] = [];
  const fetchFrom: typeof fetch = async (input, init) => {
    const { method } = init ?? {};
    const headers = Object.fromEntries(new Headers(init?.headers));
    sent.push({ url: input, method, headers, body: read(String(init?.body)) });
    return new Response('', { status: 307, headers: { location: 'https://elsewhere.example/' } });
  };
  const client = { ...oauthClient, tokenFormat };
  await requestTokens(client, grant, fetchFrom);
  const code = { grant_type: 'authorization_code', code: 'c', state: 's', code_verifier: 'v' } as const;
  await requestTokens(client, code, fetchFrom);
  const request = {
    url: client.tokenUrl,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': type },
  };
  expect(sent).toEqual([
    { ...request, body: { ...grant, client_id: client.clientId } },
    { ...request, body: { ...code, client_id: client.clientId, redirect_uri: client.redirectUri } },
  ]);
});

it('does not know what became of a request without an answer for a minute', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const settled = vi.fn();
  const asked = requestTokens(
    oauthClient,
    grant,
    (_input, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
  ).finally(settled);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await asked).toEqual({ kind: 'unknown' });
});

it.each([
  ['7', 7_000],
  ['0', 0],
  ['-5', 0],
  ['Fri, 20 Nov 2026 14:30:45 GMT', null],
])('hears how long to wait: %s', async (header, retryAfterMs) => {
  expect(await taken(429, '', { 'Retry-After': header })).toEqual({ ...failed('429', true), retryAfterMs });
});

it('does not know what became of a request whose connection broke', async () => {
  const broken = requestTokens(oauthClient, grant, () => Promise.reject(new TypeError('fetch failed')));
  expect(await broken).toEqual({ kind: 'unknown' });
});
