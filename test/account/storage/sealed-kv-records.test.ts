import { expect, it } from 'vitest';
import { ConnectionLab, newKey } from '../connection/connection-lab.ts';

const aKey = (name: string): string => `sk-good-${name}-0123456789-last`;

/** A lab with an account whose key is stored in KV only. */
async function settled(account = 'account', lab = new ConnectionLab()): Promise<ConnectionLab> {
  const connection = lab.wake(account);
  expect(await connection.connectKey(aKey(account))).toMatchObject({
    ok: true,
    value: { kind: 'api_key', label: '…last' },
  });
  await connection.syncKv();
  expect(connection.dueAt()).toBeNull();
  return lab;
}

const good = (account = 'account') => ({ ok: true, value: { credential: { kind: 'api_key', key: aKey(account) } } });
const unavailable = { ok: false, code: 'connection_unavailable' };

it('keeps a connection where KV fails, finds nothing for a while, or answers late', async () => {
  const lab = new ConnectionLab();
  lab.kv.broken = true;
  const connection = lab.wake('account');
  expect(await connection.connectKey(aKey('account'))).toMatchObject({ ok: true });
  for (let round = 0; round < 5; round++) {
    expect(await lab.wake('account').credential()).toEqual(good());
    lab.pass((connection.dueAt() ?? 0) - lab.now);
    await lab.wake('account').syncKv();
  }
  // KV accepts the record, but the next read does not find it.
  lab.kv.broken = false;
  lab.kv.blindReads = 1;
  lab.pass((connection.dueAt() ?? 0) - lab.now);
  await lab.wake('account').syncKv();
  expect(lab.kv.records.size).toBe(1);
  expect(connection.dueAt()).toBeGreaterThan(lab.now);
  expect(await lab.wake('account').credential()).toEqual(good());
  lab.pass((connection.dueAt() ?? 0) - lab.now);
  await lab.wake('account').syncKv();
  expect(connection.dueAt()).toBeNull();
  // Another KV location receives the record a moment later.
  lab.kv.blindReads = 2;
  expect(await lab.wake('account').credential()).toEqual(good());
  lab.kv.blindReads = 1_000;
  const woken = lab.wake('account');
  expect(await woken.credential()).toMatchObject(unavailable);
  expect(woken.detail()).toMatchObject({ label: '…last', broken: null });
  lab.kv.blindReads = 0;
  lab.kv.broken = true;
  expect(await woken.credential()).toMatchObject(unavailable);
  lab.kv.broken = false;
  expect(await woken.credential()).toEqual(good());
});

it('looks again where KV gives another record, and for what was connected while it read', async () => {
  const lab = await settled('one');
  await settled('two', lab);
  lab.kv.wrongReads.push(lab.kv.records.get('cred/two/1') ?? '');
  expect(await lab.wake('one').credential()).toEqual(good('one'));
  const { promise, resolve } = Promise.withResolvers<string>();
  lab.kv.wrongReads.push(promise);
  const connection = lab.wake('one');
  const waiting = connection.credential();
  await connection.connectKey(aKey('next'));
  resolve(lab.kv.records.get('cred/one/1') ?? '');
  expect(await waiting).toEqual(good('next'));
});

it('holds the ciphertext only, here and in KV, and in KV alone once that has it', async () => {
  const lab = await settled();
  expect([...lab.kv.records.keys()]).toEqual(['cred/account/1']);
  expect(JSON.stringify([...lab.kv.records])).not.toContain('sk-good');
  const rows = lab.storage('account').exec('SELECT * FROM sealed').toArray();
  expect(rows).toMatchObject([{ version: 1, state: 'current', ciphertext: null }]);
});

it('opens no record that belongs to another account, to another time, or to another key', async () => {
  const lab = await settled('one');
  await settled('two', lab);
  const { records } = lab.kv;
  const swapped = [...records];
  records.set('cred/one/1', records.get('cred/two/1') ?? '');
  expect(await lab.wake('one').credential()).toMatchObject(unavailable);
  for (const [key, value] of swapped) records.set(key, value);
  expect(await lab.wake('one').credential()).toEqual(good('one'));

  // Replay: an older record under the current key.
  const older = records.get('cred/one/1') ?? '';
  const connection = lab.wake('one');
  await connection.connectKey(aKey('newer'));
  await connection.syncKv();
  expect([...records.keys()].sort()).toEqual(['cred/one/2', 'cred/two/1']);
  const newer = records.get('cred/one/2') ?? '';
  records.set('cred/one/2', older);
  expect(await lab.wake('one').credential()).toMatchObject(unavailable);
  // The same by an attacker who can also write the account's rows.
  const sql = lab.storage('one');
  const [{ digest } = { digest: '' }] = sql.exec<{ digest: string }>('SELECT digest FROM sealed').toArray();
  sql.exec('UPDATE sealed SET ciphertext = ?, digest = ?', older, await digestOf(older));
  expect(await lab.wake('one').credential()).toMatchObject(unavailable);
  sql.exec('UPDATE sealed SET ciphertext = NULL, digest = ?', digest);
  records.set('cred/one/2', newer);
  expect(await lab.wake('one').credential()).toEqual(good('newer'));
});

it('takes a key id that it does not know for an error of the site, not for a missing connection', async () => {
  const lab = await settled();
  const { k1 = '' } = lab.keys.keys;
  for (const keys of [{ k2: newKey() }, { k2: newKey(), k1: newKey() }]) {
    lab.keys = { active: 'k2', keys };
    const connection = lab.wake('account');
    expect(await connection.credential()).toMatchObject(unavailable);
    expect(await connection.reseal()).toMatchObject(unavailable);
    expect(connection.detail()).toMatchObject({ broken: null });
  }
  lab.keys = { active: 'k1', keys: { k1 } };
  expect(await lab.wake('account').credential()).toEqual(good());
});

it('seals anew under a new key when it reads, and by command; the old record goes', async () => {
  const lab = await settled('one');
  await settled('two', lab);
  const { k1 = '' } = lab.keys.keys;
  lab.keys = { active: 'k2', keys: { k1, k2: newKey() } };
  expect(await lab.wake('one').credential()).toEqual(good('one'));
  expect(await lab.wake('one').reseal()).toEqual({ ok: true, value: 'current' });
  expect(await lab.wake('two').reseal()).toEqual({ ok: true, value: 'resealed' });
  expect(await lab.wake('three').reseal()).toEqual({ ok: true, value: 'none' });
  for (const account of ['one', 'two']) await lab.wake(account).syncKv();
  expect([...lab.kv.records.keys()].sort()).toEqual(['cred/one/2', 'cred/two/2']);
  lab.keys = { active: 'k2', keys: { k2: lab.keys.keys.k2 ?? '' } };
  expect(await lab.wake('one').credential()).toEqual(good('one'));
  expect(await lab.wake('two').credential()).toEqual(good('two'));
});

it('forgets everywhere, and never writes a name in KV twice', async () => {
  const lab = await settled();
  const connection = lab.wake('account');
  lab.kv.broken = true;
  connection.forget();
  await connection.syncKv();
  expect(connection.detail()).toBeNull();
  expect(await connection.credential()).toMatchObject({ ok: false, code: 'not_found' });
  lab.kv.broken = false;
  lab.pass((connection.dueAt() ?? 0) - lab.now);
  await lab.wake('account').syncKv();
  expect(lab.kv.records.size).toBe(0);
  expect(lab.storage('account').exec('SELECT * FROM sealed').toArray()).toEqual([]);
  await settled('account', lab);
  expect([...lab.kv.records.keys()]).toEqual(['cred/account/2']);
});

it('tells a key that Claude refuses from a Claude that cannot be reached, and keeps neither', async () => {
  const lab = new ConnectionLab();
  const connection = lab.wake('account');
  const refused = await connection.connectKey('sk-bad-canary-0123456789');
  expect(refused).toMatchObject({ ok: false, code: 'key_rejected', detail: 'invalid x-api-key …' });
  for (const answer of ['down', 500, 529, 429, 404] as const) {
    lab.models = answer;
    expect(await connection.connectKey(aKey('account'))).toMatchObject({ ok: false, code: 'claude_unreachable' });
  }
  expect(connection.exists).toBe(false);
});

it('breaks a key that Claude refuses later, once, and not one that has taken its place', async () => {
  const lab = await settled();
  const connection = lab.wake('account');
  const old = { kind: 'api_key', key: aKey('account') } as const;
  await connection.connectKey(aKey('next'));
  expect(await connection.renew(old)).toEqual(good('next'));
  const broken = { ok: false, code: 'connection_broken', detail: expect.stringContaining('Connect again') };
  expect(await connection.renew({ kind: 'api_key', key: aKey('next') })).toMatchObject(broken);
  expect(await lab.wake('account').credential()).toMatchObject(broken);
  expect(connection.detail()).toMatchObject({ label: '…last', broken: expect.any(String) });
  expect(await connection.connectKey(aKey('new'))).toMatchObject({ ok: true, value: { broken: null } });
  expect(await connection.credential()).toEqual(good('new'));
});

it('knows the models of a connection, and asks again a day later', async () => {
  const lab = await settled();
  const models = [
    { id: 'claude-haiku-5-5', name: 'Claude Haiku 5.5' },
    { id: 'claude-opus-5-5', name: 'claude-opus-5-5' },
  ];
  expect(await lab.wake('account').models()).toEqual(models);
  expect(lab.modelRequests).toBe(1);
  lab.pass(24 * 60 * 60_000);
  lab.models = 'down';
  const connection = lab.wake('account');
  expect(await connection.models()).toEqual(models);
  expect(await connection.models()).toEqual(models);
  // One request, and one retry after a broken line.
  expect(lab.modelRequests).toBe(3);
  lab.models = 200;
  lab.pass(60_000);
  expect(await connection.models()).toEqual(models);
  expect(await connection.models()).toEqual(models);
  expect(lab.modelRequests).toBe(4);
});

it('is given to another account, opened and sealed anew, and only where that has none', async () => {
  const lab = await settled('visitor');
  const given = await lab.wake('visitor').exportTransfer();
  if (!given.ok || !given.value) throw new Error('nothing was given');
  await lab.wake('user').importTransfer(given.value);
  await lab.wake('user').importTransfer(given.value);
  expect(await lab.wake('user').credential()).toEqual(good('visitor'));
  lab.wake('visitor').forget();
  await lab.wake('visitor').syncKv();
  await lab.wake('user').syncKv();
  expect([...lab.kv.records.keys()]).toEqual(['cred/user/1']);
  await settled('other', lab);
  await lab.wake('other').importTransfer(given.value);
  expect(await lab.wake('other').credential()).toEqual(good('other'));
  expect(await lab.wake('empty').exportTransfer()).toEqual({ ok: true, value: null });
});

async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('base64url');
}
