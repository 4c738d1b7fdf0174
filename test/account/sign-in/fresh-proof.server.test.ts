import { expect, it } from 'vitest';
import type { LoginEntry, PasskeyEntry } from '../../../src/protocol/resources.ts';
import { Authenticator, type CreationOptions } from '../../support/authenticator.ts';
import { problemOf, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunning({ CLOCK_OFFSET_MS: '0' });
const minute = 60_000;
const day = 24 * 60 * minute;

/** What Redraw's clock is ahead by, from now on. It only ever goes forward: tests of a file share it. */
let offset = 0;
async function pass(ms: number): Promise<void> {
  offset += ms;
  await running.redraw.kill();
  await running.redraw.restart({ CLOCK_OFFSET_MS: String(offset) });
}

const copyOf = (visitor: Visitor): Visitor => Object.assign(running.visitor(), { cookie: visitor.cookie });
const loginsOf = (visitor: Visitor) => visitor.json<LoginEntry[]>('GET', '/api/account/logins');

async function newUser(): Promise<{ user: Visitor; authenticator: Authenticator }> {
  const user = running.visitor();
  const authenticator = new Authenticator();
  await authenticator.register(user);
  return { user, authenticator };
}

/** The acts that need a proof, for a user who has two browsers signed in and two passkeys. */
async function sensitiveActs(user: Visitor): Promise<[string, string, unknown?][]> {
  const other = (await loginsOf(user)).find(({ current }) => !current);
  const [passkey] = await user.json<PasskeyEntry[]>('GET', '/api/account/passkeys');
  return [
    ['POST', '/api/auth/passkey/register/options', {}],
    ['DELETE', `/api/account/passkeys/${passkey?.id}`],
    ['DELETE', `/api/account/identities/${'x'.repeat(43)}`],
    ['DELETE', `/api/account/logins/${other?.id}`],
    ['POST', '/api/auth/sign-out', { everywhere: true }],
    ['DELETE', '/api/account'],
  ];
}

it('five minutes after the sign-in, nothing that opens or closes the account is done without another proof', async () => {
  const { user, authenticator } = await newUser();
  await new Authenticator().register(user);
  await authenticator.login(running.visitor());
  const options = await user.json<CreationOptions>('POST', '/api/auth/passkey/register/options', {});
  await pass(5 * minute);
  const thief = copyOf(user);
  for (const [method, path, body] of await sensitiveActs(thief)) {
    const problem = await problemOf(await thief.call(method, path, body), 403, 'fresh_sign_in_required');
    expect(problem, path).toMatchObject({ withinSeconds: 300, passkey: true, providers: [] });
  }
  // What was begun in time has to be finished in time.
  const late = new Authenticator().create(options, thief.url);
  await problemOf(await thief.call('POST', '/api/auth/passkey/register', late), 403, 'fresh_sign_in_required');
  expect(await loginsOf(user)).toHaveLength(2);
  expect(await user.json('GET', '/api/account/passkeys')).toHaveLength(2);

  // The proof makes another login: the stolen cookie is worth nothing then.
  await authenticator.login(user, 0);
  expect(user.cookie).not.toBe(thief.cookie);
  await problemOf(await thief.call('GET', '/api/account/logins'), 404, 'not_found');
  expect(await loginsOf(user)).toHaveLength(2);
  await new Authenticator().register(user);
  const other = (await loginsOf(user)).find(({ current }) => !current);
  expect((await user.call('DELETE', `/api/account/logins/${other?.id}`)).status).toBe(204);
  expect((await user.call('DELETE', '/api/account')).status).toBe(204);
});

it('a proof of one browser is none of another', async () => {
  const { user, authenticator } = await newUser();
  const second = running.visitor();
  await authenticator.login(second);
  await pass(5 * minute);
  await authenticator.login(second);
  await problemOf(await user.call('DELETE', '/api/account'), 403, 'fresh_sign_in_required');
});

it('a proof holds once: what was signed before proves nothing', async () => {
  const { user, authenticator } = await newUser();
  await pass(5 * minute);
  const options = await user.json<{ challenge: string; rpId: string }>('POST', '/api/auth/passkey/login/options', {});
  const signed = authenticator.get(options, user.url);
  const thief = copyOf(user);
  expect((await user.call('POST', '/api/auth/passkey/login', signed)).status).toBe(200);
  for (const who of [thief, user, running.visitor()])
    await problemOf(await who.call('POST', '/api/auth/passkey/login', signed), 422, 'sign_in_failed');
  await pass(5 * minute);
  await problemOf(await user.call('POST', '/api/auth/passkey/login', signed), 422, 'sign_in_failed');
  await problemOf(await user.call('DELETE', '/api/account'), 403, 'fresh_sign_in_required');
});

it('a proof by the passkey of another account changes nothing', async () => {
  const { user } = await newUser();
  const { user: other, authenticator: others } = await newUser();
  await pass(5 * minute);
  const cookie = user.cookie;
  const options = await user.json<{ challenge: string; rpId: string }>('POST', '/api/auth/passkey/login/options', {});
  const answer = await user.call('POST', '/api/auth/passkey/login', others.get(options, user.url));
  expect(await problemOf(answer, 422, 'sign_in_failed')).toMatchObject({ reason: 'other_account' });
  expect(user.cookie).toBe(cookie);
  await problemOf(await user.call('DELETE', '/api/account'), 403, 'fresh_sign_in_required');
  expect(await loginsOf(other)).toHaveLength(1);
});

it('a visitor has no proof to give, and needs none', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  await pass(5 * minute);
  const leaver = running.visitor();
  await leaver.build(uniquePrompt());
  await new Authenticator().register(visitor);
  expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session }]);
  expect((await leaver.call('DELETE', '/api/account')).status).toBe(204);
});

it('a login can be ended by itself; the own one needs no proof', async () => {
  const { user, authenticator } = await newUser();
  const second = running.visitor();
  await authenticator.login(second);
  const ids = (await loginsOf(user)).map(({ id }) => id);
  for (const id of ids) expect(`${user.cookie}${second.cookie}`).not.toContain(id);
  await problemOf(await user.call('DELETE', `/api/account/logins/${'a'.repeat(43)}`), 404, 'not_found');
  const other = (await loginsOf(user)).find(({ current }) => !current);
  expect((await user.call('DELETE', `/api/account/logins/${other?.id}`)).status).toBe(204);
  await problemOf(await second.call('GET', '/api/account/logins'), 404, 'not_found');
  await pass(5 * minute);
  const [own] = await loginsOf(user);
  const answer = await user.call('DELETE', `/api/account/logins/${own?.id}`);
  expect(answer.status).toBe(204);
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-redraw=; Max-Age=0; /)]);
  await problemOf(await running.visitor().call('DELETE', `/api/account/logins/${own?.id}`), 404, 'not_found');
});

it('a login ends 180 days after its sign-in, whatever its use', async () => {
  const { user } = await newUser();
  for (let days = 0; days < 120; days += 60) {
    await pass(60 * day);
    expect(await loginsOf(user)).toHaveLength(1);
  }
  await pass(60 * day);
  await problemOf(await user.call('GET', '/api/account/logins'), 404, 'not_found');
});

it('a passkey that does not check who uses it signs nobody in, and says so', async () => {
  const { authenticator } = await newUser();
  authenticator.verifiesUser = false;
  const who = running.visitor();
  const options = await who.json<{ challenge: string; rpId: string }>('POST', '/api/auth/passkey/login/options', {});
  expect(options).toMatchObject({ userVerification: 'required' });
  const answer = await who.call('POST', '/api/auth/passkey/login', authenticator.get(options, who.url));
  const { detail, reason } = await problemOf(answer, 422, 'sign_in_failed');
  expect({ detail, reason }).toEqual({ detail: expect.stringContaining('PIN'), reason: 'user_verification' });
  const made = await who.json<CreationOptions>('POST', '/api/auth/passkey/register/options', {});
  expect(made).toMatchObject({ authenticatorSelection: { userVerification: 'required' } });
  const registered = await who.call('POST', '/api/auth/passkey/register', authenticator.create(made, who.url));
  expect(await problemOf(registered, 422, 'sign_in_failed')).toMatchObject({ reason: 'user_verification' });
});
