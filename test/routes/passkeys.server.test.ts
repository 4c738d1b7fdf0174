import { expect, it } from 'vitest';
import type { AccountDetail, LoginEntry, PasskeyEntry, SessionSummary } from '../../src/protocol/resources.ts';
import { Authenticator, type CreationOptions } from '../support/authenticator.ts';
import { fetchOnce } from '../support/fetch-once.ts';
import { expectTrialUsed, problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning();

const projectsOf = (visitor: Visitor) => visitor.json<SessionSummary[]>('GET', '/api/sessions');
const accountOf = (visitor: Visitor) => visitor.json<AccountDetail>('GET', '/api/account');
const loginsOf = (visitor: Visitor) => visitor.json<LoginEntry[]>('GET', '/api/account/logins');
const passkeysOf = (visitor: Visitor) => visitor.json<PasskeyEntry[]>('GET', '/api/account/passkeys');

it('a visitor becomes a user with what they had, and signs in from a second device', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  await expectTrialUsed(visitor, 1);
  const before = visitor.cookie;
  const authenticator = new Authenticator();
  expect(await authenticator.register(visitor)).toEqual({ projects: 'here' });
  expect(visitor.cookie).not.toBe(before);
  expect(await accountOf(visitor)).toMatchObject({ kind: 'user' });
  expect(await projectsOf(visitor)).toMatchObject([{ session }]);
  expect((await visitor.build('go on', session)).session).toBe(session);

  const device = running.visitor();
  const { session: second } = await device.build(uniquePrompt());
  expect(await authenticator.login(device)).toEqual({ projects: 'here' });
  expect((await projectsOf(device)).map((one) => one.session).sort()).toEqual([session, second].sort());
  expect(await loginsOf(device)).toMatchObject([{ current: true }, { current: false }]);
  expect(await passkeysOf(visitor)).toHaveLength(1);

  const old = running.visitor();
  old.cookie = before;
  await problemOf(await old.call('GET', `/api/sessions/${session}`), 404, 'not_found');
  await problemOf(await old.call('POST', '/api/chat', { prompt: 'mine?' }), 403, 'sign_in_required');
});

it('an account has several passkeys, which can be named and removed, but for the last way to sign in', async () => {
  const user = running.visitor();
  const [phone, laptop] = [new Authenticator(), new Authenticator()];
  await phone.register(user);
  const cookie = user.cookie;
  expect(await laptop.register(user)).toEqual({ projects: 'here' });
  expect(user.cookie).toBe(cookie);
  // The browser creates none where the authenticator has one already.
  await expect(laptop.register(user)).rejects.toThrow(/has a passkey/);
  const [first, second] = await passkeysOf(user);
  expect([first?.id, second?.id].sort()).toEqual([phone, laptop].map((one) => one.passkeys[0]?.id).sort());
  const ofPhone = `/api/account/passkeys/${phone.passkeys[0]?.id}`;
  expect(await user.json('PATCH', ofPhone, { name: '  My phone ' })).toEqual({ name: 'My phone' });
  for (const name of ['', '   ', 'x'.repeat(61), 7])
    await problemOf(await user.call('PATCH', ofPhone, { name }), 422, 'invalid_request');
  expect((await passkeysOf(user)).map(({ name }) => name)).toContain('My phone');
  expect((await user.call('DELETE', `/api/account/passkeys/${laptop.passkeys[0]?.id}`)).status).toBe(204);
  await expect(laptop.login(running.visitor())).rejects.toThrow(/does not know this passkey/);
  await problemOf(await user.call('DELETE', ofPhone), 409, 'last_way_in');
  await phone.login(running.visitor());
});

it('makes one account of a visitor, also where two tabs make a passkey each', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  const tab = running.visitor();
  tab.cookie = visitor.cookie;
  const options = await tab.json<CreationOptions>('POST', '/api/auth/passkey/register/options');
  await new Authenticator().register(visitor);
  const late = new Authenticator().create(options, visitor.url);
  await problemOf(await tab.call('POST', '/api/auth/passkey/register', late), 422, 'sign_in_failed');
  expect(await projectsOf(visitor)).toMatchObject([{ session }]);
});

it('signs out this browser, or all of them; what it had is there after the next sign-in', async () => {
  const authenticator = new Authenticator();
  const [one, two, three] = [running.visitor(), running.visitor(), running.visitor()];
  await authenticator.register(one);
  const { session } = await one.build(uniquePrompt());
  await authenticator.login(two);
  await authenticator.login(three);
  expect(await loginsOf(one)).toHaveLength(3);
  const cookie = two.cookie;
  const response = await two.call('POST', '/api/auth/sign-out');
  expect(response.status).toBe(204);
  expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-redraw=; Max-Age=0; /)]);
  two.cookie = null;
  expect(await accountOf(two)).toMatchObject({ kind: 'visitor' });
  expect(await projectsOf(two)).toEqual([]);
  const replayed = running.visitor();
  replayed.cookie = cookie;
  await problemOf(await replayed.call('GET', '/api/account/logins'), 404, 'not_found');
  expect(await loginsOf(one)).toHaveLength(2);

  await one.call('POST', '/api/auth/sign-out', { everywhere: true });
  expect(await accountOf(three)).toMatchObject({ kind: 'visitor' });
  await authenticator.login(three);
  expect(await projectsOf(three)).toMatchObject([{ session }]);
  expect(await loginsOf(three)).toHaveLength(1);
});

it('leaves a visitor who signs out as they are', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  expect((await visitor.call('POST', '/api/auth/sign-out', { everywhere: true })).headers.getSetCookie()).toEqual([]);
  expect(await projectsOf(visitor)).toMatchObject([{ session }]);
});

it('finishes what was begun once, with the same cookie, on the same page', async () => {
  const authenticator = new Authenticator();
  const user = running.visitor();
  await authenticator.register(user);
  type Options = Parameters<Authenticator['get']>[0];
  const [one, two] = [running.visitor(), running.visitor()];
  const begin = (who: Visitor) => who.json<Options>('POST', '/api/auth/passkey/login/options', {});
  const finish = (who: Visitor, response: unknown) => who.call('POST', '/api/auth/passkey/login', response);
  const signed = authenticator.get(await begin(one), one.url);
  // Another person's browser is made to finish it: login CSRF.
  await two.build(uniquePrompt());
  await problemOf(await finish(two, signed), 422, 'sign_in_failed');
  await problemOf(await finish(running.visitor(), signed), 422, 'sign_in_failed');
  expect(await accountOf(two)).toMatchObject({ kind: 'visitor' });
  expect((await finish(one, signed)).status).toBe(200);
  await problemOf(await finish(one, signed), 422, 'sign_in_failed');
  // The signature was requested by another page.
  for (const origin of ['http://evil.example', `${two.url}0`, two.url.replace('//', '//x.')])
    await problemOf(await finish(two, authenticator.get(await begin(two), origin)), 422, 'sign_in_failed');
  // A challenge of another flow.
  const { challenge } = await two.json<Options>('POST', '/api/auth/passkey/register/options', {});
  const { rpId } = await begin(two);
  await problemOf(await finish(two, authenticator.get({ challenge, rpId }, two.url)), 422, 'sign_in_failed');
  expect(await accountOf(two)).toMatchObject({ kind: 'visitor' });
});

it('takes no passkey whose signature, account or counter is not right', async () => {
  const [authenticator, other] = [new Authenticator(), new Authenticator()];
  const user = running.visitor();
  await authenticator.register(user);
  await other.register(running.visitor());
  const [passkey, others] = [authenticator.passkeys[0], other.passkeys[0]];
  if (!passkey || !others) throw new Error('No passkey was made.');
  const refused = async (change: Partial<typeof passkey>) => {
    const copy = new Authenticator();
    copy.passkeys.push({ ...passkey, ...change });
    await expect(copy.login(running.visitor())).rejects.toThrow(/sign_in_failed/);
  };
  await refused({ key: others.key });
  await refused({ id: others.id });
  await refused({ userHandle: others.userHandle });
  await refused({ userHandle: Buffer.from('a'.repeat(26)).toString('base64url') });
  await refused({ userHandle: '' });
  await refused({ userHandle: Buffer.from('../../etc').toString('base64url') });
  await authenticator.login(running.visitor());
  await authenticator.login(running.visitor());
  // A lower signature counter: one of two authenticators is a clone.
  await refused({ counter: 0 });
  for (const body of [{}, [], { id: 'x' }, { id: 'x', rawId: 'x', type: 'public-key', response: {} }])
    await problemOf(await user.call('POST', '/api/auth/passkey/login', body), 422, 'invalid_request');
});

it('an authenticator that does not count its signatures is taken', async () => {
  const authenticator = new Authenticator();
  authenticator.counts = false;
  await authenticator.register(running.visitor());
  for (let n = 0; n < 3; n++) await authenticator.login(running.visitor());
});

it('an account has twenty passkeys at the most', async () => {
  const user = running.visitor();
  for (let n = 0; n < 20; n++) await new Authenticator().register(user);
  await problemOf(await user.call('POST', '/api/auth/passkey/register/options', {}), 422, 'invalid_request');
  expect(await passkeysOf(user)).toHaveLength(20);
});

it('says that passkeys need a name where Redraw is open at an address of numbers', async () => {
  const url = running.redraw.url.replace('localhost', '127.0.0.1');
  const headers = { Origin: url, 'Content-Type': 'application/json' };
  const response = await fetchOnce(`${url}/api/auth/passkey/register/options`, { method: 'POST', headers, body: '{}' });
  const { detail } = await problemOf(response, 422, 'invalid_request');
  expect(detail).toContain(running.redraw.url);
});
