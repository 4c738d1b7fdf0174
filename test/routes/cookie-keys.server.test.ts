import { expect, it } from 'vitest';
import { Authenticator } from '../support/authenticator.ts';
import { problemOf, useRunning } from '../support/running-redraw.ts';

const [k1, k2] = ['1', '2'].map((n) => `a key of the cookies, no. ${n}`.padEnd(40, n));
const running = useRunning({ SESSION_SECRET: k1 ?? '' });

async function restart(keys: unknown): Promise<void> {
  await running.redraw.kill();
  await running.redraw.restart({ SESSION_SECRET: JSON.stringify(keys) });
}

it('cookies live over a change of the key: signed anew on the way, they need the old one no more', async () => {
  const [visitor, user, late] = [running.visitor(), running.visitor(), running.visitor()];
  for (const one of [visitor, late]) await one.json('POST', '/api/sessions', {});
  await new Authenticator().register(user);
  const before = [visitor.cookie, user.cookie];

  await restart({ active: 'k2', keys: { k1, k2 } });
  const answer = await visitor.call('GET', '/api/sessions');
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^__Host-redraw=.*Max-Age=34560000; .*HttpOnly/),
  ]);
  expect(await answer.json()).toHaveLength(1);
  expect(await user.json('GET', '/api/account/logins')).toHaveLength(1);
  expect([visitor.cookie, user.cookie].filter((cookie) => before.includes(cookie))).toEqual([]);
  expect((await visitor.call('GET', '/api/sessions')).headers.getSetCookie()).toEqual([]);
  // An answer that takes the cookie away gives none.
  const leaver = Object.assign(running.visitor(), { cookie: before[1] ?? null });
  const gone = await leaver.call('POST', '/api/auth/sign-out', {});
  expect(gone.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-redraw=; Max-Age=0; /)]);
  const revoked = Object.assign(running.visitor(), { cookie: before[1] ?? null });
  expect((await revoked.call('GET', '/api/sessions')).headers.getSetCookie()).toEqual([]);

  await restart([k2]);
  expect(await visitor.json('GET', '/api/sessions')).toHaveLength(1);
  expect(await late.json('GET', '/api/sessions')).toEqual([]);
  await problemOf(await user.call('GET', '/api/account/logins'), 404, 'not_found');
});
