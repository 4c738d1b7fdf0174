import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AccountDetail, IdentityEntry, SessionSummary } from '../../src/protocol/resources.ts';
import { Authenticator } from '../support/authenticator.ts';
import { freePort } from '../support/free-port.ts';
import { navigateFromOtherSite, sendExactly } from '../support/navigation-requests.ts';
import { clientId, clientSecret, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const port = await freePort();
const credentials = { clientId, clientSecret };
const running = useRunning({
  ANON_TURN_LIMIT: '1000',
  OIDC_PROVIDERS: JSON.stringify([
    { id: 'acme', name: 'Acme', issuer: `http://localhost:${port}`, ...credentials },
    { id: 'gone', name: 'Gone', issuer: `http://localhost:${await freePort()}`, ...credentials },
  ]),
});

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider(port, `${running.redraw.url}/api/auth/oidc/acme/callback`);
});
afterAll(() => provider.close());

const begin = async (visitor: Visitor, page?: string): Promise<string> => {
  const { url } = await visitor.json<{ url: string }>('POST', '/api/auth/oidc/acme', page ? { return: page } : {});
  return url;
};

/** Returns from the provider as a browser does: as a cross-site navigation. */
const comeBack = async (visitor: Visitor, url: string): Promise<string | null> => {
  const { status, headers, body } = await navigateFromOtherSite(url, visitor.cookie);
  expect({ status, body }).toEqual({ status: 303, body: '' });
  const [set] = headers['set-cookie'] ?? [];
  if (set) visitor.cookie = set.split(';')[0] ?? null;
  return headers.location ?? null;
};

const signIn = async (visitor: Visitor, login: string, page?: string): Promise<string | null> =>
  comeBack(visitor, await provider.approve(await begin(visitor, page), login));

const accountOf = (visitor: Visitor) => visitor.json<AccountDetail>('GET', '/api/account');
const identitiesOf = (visitor: Visitor) => visitor.json<IdentityEntry[]>('GET', '/api/account/identities');
const projectsOf = async (visitor: Visitor) =>
  (await visitor.json<SessionSummary[]>('GET', '/api/sessions')).map(({ session }) => session).sort();

it('signs in with what the visitor had, and again from elsewhere', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  expect(await signIn(visitor, 'ada', `/s/${session}`)).toBe(`/s/${session}?signin=done`);
  expect(await accountOf(visitor)).toMatchObject({ kind: 'user', name: 'ada of the tests' });
  expect(await projectsOf(visitor)).toEqual([session]);

  const elsewhere = running.visitor();
  const { session: second } = await elsewhere.build(uniquePrompt());
  expect(await signIn(elsewhere, 'ada')).toBe('/?signin=done');
  expect(await projectsOf(elsewhere)).toEqual([session, second].sort());
  expect(await identitiesOf(elsewhere)).toMatchObject([{ provider: 'acme', name: 'ada@example.com' }]);

  const other = running.visitor();
  expect(await signIn(other, 'grace', '/account')).toBe('/account?signin=done');
  expect(await projectsOf(other)).toEqual([]);
});

it('adds a way to sign in to the account of who is signed in, unless it is another account’s', async () => {
  const user = running.visitor();
  await new Authenticator().register(user);
  const first = running.visitor();
  await signIn(first, 'linus');
  expect(await signIn(user, 'linus', '/account')).toBe('/account?signin=taken');
  expect(await identitiesOf(user)).toEqual([]);
  expect(await signIn(user, 'barbara', '/account')).toBe('/account?signin=linked');
  const [entry] = await identitiesOf(user);
  expect(entry).toMatchObject({ provider: 'acme', name: 'barbara@example.com' });
  const second = running.visitor();
  const { session } = await user.build(uniquePrompt());
  await signIn(second, 'barbara');
  expect(await projectsOf(second)).toEqual([session]);

  // A removed identity may be claimed by another account.
  expect((await user.call('DELETE', `/api/account/identities/${entry?.id}`)).status).toBe(204);
  await problemOf(await user.call('DELETE', `/api/account/identities/${entry?.id}`), 404, 'not_found');
  const third = running.visitor();
  await signIn(third, 'barbara');
  expect(await projectsOf(third)).toEqual([]);
  const [own] = await identitiesOf(third);
  await problemOf(await third.call('DELETE', `/api/account/identities/${own?.id}`), 409, 'last_way_in');
});

it('a proof at the provider is a new login in place of the old one, and one of another person is none', async () => {
  const visitor = running.visitor();
  await signIn(visitor, 'joan', '/account');
  const before = visitor.cookie;
  const prove = async (login: string) => {
    const { url } = await visitor.json<{ url: string }>('POST', '/api/auth/oidc/acme', {
      return: '/account',
      proof: true,
    });
    return comeBack(visitor, await provider.approve(url, login));
  };
  expect(await prove('grace')).toBe('/account?signin=other');
  expect(visitor.cookie).toBe(before);
  expect(await prove('joan')).toBe('/account?signin=proven');
  expect(visitor.cookie).not.toBe(before);
  const stolen = Object.assign(running.visitor(), { cookie: before });
  await problemOf(await stolen.call('GET', '/api/account/logins'), 404, 'not_found');
  expect(await visitor.json('GET', '/api/account/logins')).toHaveLength(1);
  expect(await identitiesOf(visitor)).toHaveLength(1);
});

it('asks with PKCE, state and nonce, which are new each time', async () => {
  const visitor = running.visitor();
  const [one, two] = [new URL(await begin(visitor)), new URL(await begin(visitor))];
  expect(Object.fromEntries(one.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: `${running.redraw.url}/api/auth/oidc/acme/callback`,
    scope: 'openid profile email',
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(one.searchParams.get(name)).toMatch(/^[\w-]{26,}$/);
    expect(one.searchParams.get(name)).not.toBe(two.searchParams.get(name));
  }
});

it('finishes a sign-in once, and only in the browser where it began', async () => {
  const visitor = running.visitor();
  await visitor.build(uniquePrompt());
  const back = await provider.approve(await begin(visitor), 'mary');

  // Another person's browser is sent to the callback: login CSRF.
  const victim = running.visitor();
  const { session } = await victim.build(uniquePrompt());
  const cookie = victim.cookie;
  expect(await comeBack(victim, back)).toBe('/?signin=expired');
  const nobody = running.visitor();
  expect(await comeBack(nobody, back)).toBe('/?signin=expired');
  expect(nobody.cookie).toBeNull();
  expect(victim.cookie).toBe(cookie);
  expect(await projectsOf(victim)).toEqual([session]);

  const asBefore = running.visitor();
  asBefore.cookie = visitor.cookie;
  expect(await comeBack(visitor, back)).toBe('/?signin=done');
  expect(await comeBack(asBefore, back)).toBe('/?signin=expired');
  expect(await comeBack(visitor, back)).toBe('/?signin=expired');
  expect(await accountOf(visitor)).toMatchObject({ kind: 'user' });
});

it('comes back with a reason where it did not work', async () => {
  const visitor = running.visitor();
  const stateOf = async () => new URL(await begin(visitor, '/account')).searchParams.get('state') ?? '';
  const callback = `${running.redraw.url}/api/auth/oidc/acme/callback`;
  const issuer = encodeURIComponent(provider.issuer);
  expect(await comeBack(visitor, `${callback}?error=access_denied&state=${await stateOf()}`)).toBe(
    '/account?signin=cancelled',
  );
  for (const query of [
    'error=server_error',
    'code=made-up',
    `code=made-up&iss=${issuer}`,
    'code=x&iss=http://evil',
    '',
  ])
    expect(await comeBack(visitor, `${callback}?${query}&state=${await stateOf()}`)).toBe('/account?signin=failed');
  for (const query of ['', '?code=x', '?code=x&state=', `?code=x&state=${'a'.repeat(26)}`])
    expect(await comeBack(visitor, callback + query)).toBe('/?signin=expired');
  expect(await accountOf(visitor)).toMatchObject({ kind: 'visitor' });
  await problemOf(await visitor.call('POST', '/api/auth/oidc/gone', {}), 422, 'sign_in_failed');
  await problemOf(await visitor.call('POST', '/api/auth/oidc/unknown', {}), 404, 'not_found');
});

it('comes back to pages of Redraw only', async () => {
  const visitor = running.visitor();
  for (const page of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/s/x',
    '/api/account',
    '/account?x',
    'account',
  ])
    await problemOf(await visitor.call('POST', '/api/auth/oidc/acme', { return: page }), 422, 'invalid_request');
});

it('the callback is for a page that is opened, and for nothing else that another site can do', async () => {
  const visitor = running.visitor();
  const back = await provider.approve(await begin(visitor), 'joan');
  const from = { Cookie: visitor.cookie ?? '', 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
  for (const more of [{ 'Sec-Fetch-Mode': 'no-cors' }, { 'Sec-Fetch-Mode': 'cors' }, { 'Sec-Fetch-Dest': 'iframe' }])
    expect(await sendExactly(back, { ...from, ...more })).toMatchObject({ status: 403 });
  for (const method of ['POST', 'PUT', 'DELETE'])
    expect(await sendExactly(back, { ...from, Origin: 'http://evil.example' }, { method })).toMatchObject({
      status: 403,
    });
  expect(await comeBack(visitor, back)).toBe('/?signin=done');
});

it('proves nothing for who is not signed in any more: it would be a sign-in, maybe to a new account', async () => {
  const user = running.visitor();
  await signIn(user, 'lin');
  const { cookie } = user;
  await user.json('POST', '/api/auth/sign-out', {});
  user.cookie = cookie;
  const answer = await user.call('POST', '/api/auth/oidc/acme', { proof: true });
  expect(await problemOf(answer, 404, 'not_found')).toMatchObject({ reason: 'cookie' });
  // To sign in again is open.
  expect(await signIn(user, 'lin')).toBe('/?signin=done');
  expect(await accountOf(user)).toMatchObject({ kind: 'user', name: 'lin of the tests' });
});
