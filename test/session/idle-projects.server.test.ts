import { expect, it } from 'vitest';
import type { AccountDetail, SessionDetail, SessionSummary } from '../../src/protocol/resources.ts';
import { Authenticator } from '../support/authenticator.ts';
import { previewAnswer } from '../support/preview-request.ts';
import { createFile, problemOf, toolTurn, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning({ CLOCK_OFFSET_MS: '0' });
const day = 24 * 60 * 60_000;

/** Moves Redraw's clock to so many days from now. */
async function onDay(days: number, settings: Record<string, string> = {}): Promise<void> {
  await running.redraw.kill();
  await running.redraw.restart({ CLOCK_OFFSET_MS: String(days * day), ...settings });
}

interface Built {
  visitor: Visitor;
  session: string;
  at: string;
  previewUrl: string;
}

async function build(visitor = running.visitor()): Promise<Built> {
  const prompt = uniquePrompt('A page');
  running.simulator.script(toolTurn(createFile('index.html', '<p>hello</p>')), { text: prompt });
  const { session } = await visitor.build(prompt);
  const at = `/api/sessions/${session}`;
  const { previewUrl } = await visitor.json<SessionDetail>('GET', at);
  return { visitor, session, at, previewUrl };
}

const isListed = async ({ visitor, session }: Built): Promise<boolean> =>
  (await visitor.json<SessionSummary[]>('GET', '/api/sessions')).some((entry) => entry.session === session);

/** How many days are left, rounded; null: it stays. */
async function daysLeft({ visitor, at }: Built): Promise<number | null> {
  const { expiresAt } = await visitor.json<SessionDetail>('GET', at);
  return expiresAt === null ? null : Math.round((expiresAt - Date.now()) / day);
}

async function expectGone(built: Built): Promise<void> {
  await problemOf(await built.visitor.call('GET', built.at), 404, 'not_found');
  await expect.poll(() => isListed(built)).toBe(false);
  await expect.poll(async () => (await previewAnswer(built.previewUrl, '/')).status).toBe(404);
}

it('a visitor’s idle project is told of, and goes with all that belongs to it; others stay', async () => {
  const idle = await build();
  const used = await build();
  const empty = running.visitor();
  const { session } = await empty.json<{ session: string; previewUrl: string }>('POST', '/api/sessions', {});
  const signedIn = await build();
  const own = await build();
  await own.visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-test-0123456789' });
  await own.visitor.build(uniquePrompt(), own.session);
  expect(await daysLeft(idle)).toBe(90);
  expect(await daysLeft(own)).toBeNull();
  expect(await signedIn.visitor.json<AccountDetail>('GET', '/api/account')).toMatchObject({ projectDays: 90 });
  // Signing in is enough, without a reload or a touch of the project.
  const authenticator = new Authenticator();
  await authenticator.register(signedIn.visitor);
  expect(await signedIn.visitor.json<AccountDetail>('GET', '/api/account')).toMatchObject({ projectDays: null });
  await expect.poll(() => daysLeft(signedIn)).toBeNull();
  const madeByUser = await build(signedIn.visitor);

  // Two weeks before the end the page tells of it, and a prompt puts it off.
  await onDay(80);
  expect(await daysLeft(idle)).toBe(14);
  await used.visitor.build(uniquePrompt(), used.session);
  expect(await daysLeft(used)).toBe(90);

  await onDay(95);
  await expectGone(idle);
  await problemOf(await empty.call('GET', `/api/sessions/${session}`), 404, 'not_found');
  // The login has ended meanwhile; the account has not.
  await authenticator.login(signedIn.visitor);
  for (const kept of [used, signedIn, own, madeByUser]) {
    expect(await isListed(kept)).toBe(true);
    expect((await kept.visitor.json<SessionDetail>('GET', kept.at)).files).toHaveLength(1);
    expect((await previewAnswer(kept.previewUrl, '/')).status).toBe(200);
  }
  await onDay(190);
  await expectGone(used);
  await onDay(900);
  await authenticator.login(signedIn.visitor);
  for (const kept of [signedIn, own, madeByUser]) expect(await daysLeft(kept)).toBeNull();
});

it('0 days: no project is deleted, and none is told of', async () => {
  await onDay(900, { VISITOR_PROJECT_DAYS: '0' });
  const built = await build();
  expect(await daysLeft(built)).toBeNull();
  expect(await built.visitor.json<AccountDetail>('GET', '/api/account')).toMatchObject({ projectDays: null });
  await onDay(9000, { VISITOR_PROJECT_DAYS: '0' });
  expect((await built.visitor.json<SessionDetail>('GET', built.at)).files).toHaveLength(1);
});
