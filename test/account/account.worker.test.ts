import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Account } from '../../src/account/account.ts';
import type { AdmissionRequest } from '../../src/account/billing/admission-types.ts';

/** A new account. The limit of trial turns is set in vitest.config.ts. */
function account(): DurableObjectStub<Account> {
  const { ACCOUNT } = env as unknown as { ACCOUNT: DurableObjectNamespace<Account> };
  return ACCOUNT.get(ACCOUNT.newUniqueId());
}

const request = (turn: string): AdmissionRequest => ({
  turn,
  session: 'session',
  title: 'A timer',
  visitor: 'visitor',
  address: '127.0.0.1',
  model: null,
  preferred: 'claude-haiku-5-5',
  leastUsd: 0.01,
  promptTokens: 5_000,
});

const used = async (stub: DurableObjectStub<Account>) => (await stub.detail())?.trial?.used;

it('admits a turn once, however often it is asked', async () => {
  const stub = account();
  const answers = await Promise.all(Array.from({ length: 10 }, () => stub.admit(request('turn'))));
  for (const answer of answers) expect(answer).toMatchObject({ ok: true, lease: { turn: 'turn', payer: 'trial' } });
  expect(await used(stub)).toBe(1);
});

it('settles a turn once: the first word counts', async () => {
  const stub = account();
  await stub.admit(request('good'));
  await stub.admit(request('bad'));
  expect(await used(stub)).toBe(2);
  await stub.settle({ turn: 'good', counted: true });
  await stub.settle({ turn: 'bad', counted: false });
  for (const counted of [true, false]) {
    await stub.settle({ turn: 'good', counted });
    await stub.settle({ turn: 'bad', counted });
  }
  expect(await used(stub)).toBe(1);
});

it('opens no lease for a turn that was given up before its admission arrived', async () => {
  const stub = account();
  await stub.settle({ turn: 'late', counted: false });
  expect(await stub.admit(request('late'))).toMatchObject({ ok: false, code: 'internal' });
  expect(await used(stub)).toBe(0);
  expect(await stub.projects()).toEqual([]);
});

it('refuses a turn that the budget of the day does not cover, and leaves no trace', async () => {
  const stub = account();
  const refusal = await stub.admit({ ...request('dear'), leastUsd: 1_000, promptTokens: 5_000 });
  expect(refusal).toMatchObject({ ok: false, code: 'hosted_budget_spent' });
  expect(await used(stub)).toBe(0);
  expect(await stub.projects()).toEqual([]);
});

it('keeps nothing of a visitor who only looks, or is refused', async () => {
  const stub = account();
  await stub.detail();
  await stub.projects();
  await stub.forgetProject('session');
  await stub.admit({ ...request('dear'), leastUsd: 1_000, promptTokens: 5_000 });
  const tables = await runInDurableObject(stub, (_, { storage }) =>
    storage.sql.exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'`).toArray(),
  );
  expect(tables).toEqual([]);
});

it('lists projects under the title that their sessions tell, and an empty one changes nothing', async () => {
  const stub = account();
  await stub.rememberProject('session', '');
  await stub.admit(request('first'));
  expect(await stub.projects()).toMatchObject([{ session: 'session', title: 'A timer' }]);
  await stub.rememberProject('session', 'My timer');
  await stub.admit({ ...request('second'), title: 'My timer' });
  await stub.rememberProject('session', '');
  expect(await stub.projects()).toMatchObject([{ session: 'session', title: 'My timer' }]);
  await stub.admit({ ...request('third'), title: 'Told late' });
  expect(await stub.projects()).toMatchObject([{ session: 'session', title: 'Told late' }]);
  await stub.forgetProject('session');
  expect(await stub.projects()).toEqual([]);
});
