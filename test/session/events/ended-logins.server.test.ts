import { expect, it } from 'vitest';
import type { LoginEntry } from '../../../src/protocol/resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { EventReader, only, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import { WatchSocket } from '../../support/watch-socket.ts';

const running = useRunning();

/** Two browsers of one user. The second has begun a turn, whose first text has arrived, reads it twice, and watches. */
async function secondBrowser(beforeSignIn = false) {
  const [first, second] = [running.visitor(), running.visitor()];
  const authenticator = new Authenticator();
  await authenticator.register(first);
  if (!beforeSignIn) await authenticator.login(second);
  const prompt = uniquePrompt();
  running.simulator.script(
    [{ content: ['Let me see.', 'Secret text.'], gates: [{ before: 4, name: prompt }] }, { content: ['Done.'] }],
    { text: prompt },
  );
  const chat = new EventReader(await second.call('POST', '/api/chat', { prompt }));
  await chat.until('text');
  const { session } = only(chat.seen, 'session');
  const events = new EventReader(await second.call('GET', `/api/sessions/${session}/events?after=0`));
  await events.until('text');
  const watch = await WatchSocket.open(second, session);
  if (beforeSignIn) await authenticator.login(second);
  return { first, second, authenticator, prompt, session, chat, events, watch };
}

const otherLogin = async (user: Visitor): Promise<string> => {
  const logins = await user.json<LoginEntry[]>('GET', '/api/account/logins');
  return logins.find(({ current }) => !current)?.id ?? '';
};

const typesAfterEnd = async (reader: EventReader): Promise<string[]> => (await reader.rest()).map(({ type }) => type);

type Ending = (browsers: Awaited<ReturnType<typeof secondBrowser>>) => Promise<unknown>;
const endings: [string, Ending][] = [
  ['signed out everywhere', ({ first }) => first.call('POST', '/api/auth/sign-out', { everywhere: true })],
  ['ended by itself', async ({ first }) => first.call('DELETE', `/api/account/logins/${await otherLogin(first)}`)],
  ['signed out', ({ second }) => second.call('POST', '/api/auth/sign-out', {})],
  ['replaced by a proof', ({ second, authenticator }) => authenticator.login(second)],
  ['gone with its account', ({ first }) => first.call('DELETE', '/api/account')],
];

it.each(endings)('a login that was %s hears nothing more', async (_, end) => {
  const browsers = await secondBrowser();
  const { chat, events, prompt, watch } = browsers;
  await end(browsers);
  // The rest of the turn has not been said yet.
  for (const reader of [chat, events]) expect(await typesAfterEnd(reader)).not.toContain('turn_finished');
  await expect.poll(() => watch.isOpen, { timeout: 60_000 }).toBe(false);
  running.simulator.release(prompt);
});

it('the turn of a login that has ended goes on, and so do what waits behind it and the other browsers', async () => {
  const { first, second, prompt, session, chat } = await secondBrowser();
  const waiting = uniquePrompt();
  expect((await second.call('POST', '/api/chat', { prompt: waiting, session })).status).toBe(202);
  const own = new EventReader(await first.call('GET', `/api/sessions/${session}/events?after=0`));
  await own.until('text');
  const watch = await WatchSocket.open(first, session);
  const told = watch.told.at(-1) ?? 0;
  expect((await first.call('DELETE', `/api/account/logins/${await otherLogin(first)}`)).status).toBe(204);
  await chat.rest();
  running.simulator.release(prompt);
  const all = await own.rest();
  const ends = all.filter(({ type }) => type === 'turn_finished').map(({ data }) => data);
  expect(ends).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
  await watch.until((seq) => seq > told);
  watch.close();
});

it('what was opened before its browser signed in goes on over the sign-in, and ends with the login', async () => {
  const { first, prompt, session, second, chat, events, watch } = await secondBrowser(true);
  expect((await second.call('GET', `/api/sessions/${session}`)).status).toBe(200);
  await first.call('POST', '/api/auth/sign-out', { everywhere: true });
  for (const reader of [chat, events]) expect(await typesAfterEnd(reader)).not.toContain('turn_finished');
  await expect.poll(() => watch.isOpen, { timeout: 60_000 }).toBe(false);
  running.simulator.release(prompt);
});

it('two browsers that end each other at the same time both hear nothing more', async () => {
  const { first, second, prompt, session, chat, watch } = await secondBrowser();
  const own = new EventReader(await first.call('GET', `/api/sessions/${session}/events?after=0`));
  await own.until('text');
  await Promise.all([first.call('POST', '/api/auth/sign-out', {}), second.call('POST', '/api/auth/sign-out', {})]);
  for (const reader of [chat, own]) expect(await typesAfterEnd(reader)).not.toContain('turn_finished');
  await expect.poll(() => watch.isOpen, { timeout: 60_000 }).toBe(false);
  running.simulator.release(prompt);
});
