import { beforeAll, describe, expect, it } from 'vitest';
import type { LoginEntry } from '../../src/protocol/resources.ts';
import { Authenticator } from '../support/authenticator.ts';
import { uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { editRows } from '../support/state-folder.ts';
import type { Visitor } from '../support/visitor.ts';
import { type Call, pathFor, sessionCalls, userCalls } from './api-calls.ts';

const running = useRunning();

const title = 'A title that nobody else may learn';
const nowhere = 'a'.repeat(26);

/** Headers that may differ between two answers of the same kind. */
const varyingHeaders = new Set(['date', 'connection', 'keep-alive']);

async function answerOf(who: Visitor, [method, path, body]: Call) {
  const cookie = who.cookie;
  const response = await who.call(method, path, body);
  who.cookie = cookie;
  const headers = [...response.headers].filter(([name]) => !varyingHeaders.has(name) && name !== 'set-cookie');
  return { status: response.status, headers, body: await response.text() };
}

function withCookie(cookie: string | null): Visitor {
  const visitor = running.visitor();
  visitor.cookie = cookie;
  return visitor;
}

/** Replaces one character by another one of the alphabet. */
const tampered = (cookie: string, at: number): string => {
  const other = cookie[at] === 'a' ? 'b' : 'a';
  return cookie.slice(0, at) + other + cookie.slice(at + 1);
};

let owner: Visitor;
let session = '';
let passkey = '';
let before: unknown;
const callers = new Map<string, () => Visitor>();

beforeAll(async () => {
  owner = running.visitor();
  const authenticator = new Authenticator();
  await authenticator.register(owner);
  const cookie = owner.cookie ?? '';
  passkey = authenticator.passkeys[0]?.id ?? '';
  ({ session } = await owner.build(uniquePrompt()));
  await owner.json('PUT', `/api/sessions/${session}/files/a.txt`, new Uint8Array(3));
  await owner.json('PATCH', `/api/sessions/${session}`, { title });

  const otherVisitor = running.visitor();
  await otherVisitor.build(uniquePrompt());
  const otherUser = running.visitor();
  await new Authenticator().register(otherUser);
  const signedOut = running.visitor();
  await authenticator.login(signedOut);
  const ofSignedOut = signedOut.cookie;
  await signedOut.json('POST', '/api/auth/sign-out', {});
  const expired = running.visitor();
  await authenticator.login(expired);

  // A login that has been idle for 90 days.
  const count = async () => (await owner.json<LoginEntry[]>('GET', '/api/account/logins')).length;
  expect(await count()).toBe(2);
  await running.redraw.kill();
  const account = cookie.slice('__Host-redraw='.length).slice(0, 26);
  editRows(running.redraw, 'Account', `SELECT 1 FROM user WHERE id = '${account}'`, [
    `UPDATE login SET seen_at = seen_at - 7776000000 WHERE created_at = (SELECT max(created_at) FROM login)`,
  ]);
  await running.redraw.restart();
  expect(await count()).toBe(1);

  const value = '__Host-redraw='.length;
  const [name = '', signature = ''] = cookie.split('.');
  for (const [who, its] of [
    ['nobody', null],
    ['another visitor', otherVisitor.cookie],
    ['another user', otherUser.cookie],
    ['who signed out', ofSignedOut],
    ['whose login expired', expired.cookie],
    ['a cookie with another account', tampered(cookie, value)],
    ['a cookie with another login', tampered(cookie, value + 30)],
    ['a cookie with another signature', tampered(cookie, cookie.length - 10)],
    ['a cookie without its login', `${name.slice(0, value + 26)}.${signature}`],
    ['a cookie without its signature', name],
  ] as const)
    callers.set(who, () => withCookie(its));
  before = await owner.json('GET', `/api/sessions/${session}`);
});

const names = [
  'nobody',
  'another visitor',
  'another user',
  'who signed out',
  'whose login expired',
  'a cookie with another account',
  'a cookie with another login',
  'a cookie with another signature',
  'a cookie without its login',
  'a cookie without its signature',
];

describe.each(names)('%s', (name) => {
  const caller = (): Visitor => {
    const made = callers.get(name);
    if (!made) throw new Error(`Nobody is called ${name}.`);
    return made();
  };

  it('is told the same of what is the owner’s as of what is not there', async () => {
    const calls: Call[] = [
      ...sessionCalls,
      ['POST', '/api/chat', { session: ':id', prompt: 'x' }],
      ['GET', '/api/sessions/:id/watch'],
    ];
    for (const [method, path, body] of calls) {
      const bodyFor = (id: string) =>
        body instanceof Uint8Array ? body : body && JSON.parse(JSON.stringify(body).replace(':id', id));
      const [its, none] = [
        await answerOf(caller(), [method, pathFor(path, session), bodyFor(session)]),
        await answerOf(caller(), [method, pathFor(path, nowhere), bodyFor(nowhere)]),
      ];
      expect(its, `${method} ${path}`).toEqual(none);
      if (!path.endsWith('/watch')) expect(its, `${method} ${path}`).toMatchObject({ status: 404 });
      // Who sends no cookie that stands may have lost it.
      const reason = name.startsWith('another ') ? 'project' : 'cookie';
      if (!path.endsWith('/watch')) expect(JSON.parse(its.body), `${method} ${path}`).toMatchObject({ reason });
      expect(JSON.stringify(its)).not.toContain(title);
    }
    expect(await owner.json('GET', `/api/sessions/${session}`)).toEqual(before);
  });

  it('sees no project, login or passkey of the owner’s', async () => {
    const projects = await answerOf(caller(), ['GET', '/api/sessions?q=title']);
    expect(projects).toMatchObject({ status: 200, body: '[]' });
    for (const [method, path, body] of userCalls) {
      const [its, none] = [
        await answerOf(caller(), [method, path.replace(':own', passkey), body]),
        await answerOf(caller(), [method, path.replace(':own', 'AAAA'), body]),
      ];
      expect(its, `${method} ${path}`).toEqual(none);
      if (name !== 'another user' || path.endsWith(':own')) expect(its.status, `${method} ${path}`).toBe(404);
      expect(its.body).not.toContain(passkey);
    }
    expect(await owner.json('GET', '/api/account/passkeys')).toMatchObject([{ id: passkey }]);
    expect(await owner.json('GET', '/api/account/logins')).toMatchObject([{ current: true }]);
  });
});

it('the owner gets what is theirs', async () => {
  expect(await owner.json('GET', '/api/sessions')).toMatchObject([{ session, title }]);
  expect(await owner.json('GET', '/api/sessions?q=NOBODY%20else')).toMatchObject([{ session }]);
  expect(await owner.json('GET', '/api/sessions?q=100%25')).toEqual([]);
  expect(await owner.json('GET', `/api/sessions/${session}`)).toEqual(before);
});
