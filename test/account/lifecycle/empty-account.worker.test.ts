import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Account } from '../../../src/account/account.ts';
import { newId } from '../../../src/protocol/id.ts';

const { ACCOUNT } = env as unknown as { ACCOUNT: DurableObjectNamespace<Account> };

type Stub = DurableObjectStub<Account>;

/** What the object has stored: its tables, its rows but for versions of tables, and whether it will be woken. */
const left = (stub: Stub) =>
  runInDurableObject(stub, async (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'schema_version'`,
      )
      .toArray()
      .map(({ name }) => name);
    const filled = tables.filter((name) => storage.sql.exec(`SELECT 1 FROM "${name}"`).toArray().length > 0);
    return { tables: tables.length, filled, isWoken: (await storage.getAlarm()) !== null };
  });

const nothing = { tables: 0, filled: [], isWoken: false };

const account = () => {
  const name = newId();
  return { name, stub: ACCOUNT.getByName(name) };
};

async function beginFlow(stub: Stub): Promise<string> {
  const signIn = await stub.signIn();
  const begun = await signIn.beginFlow('passkey_login', {});
  if (!begun.ok) throw new Error('The flow was refused.');
  return begun.value;
}

const expire = (stub: Stub, change: string) =>
  runInDurableObject(stub, (_, { storage }) => void storage.sql.exec(change));
const expireFlows = (stub: Stub) => expire(stub, 'UPDATE flow SET expires_at = 1');

const request = (turn: string, visitor: string) => ({
  ...{ turn, session: `session of ${turn}`, title: 'A timer', visitor, address: '127.0.0.1' },
  ...{ model: null, preferred: 'claude-haiku-5-5', leastUsd: 0.01, promptTokens: 5_000 },
});

/** A user's account. */
async function user() {
  const { name, stub } = account();
  const identity = { key: newId(), provider: 'example', name: null, label: null };
  const signIn = await stub.signIn();
  expect(await signIn.loginByIdentity(name, identity, 'Firefox')).toMatchObject({ ok: true });
  return { name, stub };
}

it('looking at an account that nobody has stores nothing', async () => {
  const { name, stub } = account();
  await stub.detail();
  await stub.projects();
  await stub.models();
  await stub.forgetProject('session');
  await stub.disconnect();
  await (await stub.signIn()).takeFlow('passkey_login', 'none');
  expect(await stub.isSignedIn(name)).toBe(false);
  expect(await left(stub)).toEqual(nothing);
});

it('an account in which only a sign-in was begun is gone once that has expired, and begins anew', async () => {
  const { stub } = account();
  await beginFlow(stub);
  expect(await left(stub)).toMatchObject({ filled: ['flow'], isWoken: true });
  await expireFlows(stub);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await left(stub)).toEqual(nothing);
  const flow = await beginFlow(stub);
  expect(await (await stub.signIn()).takeFlow('passkey_login', flow)).toEqual({});
  expect(await stub.detail()).toMatchObject({ kind: 'visitor' });
});

it('one whose sign-in was finished elsewhere is gone as well, but not while another waits', async () => {
  const { stub } = account();
  const [one] = [await beginFlow(stub), await beginFlow(stub)];
  await (await stub.signIn()).takeFlow('passkey_login', one);
  await runDurableObjectAlarm(stub);
  expect(await left(stub)).toMatchObject({ filled: ['flow'], isWoken: true });
  await expireFlows(stub);
  await runDurableObjectAlarm(stub);
  expect(await left(stub)).toEqual(nothing);
});

it('one that only tried a key is gone once the check counts no more', async () => {
  const { stub } = account();
  expect(await stub.connectKey({ key: 'no key', address: '127.0.0.1' })).toMatchObject({ ok: false });
  expect(await left(stub)).toMatchObject({ filled: ['key_check'], isWoken: true });
  await runDurableObjectAlarm(stub);
  expect(await left(stub)).toMatchObject({ filled: ['key_check'], isWoken: true });
  await expire(stub, 'UPDATE key_check SET at = 1');
  await runDurableObjectAlarm(stub);
  expect(await left(stub)).toEqual(nothing);
});

it('one whose last project was deleted is gone, unless a turn was had', async () => {
  const { name, stub } = account();
  await stub.rememberProject('session', 'A timer');
  await stub.forgetProject('session');
  // The alarm is due at once: it comes by itself.
  await expect.poll(() => left(stub)).toEqual(nothing);
  await stub.admit(request('turn', name));
  await stub.settle({ turn: 'turn', counted: true });
  await stub.forgetProject('session of turn');
  await beginFlow(stub);
  await expireFlows(stub);
  await runDurableObjectAlarm(stub);
  expect((await stub.detail())?.trial?.used).toBe(1);
});

it('nothing that somebody has is deleted: a project, a user, a tombstone', async () => {
  const withProject = account().stub;
  await withProject.rememberProject('session', 'A timer');
  const ofUser = await user();
  const merged = account();
  await merged.stub.rememberProject('session', 'A timer');
  for (const stub of [withProject, ofUser.stub, merged.stub]) await beginFlow(stub);
  await merged.stub.mergeInto(merged.name, ofUser.name);
  for (const stub of [withProject, ofUser.stub, merged.stub]) {
    await expireFlows(stub);
    await runDurableObjectAlarm(stub);
  }
  expect((await left(withProject)).filled).toEqual(['project']);
  expect((await left(ofUser.stub)).filled).toEqual(expect.arrayContaining(['user', 'login', 'merged_from', 'project']));
  expect((await left(merged.stub)).filled).toEqual(['merged']);
});

it('a visitor who has nothing leaves nothing at a sign-in, and what was on its way is refused', async () => {
  const ofUser = await user();
  const visitor = account();
  const flow = await beginFlow(visitor.stub);
  await (await visitor.stub.signIn()).takeFlow('passkey_login', flow);
  expect(await visitor.stub.mergeInto(visitor.name, ofUser.name)).toBe(true);
  expect(await left(visitor.stub)).toEqual(nothing);
  expect((await left(ofUser.stub)).filled).not.toContain('merged_from');
  expect(await visitor.stub.rememberProject('session', 'A timer')).toBe(false);
  expect(await visitor.stub.admit(request('late', visitor.name))).toMatchObject({ code: 'sign_in_required' });
  expect(await left(visitor.stub)).toEqual(nothing);
});

it('such a visitor keeps the sign-in that another tab has begun, until that expires', async () => {
  const ofUser = await user();
  const visitor = account();
  const [one, other] = [await beginFlow(visitor.stub), await beginFlow(visitor.stub)];
  await (await visitor.stub.signIn()).takeFlow('passkey_login', one);
  await visitor.stub.mergeInto(visitor.name, ofUser.name);
  expect(await left(visitor.stub)).toMatchObject({ filled: ['flow'], isWoken: true });
  expect(await (await visitor.stub.signIn()).takeFlow('passkey_login', other)).toEqual({});
  await runDurableObjectAlarm(visitor.stub);
  expect(await left(visitor.stub)).toEqual(nothing);
});

it('a visitor who has only spent is merged, and it counts for the user', async () => {
  const ofUser = await user();
  const visitor = account();
  await visitor.stub.admit(request('spent', visitor.name));
  await visitor.stub.settle({ turn: 'spent', counted: true });
  await visitor.stub.forgetProject('session of spent');
  expect(await visitor.stub.mergeInto(visitor.name, ofUser.name)).toBe(true);
  expect((await left(visitor.stub)).filled).toEqual(['merged']);
  expect((await left(ofUser.stub)).filled).toEqual(expect.arrayContaining(['lease', 'merged_from']));
});
