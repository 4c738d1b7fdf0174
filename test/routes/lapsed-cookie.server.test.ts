import { describe, expect, it } from 'vitest';
import type { AccountDetail, LoginEntry, SessionSummary } from '../../src/protocol/resources.ts';
import { Authenticator } from '../support/authenticator.ts';
import { only, problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

/*
 * A cookie came, and stands for nobody any more: nothing of its owner's is done, and nothing is begun as somebody else.
 */

const running = useRunning();

const key = { kind: 'api_key', key: 'sk-ant-api03-own-e5F6' };

const withCookie = (cookie: string | null): Visitor => Object.assign(running.visitor(), { cookie });

const accountOf = (visitor: Visitor) => visitor.json<AccountDetail>('GET', '/api/account');

const requestsFor = (prompt: string): number =>
  running.simulator.requests.filter(({ rawBody }) => rawBody.includes(prompt)).length;

/** A user with a Claude of their own and a project, whose login in this browser was ended from another one. */
async function signedOutUser() {
  const user = running.visitor();
  const authenticator = new Authenticator();
  await authenticator.register(user);
  await user.json('POST', '/api/account/connection', key);
  const { session } = await user.json<{ session: string }>('POST', '/api/sessions');
  const { cookie } = user;
  await user.json('POST', '/api/auth/sign-out', {});
  const other = running.visitor();
  await authenticator.login(other);
  return { cookie, authenticator, session, other };
}

async function refused(visitor: Visitor, method: string, path: string, body?: object): Promise<Response> {
  const answer = await visitor.call(method, path, body);
  expect(await problemOf(answer.clone(), 404, 'not_found'), `${method} ${path}`).toMatchObject({ reason: 'cookie' });
  return answer;
}

describe('where the login has ended', () => {
  it('nothing is said to be deleted that is there', async () => {
    const { cookie, session, other } = await signedOutUser();
    await refused(withCookie(cookie), 'DELETE', '/api/account/connection');
    await refused(withCookie(cookie), 'DELETE', '/api/account');
    await refused(withCookie(cookie), 'POST', '/api/auth/sign-out', { everywhere: true });
    expect((await accountOf(other)).connection).not.toBeNull();
    expect(await other.json<SessionSummary[]>('GET', '/api/sessions')).toMatchObject([{ session }]);
    expect(await other.json<LoginEntry[]>('GET', '/api/account/logins')).toHaveLength(1);
  });

  it('nothing is built, connected or begun as somebody else, and a sign-in leads back', async () => {
    const { cookie, authenticator } = await signedOutUser();
    const user = withCookie(cookie);
    const prompt = uniquePrompt();
    for (const [path, body] of [
      ['/api/chat', { prompt }],
      ['/api/sessions', {}],
      ['/api/account/connection', key],
      ['/api/auth/passkey/register/options', {}],
    ] as const)
      expect((await refused(user, 'POST', path, body)).headers.getSetCookie(), path).toEqual([]);
    expect(requestsFor(prompt)).toBe(0);
    await authenticator.login(user);
    expect(only((await user.build(prompt)).events, 'session').payer).toBe('connection');
  });

  it('who asks who they are is somebody new, and may begin as such', async () => {
    const { cookie } = await signedOutUser();
    const user = withCookie(cookie);
    expect(await accountOf(user)).toMatchObject({ kind: 'visitor', payer: 'trial', connection: null });
    expect(only((await user.build(uniquePrompt())).events, 'session').payer).toBe('trial');
  });
});

describe('where the cookie is lost', () => {
  it('nothing is said to be deleted that is there', async () => {
    const visitor = running.visitor();
    await visitor.json('POST', '/api/account/connection', key);
    for (const path of ['/api/account/connection', '/api/account']) await refused(withCookie(null), 'DELETE', path);
    await refused(withCookie(null), 'POST', '/api/auth/sign-out', { everywhere: true });
    expect((await accountOf(visitor)).connection).not.toBeNull();
  });

  it('what was deleted may be deleted again, and this browser signed out', async () => {
    const visitor = running.visitor();
    await visitor.json('POST', '/api/account/connection', key);
    for (let n = 0; n < 2; n++) expect((await visitor.call('DELETE', '/api/account/connection')).status).toBe(204);
    const { cookie } = visitor;
    for (let n = 0; n < 2; n++) expect((await withCookie(cookie).call('DELETE', '/api/account')).status).toBe(204);
    expect((await withCookie(null).call('POST', '/api/auth/sign-out', {})).status).toBe(204);
  });
});

it('the cookie of before a sign-in deletes nothing of what went along', async () => {
  const visitor = running.visitor();
  await visitor.json('POST', '/api/account/connection', key);
  const before = withCookie(visitor.cookie);
  await new Authenticator().register(visitor);
  for (const path of ['/api/account/connection', '/api/account'])
    await problemOf(await before.call('DELETE', path), 404, 'not_found');
  expect((await accountOf(visitor)).connection).not.toBeNull();
});

describe('a cookie that none of the keys has signed', () => {
  it('begins nothing as somebody else, and is taken away', async () => {
    const { cookie } = await signedOutUser();
    const [name = ''] = (cookie ?? '').split('.');
    for (const value of [name, name.slice(0, '__Host-redraw='.length + 26)]) {
      const user = withCookie(`${value}.${'A'.repeat(43)}%3D`);
      const prompt = uniquePrompt();
      const answer = await refused(user, 'POST', '/api/chat', { prompt });
      expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-redraw=; Max-Age=0; /)]);
      expect(requestsFor(prompt)).toBe(0);
      await refused(withCookie(`${value}.${'A'.repeat(43)}%3D`), 'DELETE', '/api/account');
    }
  });

  it.each(['x', 'a.b', `${'a'.repeat(26)}`, `${'a'.repeat(26)}.`, '%FF', '1'.repeat(2_000)])(
    'is none where it never was one of Redraw’s: a prompt begins as a new visitor’s (%.20s)',
    async (value) => {
      const visitor = withCookie(`__Host-redraw=${value}`);
      const { events, session } = await visitor.build(uniquePrompt());
      expect(only(events, 'session').payer).toBe('trial');
      expect(visitor.cookie).toMatch(/^__Host-redraw=[a-z2-7]{26}\./);
      expect(await visitor.json<SessionSummary[]>('GET', '/api/sessions')).toMatchObject([{ session }]);
    },
  );
});
