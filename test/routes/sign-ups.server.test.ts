import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { Authenticator, type CreationOptions } from '../support/authenticator.ts';
import { freePort } from '../support/free-port.ts';
import { navigateFromOtherSite } from '../support/navigation-requests.ts';
import { clientId, clientSecret, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const limit = 3;
const port = await freePort();
const running = useRunning({
  SIGN_UPS_PER_ADDRESS: String(limit),
  OIDC_PROVIDERS: JSON.stringify([
    { id: 'acme', name: 'Acme', issuer: `http://localhost:${port}`, clientId, clientSecret },
  ]),
});
let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider(port, `${running.redraw.url}/api/auth/oidc/acme/callback`);
});
afterAll(() => provider.close());

const account = (visitor: Visitor): Promise<AccountDetail> => visitor.json('GET', '/api/account');

/** Registers a passkey from an address. */
async function signUp(address: string, authenticator = new Authenticator(), visitor = running.visitor()) {
  const headers = { 'CF-Connecting-IP': address };
  const post = (path: string, body: unknown) => visitor.call('POST', `/api/auth/passkey/${path}`, body, headers);
  const options = (await (await post('register/options', {})).json()) as CreationOptions;
  return { visitor, response: await post('register', authenticator.create(options, visitor.url)) };
}

it('makes so many accounts a day from one address, of 12 at once, and tells when the next may be made', async () => {
  const all = await Promise.all(Array.from({ length: 12 }, () => signUp('203.0.113.1')));
  const refused = all.filter(({ response }) => response.status !== 200);
  expect(refused).toHaveLength(12 - limit);
  for (const { response, visitor } of refused) {
    const problem = await problemOf(response, 429, 'too_many_requests');
    expect(problem).toMatchObject({ scope: 'sign_ups', limit, retryAfter: expect.any(Number) });
    expect(response.headers.get('Retry-After')).toBe(String(problem.retryAfter));
    expect(problem.retryAfter).toBeLessThanOrEqual(86_400);
    expect(problem.retryAfter).toBeGreaterThan(0);
    // Nothing became of it, and the visitor is who they were.
    expect(await account(visitor)).toMatchObject({ kind: 'visitor' });
  }
  expect((await signUp('203.0.113.2')).response.status).toBe(200);
});

it('counts an IPv6 network of 64 bits as one address', async () => {
  for (let n = 1; n <= limit; n++) expect((await signUp(`2001:db8:9:9:${n}::1`)).response.status).toBe(200);
  expect((await signUp('2001:db8:9:9:ffff::1')).response.status).toBe(429);
  expect((await signUp('2001:db8:9:a::1')).response.status).toBe(200);
});

it('counts no sign-in to an account that is there, and no further passkey of it', async () => {
  const address = '203.0.113.3';
  const authenticator = new Authenticator();
  const { visitor } = await signUp(address, authenticator);
  for (let n = 1; n < limit; n++) await signUp(address);
  expect((await signUp(address)).response.status).toBe(429);
  expect((await signUp(address, new Authenticator(), visitor)).response.status).toBe(200);
  const elsewhere = running.visitor();
  const headers = { 'CF-Connecting-IP': address };
  const options = await elsewhere.json<{ challenge: string; rpId: string }>(
    'POST',
    '/api/auth/passkey/login/options',
    {},
  );
  const proof = authenticator.get(options, elsewhere.url);
  expect((await elsewhere.call('POST', '/api/auth/passkey/login', proof, headers)).status).toBe(200);
});

it('counts who comes by a provider for the first time, and nobody who comes back', async () => {
  // Redirects arrive from this machine, which counts because the limit is set.
  const arrive = async (login: string): Promise<string | undefined> => {
    const visitor = running.visitor();
    const { url } = await visitor.json<{ url: string }>('POST', '/api/auth/oidc/acme', {});
    const { headers } = await navigateFromOtherSite(await provider.approve(url, login), visitor.cookie);
    return headers.location;
  };
  for (let n = 1; n <= limit; n++) expect(await arrive(`person-${n}`)).toBe('/?signin=done');
  expect(await arrive('one-more')).toBe('/?signin=too_many');
  expect(await arrive('one-more')).toBe('/?signin=too_many');
  expect(await arrive('person-1')).toBe('/?signin=done');
});
