import { expect, it } from 'vitest';
import type { AccountDetail, LoginEntry, PasskeyEntry, SessionSummary } from '../../src/protocol/resources.ts';
import { Authenticator } from '../support/authenticator.ts';
import { expectTrialUsed, problemOf, uniquePrompt, useRunning } from '../support/running.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning({ ANON_TURN_LIMIT: '1000' });

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
