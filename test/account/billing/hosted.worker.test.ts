import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Account } from '../../../src/account/account.ts';
import type { Admission, AdmissionRequest } from '../../../src/account/billing/admission-types.ts';

/** Turns a day of a user without a connection: the default of the setting. */
const limit = 20;

/** A new user's account. */
async function user(): Promise<DurableObjectStub<Account>> {
  const { ACCOUNT } = env as unknown as { ACCOUNT: DurableObjectNamespace<Account> };
  const stub = ACCOUNT.get(ACCOUNT.newUniqueId());
  const somebody = { key: 'key', provider: 'example', name: null, label: null };
  await stub.signIn().loginByIdentity('account', somebody, 'Firefox on Linux');
  return stub;
}

const request = (turn: string, more: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  turn,
  session: 'session',
  title: 'A timer',
  visitor: 'user',
  address: '127.0.0.1',
  model: null,
  preferred: 'claude-haiku-5-5',
  leastUsd: 0.01,
  promptTokens: 5_000,
  ...more,
});

const admitAll = (stub: DurableObjectStub<Account>, turns: readonly string[]): Promise<Admission[]> =>
  Promise.all(turns.map((turn) => stub.admit(request(turn))));

const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `turn ${n}`);

it('gives a user so many turns a day and not one more, however many ask at once and however often', async () => {
  const stub = await user();
  const first = await admitAll(stub, numbered(100));
  const admitted = numbered(100).filter((_, n) => first[n]?.ok);
  expect(admitted).toHaveLength(limit);
  for (const answer of first.filter(({ ok }) => ok))
    expect(answer).toMatchObject({ lease: { payer: 'hosted', trial: null, model: 'claude-haiku-5-5' } });
  for (const answer of first.filter(({ ok }) => !ok))
    expect(answer).toMatchObject({ payer: 'hosted', code: 'hosted_budget_spent', fields: { limit } });
  const again = await admitAll(stub, numbered(100));
  expect(numbered(100).filter((_, n) => again[n]?.ok)).toEqual(admitted);
  expect(await stub.detail()).toMatchObject({
    kind: 'user',
    payer: 'hosted',
    trial: { used: 0, limit: 1000 },
    hosted: { used: limit, limit },
  });
});

it('gives a turn back that was not to be counted, once', async () => {
  const stub = await user();
  const turns = numbered(limit);
  await admitAll(stub, turns);
  for (let repeat = 0; repeat < 3; repeat++) {
    await stub.settle({ turn: 'turn 0', counted: false });
    for (const turn of turns.slice(1)) await stub.settle({ turn, counted: true });
  }
  expect((await admitAll(stub, ['a', 'b'])).map(({ ok }) => ok)).toEqual([true, false]);
});

it('begins each UTC day anew', async () => {
  const stub = await user();
  await admitAll(stub, numbered(limit));
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec('UPDATE lease SET opened_at = opened_at - 86400000');
  });
  expect(await stub.detail()).toMatchObject({ hosted: { used: 0, limit } });
  expect((await admitAll(stub, ['today']))[0]).toMatchObject({ ok: true, lease: { payer: 'hosted' } });
  // A repeated admission returns yesterday's lease.
  expect((await admitAll(stub, ['turn 3']))[0]).toMatchObject({ ok: true, lease: { payer: 'hosted' } });
  expect(await stub.detail()).toMatchObject({ hosted: { used: 1, limit } });
});

it('builds with the default model, whatever the session prefers, and refuses to be asked for another', async () => {
  const stub = await user();
  const preferred = 'claude-opus-5-5';
  expect(await stub.admit(request('plain', { preferred }))).toMatchObject({
    ok: true,
    lease: { model: 'claude-haiku-5-5' },
  });
  expect(await stub.admit(request('dear', { model: preferred }))).toMatchObject({
    ok: false,
    payer: 'hosted',
    code: 'subscription_required',
  });
  expect(await stub.modelRefusal(preferred)).toMatchObject({
    detail: expect.stringContaining('Connect your own Claude'),
    fields: { reason: 'only_default' },
  });
  expect(await stub.modelRefusal('claude-haiku-5-5')).toBeNull();
});

it('has a place among the new visitors of an address, and keeps it', async () => {
  const address = '203.0.113.70';
  const stubs = await Promise.all(Array.from({ length: 6 }, () => user()));
  const first = await Promise.all(stubs.map((stub, n) => stub.admit(request('first', { visitor: `u${n}`, address }))));
  expect(first.filter(({ ok }) => ok)).toHaveLength(4);
  for (const answer of first.filter(({ ok }) => !ok))
    expect(answer).toMatchObject({
      payer: 'hosted',
      code: 'hosted_budget_spent',
      detail: expect.stringContaining('Connect your own Claude'),
      fields: { scope: 'new_visitors' },
    });
  const second = await Promise.all(
    stubs.map((stub, n) => stub.admit(request('second', { visitor: `u${n}`, address }))),
  );
  expect(second.map(({ ok }) => ok)).toEqual(first.map(({ ok }) => ok));
});

it('is merged into no other account: only visitors are', async () => {
  const stub = await user();
  await stub.admit(request('turn'));
  expect(await stub.mergeInto('user', 'somebody else')).toBe(true);
  expect(await stub.detail()).toMatchObject({ kind: 'user', hosted: { used: 1, limit } });
  expect(await stub.projects()).toMatchObject([{ session: 'session' }]);
});
