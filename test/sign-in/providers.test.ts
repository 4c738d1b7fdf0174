import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { githubProvider } from '../../src/sign-in/github-provider.ts';
import { openIdProvider } from '../../src/sign-in/openid-provider.ts';
import { ProviderError } from '../../src/sign-in/provider.ts';

const flow = {
  redirectUri: 'http://localhost:1/callback',
  verifier: 'v'.repeat(43),
  nonce: 'n'.repeat(26),
  provenSince: null,
};
const client = { id: 'acme', name: 'Acme', clientId: 'redraw', clientSecret: 'secret' };

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** A provider with scripted answers. */
async function serve(answer: (request: IncomingMessage, issuer: string, body: string) => unknown): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { port } = server.address() as AddressInfo;
    const json = await answer(request, `http://127.0.0.1:${port}`, body);
    response.writeHead(json === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(json ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;
let otherKeys: Keys;
beforeAll(async () => {
  [keys, otherKeys] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
});

interface Lie {
  claims?: Record<string, unknown>;
  discovery?: Record<string, unknown>;
  token?: (claims: JWTPayload) => Promise<unknown> | unknown;
}

const signed = (claims: JWTPayload, by: Keys = keys): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(by.privateKey);

async function openId({ claims, discovery, token = (all) => signed(all) }: Lie = {}) {
  const seen: { authorization: string | undefined; body: string }[] = [];
  const issuer = await serve(async ({ url, headers }, issuer, body) => {
    if (url === '/.well-known/openid-configuration')
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        ...discovery,
      };
    if (url === '/keys') return { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256' }] };
    if (url !== '/token') return undefined;
    seen.push({ authorization: headers.authorization, body });
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: issuer, aud: 'redraw', sub: 'ada', iat: now, exp: now + 60, nonce: flow.nonce, ...claims };
    const idToken = await token(all);
    return { access_token: 'x', token_type: 'Bearer', ...(idToken === undefined ? {} : { id_token: idToken }) };
  });
  return { issuer, seen, provider: openIdProvider({ ...client, issuer }) };
}

it('knows who signed in by the ID token, and proves that it began the flow', async () => {
  const { issuer, seen, provider } = await openId({ claims: { name: ' Ada ', email: 'ada@example.com' } });
  const url = await provider.authorizationUrl(flow, 'the state');
  expect(url.origin).toBe(issuer);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ state: 'the state', nonce: flow.nonce });
  const user = await provider.userOf(flow, 'the code', issuer);
  expect(user).toEqual({ subject: 'ada', name: 'Ada', label: 'ada@example.com' });
  expect(await provider.userOf(flow, 'the code', null)).toEqual(user);
  expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('redraw:secret').toString('base64')}`);
  expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
    grant_type: 'authorization_code',
    code: 'the code',
    redirect_uri: flow.redirectUri,
    code_verifier: flow.verifier,
  });
});

it('asks for a proof that the person is there, and takes none from before it was asked for', async () => {
  const now = Date.now();
  const proof = { ...flow, provenSince: now };
  const at = async (seconds: number | undefined) => {
    const { issuer, provider } = await openId({ claims: { auth_time: seconds } });
    return provider.userOf(proof, 'code', issuer).then(
      () => 'taken',
      (error: unknown) => error instanceof ProviderError && 'refused',
    );
  };
  const second = Math.floor(now / 1000);
  expect([await at(second), await at(second - 3_600), await at(undefined)]).toEqual(['taken', 'refused', 'taken']);
  const { provider } = await openId();
  const asked = (await provider.authorizationUrl(proof, 'state')).searchParams;
  expect([asked.get('prompt'), asked.get('max_age')]).toEqual(['login', '300']);
  const plain = (await provider.authorizationUrl(flow, 'state')).searchParams;
  expect([plain.get('prompt'), plain.get('max_age')]).toEqual([null, null]);
});

const past = Math.floor(Date.now() / 1000) - 3_600;
const secret = new TextEncoder().encode('secret'.repeat(8));

it.each<[string, Lie]>([
  ['of another issuer', { claims: { iss: 'https://evil.example' } }],
  ['for another client', { claims: { aud: 'another' } }],
  ['for several clients, not saying which', { claims: { aud: ['redraw', 'another'] } }],
  ['for another authorized party', { claims: { azp: 'another' } }],
  ['of another sign-in', { claims: { nonce: 'm'.repeat(26) } }],
  ['without a nonce', { claims: { nonce: undefined } }],
  ['that has expired', { claims: { exp: past } }],
  ['without an end', { claims: { exp: undefined } }],
  ['without a subject', { claims: { sub: undefined } }],
  ['with an empty subject', { claims: { sub: '' } }],
  ['signed with another key', { token: (claims) => signed(claims, otherKeys) }],
  ['without a signature', { token: (claims) => new UnsecuredJWT(claims).encode() }],
  [
    'signed with a shared secret',
    { token: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret) },
  ],
  [
    'that was changed',
    { token: async (claims) => (await signed(claims)).replace(/\.([^.]+)\./, (_, body) => `.${body.slice(0, -2)}AA.`) },
  ],
  ['that is none', { token: () => 'x' }],
  ['that is not a text', { token: () => 7 }],
  ['that is missing', { token: () => undefined }],
])('takes no ID token %s', async (_, lie) => {
  const { issuer, provider } = await openId(lie);
  await expect(provider.userOf(flow, 'code', issuer)).rejects.toThrow(ProviderError);
});

it.each<[string, Record<string, unknown>]>([
  ['calls itself another', { issuer: 'https://evil.example' }],
  ['has no keys', { jwks_uri: undefined }],
  ['wants secrets over http', { token_endpoint: 'http://evil.example/token' }],
  ['leads away from https', { authorization_endpoint: 'javascript:alert(1)' }],
])('does not go to a provider that %s', async (_, discovery) => {
  const { provider } = await openId({ discovery });
  await expect(provider.authorizationUrl(flow, 'state')).rejects.toThrow(ProviderError);
});

it('takes no answer of another provider', async () => {
  const { provider } = await openId();
  await expect(provider.userOf(flow, 'code', 'https://evil.example')).rejects.toThrow(ProviderError);
  const strict = await openId({ discovery: { authorization_response_iss_parameter_supported: true } });
  await expect(strict.provider.userOf(flow, 'code', null)).rejects.toThrow(ProviderError);
});

it('asks GitHub who it is', async () => {
  const seen: string[] = [];
  const issuer = await serve(({ url, headers }, _, body) => {
    seen.push(`${url} ${headers.authorization ?? ''}`);
    if (url === '/login/oauth/access_token')
      return new URLSearchParams(body).get('code') === 'good'
        ? { access_token: 'gho_x', token_type: 'bearer' }
        : { error: 'bad_verification_code' };
    if (url === '/api/v3/user') return { id: 42, login: 'ada', name: null };
    return undefined;
  });
  const provider = githubProvider({ ...client, id: 'github', issuer });
  const url = await provider.authorizationUrl(flow, 'the state');
  expect(`${url.origin}${url.pathname}`).toBe(`${issuer}/login/oauth/authorize`);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ state: 'the state', code_challenge_method: 'S256' });
  expect(await provider.userOf(flow, 'good', null)).toEqual({ subject: '42', name: 'ada', label: 'ada' });
  expect(seen.at(-1)).toBe('/api/v3/user Bearer gho_x');
  await expect(provider.userOf(flow, 'bad', null)).rejects.toThrow(ProviderError);
});
