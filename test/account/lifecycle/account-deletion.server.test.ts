import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityKey } from '../../../src/account/sign-in/identities.ts';
import type { AccountDetail, PasskeyEntry } from '../../../src/protocol/resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { freePort } from '../../support/free-port.ts';
import { navigateFromOtherSite } from '../../support/navigation-requests.ts';
import { clientId, clientSecret, type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import { everythingIn, makeAlarmsDue, rowsOf } from '../../support/state-folder.ts';
import type { Visitor } from '../../support/visitor.ts';

const port = await freePort();
const issuer = `http://localhost:${port}`;
const running = useRunning({
  ANON_TURN_LIMIT: '1000',
  HOSTED_DAILY_TURNS: '1000',
  // With a limit, visitors are counted per address.
  NEW_VISITORS_PER_ADDRESS: '1000',
  OIDC_PROVIDERS: JSON.stringify([{ id: 'acme', name: 'Acme', issuer, clientId, clientSecret }]),
});

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider(port, `${running.redraw.url}/api/auth/oidc/acme/callback`);
});
afterAll(() => provider.close());

const idOf = (visitor: Visitor): string => /redraw=([a-z2-7]{26})/.exec(visitor.cookie ?? '')?.[1] ?? '';

/** Every stored place that contains one of these texts. */
const traces = (texts: readonly string[]): string[] =>
  everythingIn(running.redraw).flatMap(({ place, text }) =>
    texts.filter((one) => text.includes(one)).map((one) => `${one} in ${place}`),
  );

async function project(visitor: Visitor): Promise<{ texts: string[]; session: string }> {
  const prompt = uniquePrompt('A garden planner');
  running.simulator.script(toolTurn(createFile('garden.txt', `the content of ${prompt}`)), { text: prompt });
  const { session, previewUrl } = await visitor.build(prompt);
  return { session, texts: [session, prompt, new URL(previewUrl).hostname.split('.')[0] ?? ''] };
}

async function linkAcme(visitor: Visitor, login: string): Promise<void> {
  const { url } = await visitor.json<{ url: string }>('POST', '/api/auth/oidc/acme', { return: '/account' });
  const { headers } = await navigateFromOtherSite(await provider.approve(url, login), visitor.cookie);
  expect(headers.location).toBe('/account?signin=linked');
}

it('deletes an account with all that belongs to it, wherever it stands', async () => {
  const key = 'sk-ant-canary-0123456789';
  const login = `ada-${port}`;
  const authenticator = new Authenticator();
  const user = running.visitor();
  const texts: string[] = [];
  texts.push(...(await project(user)).texts, idOf(user));
  await user.json('POST', '/api/account/connection', { kind: 'api_key', key });
  await authenticator.register(user);
  texts.push(idOf(user));
  await linkAcme(user, login);
  texts.push(`${login}@example.com`, identityKey(issuer, login));
  await user.json('PATCH', `/api/account/passkeys/${authenticator.passkeys[0]?.id}`, { name: 'My canary passkey' });
  const second = running.visitor();
  texts.push(...(await project(second)).texts, idOf(second));
  await authenticator.login(second);
  const { session, texts: more } = await project(user);
  texts.push(...more, authenticator.passkeys[0]?.id ?? '', 'My canary passkey');
  texts.push((await user.json<AccountDetail>('GET', '/api/account')).connection?.label ?? '');
  // An open flow and a running turn.
  await user.json('POST', '/api/auth/passkey/register/options', {});
  const prompt = uniquePrompt('A turn that runs');
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  const stream = new EventReader(await user.call('POST', '/api/chat', { prompt, session }));
  await stream.until('turn_started');
  expect((await user.call('POST', '/api/chat', { prompt: `${prompt} behind it`, session })).status).toBe(202);
  texts.push(prompt);

  const stranger = running.visitor();
  const { session: kept, texts: keptTexts } = await project(stranger);
  // Control: each text is found before the deletion.
  for (const text of texts) expect(traces([text]), text).not.toEqual([]);

  const before = user.cookie;
  expect((await user.call('DELETE', '/api/account')).status).toBe(204);
  expect(user.cookie).toBe('__Host-redraw=');
  expect(only(await stream.rest(), 'turn_finished')).toMatchObject({ state: 'stopped' });
  await expect.poll(() => traces(texts)).toEqual([]);
  expect(traces([key])).toEqual([]);

  // Nobody is signed in any more, and neither sign-in method leads to an account.
  user.cookie = before;
  expect(await user.json<AccountDetail>('GET', '/api/account')).toMatchObject({ kind: 'visitor', connection: null });
  await problemOf(await user.call('GET', `/api/sessions/${session}`), 404, 'not_found');
  await expect(authenticator.login(running.visitor())).rejects.toThrow(/sign_in_failed/);
  const again = running.visitor();
  await new Authenticator().register(again);
  await linkAcme(again, login);
  expect(await again.json<PasskeyEntry[]>('GET', '/api/account/passkeys')).toHaveLength(1);
  // Other visitors' data stays.
  await stranger.json('GET', `/api/sessions/${kept}`);
  for (const text of keptTexts) expect(traces([text]), text).not.toEqual([]);
});

it('deletes what a visitor has, who may come back as somebody new', async () => {
  const visitor = running.visitor();
  const { texts } = await project(visitor);
  const before = visitor.cookie;
  texts.push(idOf(visitor));
  expect((await visitor.call('DELETE', '/api/account')).status).toBe(204);
  await expect.poll(() => traces(texts)).toEqual([]);
  visitor.cookie = before;
  expect(await visitor.json('GET', '/api/sessions')).toEqual([]);
  await problemOf(await running.visitor().call('DELETE', '/api/account'), 404, 'not_found');
  // The deleted visitors still count for their address.
  const newcomers = rowsOf(running.redraw, 'Treasury', 'newcomer', 'SELECT * FROM newcomer').flat();
  expect(newcomers.length).toBeGreaterThan(2);
});

it('goes on where it was interrupted', async () => {
  const visitor = running.visitor();
  const texts = [idOf(visitor)];
  for (let n = 0; n < 15; n++)
    texts.push((await visitor.json<{ session: string }>('POST', '/api/sessions', {})).session);
  texts[0] = idOf(visitor);
  const deleting = visitor.call('DELETE', '/api/account').catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 15));
  await running.redraw.kill();
  await deleting;
  makeAlarmsDue(running.redraw, 'Account');
  const begun = rowsOf(running.redraw, 'Account', 'closing', 'SELECT * FROM closing').flat().length > 0;
  await running.redraw.restart();
  // If the kill came first, no deletion was begun.
  if (!begun) await visitor.call('DELETE', '/api/account');
  await expect.poll(() => traces(texts)).toEqual([]);
});
