import { expect, it } from 'vitest';
import type { AccountDetail, SessionDetail, SessionSummary } from '../../../src/protocol/resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import {
  createFile,
  EventReader,
  expectGapless,
  only,
  problemOf,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import { rowsOf } from '../../support/state-folder.ts';
import type { Visitor } from '../../support/visitor.ts';
import { WatchSocket } from '../../support/watch-socket.ts';

const running = useRunning();

/** The same browser in another tab, with the cookie from before the change. */
function tabOf(visitor: Visitor): Visitor {
  const tab = running.visitor();
  tab.cookie = visitor.cookie;
  return tab;
}

const projectsOf = async (visitor: Visitor) =>
  (await visitor.json<SessionSummary[]>('GET', '/api/sessions')).map(({ session }) => session).sort();
const detailOf = (visitor: Visitor, session: string) => visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);

/** A user with an account, and the authenticator with its passkey. */
async function user(): Promise<{ owner: Visitor; authenticator: Authenticator }> {
  const owner = running.visitor();
  const authenticator = new Authenticator();
  await authenticator.register(owner);
  return { owner, authenticator };
}

it('goes on with what runs, waits and is watched', async () => {
  const visitor = running.visitor();
  const [first, second, third] = [uniquePrompt(), uniquePrompt(), uniquePrompt()];
  running.simulator.script(
    [
      { content: ['Let me see.', createFile('a.txt', 'one')], gates: [{ before: 4, name: first }] },
      { content: ['Done.'] },
    ],
    { text: first },
  );
  running.simulator.script(toolTurn(createFile('b.txt', 'two')), { text: second });
  running.simulator.script(toolTurn(createFile('c.txt', 'three')), { text: third });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt: first }));
  await stream.until('text');
  const { session } = only(stream.seen, 'session');
  for (const prompt of [second, third])
    expect((await visitor.call('POST', '/api/chat', { prompt, session })).status).toBe(202);
  const tab = tabOf(visitor);
  const [events, watch] = [
    new EventReader(await tab.call('GET', `/api/sessions/${session}/events?after=0`)),
    await WatchSocket.open(tab, session),
  ];
  await events.until('text');

  expect(await new Authenticator().register(visitor)).toEqual({ projects: 'here' });
  expect(await detailOf(visitor, session)).toMatchObject({ queue: [{ prompt: second }, { prompt: third }] });
  await problemOf(await tab.call('GET', `/api/sessions/${session}`), 404, 'not_found');
  const told = watch.told.at(-1) ?? 0;
  running.simulator.release(first);
  expect(only(await stream.rest(), 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
  const all = await events.rest();
  expectGapless(all);
  expect(all.filter(({ type }) => type === 'turn_finished').map(({ data }) => data)).toMatchObject([
    { state: 'completed' },
    { state: 'completed' },
    { state: 'completed' },
  ]);
  // The payer is decided when a turn begins.
  const payers = all.flatMap((event) => (event.type === 'turn_started' ? [event.data.payer] : []));
  expect(payers).toEqual(['trial', 'hosted', 'hosted']);
  await watch.until((seq) => seq > told);
  watch.close();
  const { files, title } = await detailOf(visitor, session);
  expect(files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt', 'c.txt']);
  expect(await visitor.json('GET', '/api/sessions')).toMatchObject([{ session, title }]);
  expect((await visitor.call('DELETE', `/api/sessions/${session}`)).status).toBe(204);
  expect(await projectsOf(visitor)).toEqual([]);
});

it('brings what the visitor has into the account that is there, and nothing twice', async () => {
  const { owner, authenticator } = await user();
  const { session: own } = await owner.build(uniquePrompt());
  const expected = [own];
  for (let round = 0; round < 2; round++) {
    const visitor = running.visitor();
    const tab = tabOf(await visitor.json('GET', '/api/account').then(() => visitor));
    expected.push((await visitor.build(uniquePrompt())).session);
    expected.push((await visitor.json<{ session: string }>('POST', '/api/sessions', {})).session);
    // Two tabs concurrently.
    await Promise.all([authenticator.login(visitor), authenticator.login(tab)]);
    for (const who of [visitor, tab, owner]) expect(await projectsOf(who)).toEqual([...expected].sort());
  }
  for (const session of expected) await detailOf(owner, session);
  const leases = rowsOf<{ turn: string; state: string }>(
    running.redraw,
    'Account',
    'lease',
    `SELECT turn, state FROM lease WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'user')`,
  );
  const turns = leases.flat().map(({ turn }) => turn);
  expect(new Set(turns).size).toBe(turns.length);
});

it('takes the first of two accounts that are signed in to at once', async () => {
  const [one, two] = [await user(), await user()];
  const visitor = running.visitor();
  const sessions: string[] = [];
  for (let n = 0; n < 3; n++)
    sessions.push((await visitor.json<{ session: string }>('POST', '/api/sessions', {})).session);
  const tab = tabOf(visitor);
  await Promise.all([one.authenticator.login(visitor), two.authenticator.login(tab)]);
  const [ones, twos] = [await projectsOf(one.owner), await projectsOf(two.owner)];
  expect([...ones, ...twos].sort()).toEqual(sessions.sort());
  expect(Math.min(ones.length, twos.length)).toBe(0);
  const owner = ones.length > 0 ? one.owner : two.owner;
  for (const session of sessions) await detailOf(owner, session);
});

it('merges visitors only: who signs out and signs in to another account keeps both apart', async () => {
  const [one, two] = [await user(), await user()];
  const { session } = await one.owner.build(uniquePrompt());
  const before = tabOf(one.owner);
  await one.owner.call('POST', '/api/auth/sign-out');
  one.owner.cookie = null;
  await two.authenticator.login(one.owner);
  expect(await projectsOf(one.owner)).toEqual([]);
  // That browser is signed out of the first account.
  expect(await before.json<AccountDetail>('GET', '/api/account')).toMatchObject({ kind: 'visitor' });
  await one.owner.call('POST', '/api/auth/sign-out');
  one.owner.cookie = null;
  await one.authenticator.login(one.owner);
  expect(await projectsOf(one.owner)).toEqual([session]);
  expect(await projectsOf(two.owner)).toEqual([]);
});

it('keeps nothing for a cookie of before', async () => {
  const { authenticator } = await user();
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  const before = tabOf(visitor);
  await authenticator.login(visitor);
  await problemOf(await before.call('POST', '/api/chat', { prompt: 'a new one' }), 403, 'sign_in_required');
  await problemOf(await before.call('POST', '/api/chat', { prompt: 'go on', session }), 404, 'not_found');
  await problemOf(await before.call('POST', '/api/sessions', {}), 404, 'not_found');
  expect(await before.json('GET', '/api/sessions')).toEqual([]);
  expect(await projectsOf(visitor)).toEqual([session]);
  // A visitor whose sign-in answer was lost signs in again, as a new visitor.
  const [again, page] = [tabOf(before), tabOf(before)];
  await authenticator.login(again);
  expect(await projectsOf(again)).toEqual([session]);
  expect(await page.json<AccountDetail>('GET', '/api/account')).toMatchObject({ kind: 'visitor' });
  expect(page.cookie).not.toBe(before.cookie);
});

it('loses nothing where the server is killed meanwhile', async () => {
  const { authenticator } = await user();
  const expected: string[] = [];
  for (const delay of [5, 25]) {
    const visitor = running.visitor();
    for (let n = 0; n < 20; n++)
      expected.push((await visitor.json<{ session: string }>('POST', '/api/sessions', {})).session);
    const before = tabOf(visitor);
    const signing = authenticator.login(visitor).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, delay));
    await running.redraw.kill();
    await signing;
    await running.redraw.restart();
    // Whether or not the merge had begun: after another sign-in from there, nothing is missing.
    await authenticator.login(before);
    await expect.poll(() => projectsOf(before)).toEqual([...expected].sort());
    await expect
      .poll(async () => {
        const answers = await Promise.all(expected.map((session) => before.call('GET', `/api/sessions/${session}`)));
        return answers.map(({ status }) => status).filter((status) => status !== 200);
      })
      .toEqual([]);
  }
});
