import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Account } from '../../../src/account/account.ts';
import { Connection } from '../../../src/account/connection/connection.ts';
import { accountSchema } from '../../../src/account/storage/account-schema.ts';
import { OneTimeFlows } from '../../../src/account/storage/one-time-flows.ts';
import { createTables } from '../../../src/storage/migrate.ts';
import { AuthorizationServer, Dropped } from '../../oauth-server/authorization-server.ts';
import { oauthClient } from '../../oauth-server/client.ts';

const { ACCOUNT, VAULT } = env as unknown as { ACCOUNT: DurableObjectNamespace<Account>; VAULT: KVNamespace };

const account = (): DurableObjectStub<Account> => ACCOUNT.get(ACCOUNT.newUniqueId());

const recordsOf = async (stub: DurableObjectStub<Account>): Promise<string[]> =>
  (await VAULT.list({ prefix: `cred/${stub.id}/` })).keys.map(({ name }) => name);

it('keeps a key in KV, and finds it there once the object has been evicted', async () => {
  const stub = account();
  const key = 'sk-good-0123456789-last';
  expect(await stub.connectKey({ key, address: '127.0.0.1' })).toMatchObject({ ok: true, value: { label: '…last' } });
  await expect.poll(() => recordsOf(stub)).toHaveLength(1);
  await expect
    .poll(() => runInDurableObject(stub, (_, { storage }) => storage.sql.exec('SELECT ciphertext FROM sealed').one()))
    .toEqual({ ciphertext: null });
  await evictDurableObject(stub);
  expect(await stub.credential()).toEqual({ ok: true, value: { credential: { kind: 'api_key', key } } });
  await stub.disconnect();
  await expect.poll(() => recordsOf(stub)).toEqual([]);
  await evictDurableObject(stub);
  expect(await stub.credential()).toMatchObject({ ok: false, code: 'not_found' });
});

it('takes no word about the limits of a connection that was replaced', async () => {
  const stub = account();
  const key = 'sk-good-0123456789-last';
  const connected = await stub.connectKey({ key, address: '127.0.0.1' });
  const since = connected.ok ? connected.value.since : 0;
  const told = (turn: string, source: string, status: 'allowed' | 'rejected') => {
    const unknown = { utilization: null, overageStatus: null, overageDisabledReason: null, surpassedThreshold: null };
    const window = { rateLimitType: 'five_hour', resetsAt: Date.now() + 3_600_000, isUsingOverage: false, extra: {} };
    const limit = { source, state: { status, ...window, ...unknown }, at: Date.now(), message: null, announced: [] };
    return stub.settle({ turn, counted: false, limit });
  };
  await told('one', `connection ${since}`, 'rejected');
  expect(await stub.detail()).toMatchObject({ rateLimit: { status: 'rejected' } });
  await told('two', 'connection 1', 'allowed');
  expect(await stub.detail()).toMatchObject({ rateLimit: { status: 'rejected' } });
});

it.each([true, false])('loses nothing where it is evicted during a refresh; replay granted: %s', async (replays) => {
  const stub = account();
  const { clientId, redirectUri, scopes } = oauthClient;
  const server = new AuthorizationServer({ clientId, redirectUri, scopes, format: 'json', lifeSeconds: 0 });
  server.replays = replays;
  const wake = (state: DurableObjectState): Connection => {
    const { storage, id } = state;
    createTables(storage, accountSchema);
    const keys = { active: 'k1', keys: { k1: 'A'.repeat(43) } };
    return new Connection({
      sql: storage.sql,
      kv: VAULT,
      keys,
      account: String(id),
      flows: new OneTimeFlows(storage.sql, keys, String(id)),
      oauth: oauthClient,
      baseUrl: 'https://claude.example',
      now: Date.now,
      wait: async () => undefined,
      sync: () => storage.sync(),
      schedule: () => state.waitUntil(storage.setAlarm(Date.now())),
      fetch: async (_, init) => {
        const { status, body } = await server.token('application/json', String(init?.body)).catch((error: unknown) => {
          throw error instanceof Dropped ? new TypeError('Network connection lost.') : error;
        });
        return Response.json(body, { status });
      },
    });
  };
  await runInDurableObject(stub, async (_, state) => {
    const connection = wake(state);
    const started = await connection.startOAuth();
    if (!started.ok) throw new Error(started.detail);
    expect(await connection.finishOAuth(server.authorize(new URL(started.value.url)).href)).toMatchObject({ ok: true });
    expect(await connection.credential()).toMatchObject({ ok: true });
  });
  await runDurableObjectAlarm(stub);
  const gone = runInDurableObject(stub, async (_, state) => {
    server.faults.push({ kind: 'hold' });
    const waiting = wake(state).credential();
    await server.done(3);
    state.abort('evicted');
    await waiting;
  });
  await expect(gone).rejects.toThrow();
  const woken = ACCOUNT.get(stub.id);
  const reply = await runInDurableObject(woken, (_, state) => wake(state).credential());
  if (replays) expect(reply).toMatchObject({ ok: true });
  else
    expect(reply).toMatchObject({ ok: false, code: 'connection_broken', detail: expect.stringContaining('got lost') });
});
