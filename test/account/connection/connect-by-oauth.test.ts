import { expect, it } from 'vitest';
import type { Connection } from '../../../src/account/connection/connection.ts';
import { flowLifetimeMs } from '../../../src/account/storage/one-time-flows.ts';
import type { ClaudeCredential } from '../../../src/claude/claude-client.ts';
import { ConnectionLab } from './connection-lab.ts';

const hourMs = 60 * 60_000;

async function credentialOf(connection: Connection): Promise<ClaudeCredential> {
  const reply = await connection.credential();
  if (!reply.ok) throw new Error(`${reply.code}: ${reply.detail}`);
  return reply.value.credential;
}

const refreshes = (lab: ConnectionLab): string[] =>
  lab.server.tokenRequests.filter(({ grant }) => grant === 'refresh_token').map(({ outcome }) => outcome);

/** Begins a connection and approves it at the authorization server. */
async function authorized(lab: ConnectionLab, connection = lab.wake('account')): Promise<URL> {
  const started = await connection.startOAuth();
  if (!started.ok) throw new Error(started.detail);
  return lab.server.authorize(new URL(started.value.url));
}

const pasted = ({ searchParams }: URL): string => `${searchParams.get('code')}#${searchParams.get('state')}`;
const oauthFailed = { ok: false, code: 'oauth_failed' };

it.each(['json', 'form'] as const)(
  'connects by what was pasted, or by the address of the redirect: %s',
  async (format) => {
    const lab = new ConnectionLab({ tokenFormat: format });
    for (const write of [pasted, (redirect: URL) => redirect.href]) {
      const connection = lab.wake('account');
      const finished = await connection.finishOAuth(write(await authorized(lab, connection)));
      expect(finished).toMatchObject({ ok: true, value: { kind: 'oauth', label: 'Claude account', broken: null } });
      const credential = await credentialOf(lab.wake('account'));
      expect(credential).toMatchObject({ kind: 'oauth', beta: 'oauth-test-beta' });
      expect(lab.server.accepts(credential.kind === 'oauth' ? credential.token : '')).toBe(true);
      expect(await connection.models()).toHaveLength(2);
    }
    expect(refreshes(lab)).toEqual([]);
  },
);

it('finishes what was begun once, within ten minutes, and from the account that has begun it', async () => {
  const lab = new ConnectionLab();
  const redirect = await authorized(lab);
  expect(await lab.wake('other').finishOAuth(redirect.href)).toMatchObject(oauthFailed);
  const code = redirect.searchParams.get('code') ?? '';
  expect(await lab.wake('account').finishOAuth(code)).toMatchObject(oauthFailed);
  expect(await lab.wake('account').finishOAuth(`${code}#${'a'.repeat(26)}`)).toMatchObject(oauthFailed);
  expect(lab.server.tokenRequests).toEqual([]);
  expect(await lab.wake('account').finishOAuth(redirect.href)).toMatchObject({ ok: true });
  expect(await lab.wake('account').finishOAuth(redirect.href)).toMatchObject(oauthFailed);
  const late = await authorized(lab);
  lab.pass(flowLifetimeMs);
  expect(await lab.wake('account').finishOAuth(late.href)).toMatchObject(oauthFailed);
  const wrongCode = await authorized(lab);
  wrongCode.searchParams.set('code', 'another');
  expect(await lab.wake('account').finishOAuth(wrongCode.href)).toMatchObject(oauthFailed);
  const no = new URL(`${lab.client.redirectUri}?error=access_denied&state=x`);
  expect(await lab.wake('account').finishOAuth(no.href)).toMatchObject({
    ...oauthFailed,
    detail: 'Claude said: access_denied.',
  });
  // The existing connection is unchanged.
  expect(lab.wake('account').detail()).toMatchObject({ broken: null });
});

it('keeps no verifier, code or token in the open', async () => {
  const lab = new ConnectionLab();
  await authorized(lab);
  const connection = await lab.connected('account');
  await connection.syncKv();
  lab.pass(hourMs);
  await connection.credential();
  const tables = ['connection', 'sealed', 'flow', 'vault_version'].map((table) =>
    lab.storage('account').exec(`SELECT * FROM ${table}`).toArray(),
  );
  const dump = JSON.stringify([tables, [...lab.kv.records]]);
  expect(dump).toContain('eyJ');
  expect(lab.server.secrets.length).toBeGreaterThanOrEqual(5);
  for (const secret of lab.server.secrets) expect(dump).not.toContain(secret);
});

it('makes exactly 50 refreshes for 200 turns in parallel over each of 50 expiries', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  let refused = await credentialOf(connection);
  for (let expiry = 0; expiry < 50; expiry++) {
    // Expired by the clock, or revoked without notice: then Claude answers 401.
    const isSilent = expiry % 2 === 1;
    if (!isSilent) lab.pass(hourMs - 60_000);
    lab.server.expire();
    const turns = Array.from({ length: 200 }, async () => {
      const credential = await credentialOf(connection);
      if (credential.kind === 'oauth' && lab.server.accepts(credential.token)) return credential;
      const renewed = await connection.renew(credential);
      if (!renewed.ok) throw new Error(renewed.detail);
      return renewed.value.credential;
    });
    const credentials = await Promise.all(turns);
    const tokens = new Set(credentials.map((one) => (one.kind === 'oauth' ? one.token : '')));
    expect(tokens.size).toBe(1);
    expect(lab.server.accepts([...tokens][0] ?? '')).toBe(true);
    // A late caller with the old token gets the new one.
    expect(await connection.renew(refused)).toEqual({ ok: true, value: { credential: credentials[0] } });
    refused = credentials[0] ?? refused;
    lab.pass(60_000);
  }
  expect(refreshes(lab)).toEqual(Array.from({ length: 50 }, () => 'granted'));
});

it('loses nothing to a server that fails, limits or hangs up', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  const before = await credentialOf(connection);
  lab.pass(hourMs);
  lab.server.faults.push(
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429, retryAfter: 2 },
    { kind: 'drop', done: false },
  );
  const after = await credentialOf(connection);
  expect(after).not.toEqual(before);
  // Longer than the maximum wait: the next turn tries again.
  lab.pass(hourMs);
  lab.server.faults.push({ kind: 'status', status: 429, retryAfter: 600 });
  expect(await connection.credential()).toMatchObject({ ok: false, code: 'connection_unavailable' });
  lab.server.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'status', status: 503 }) as const));
  expect(await connection.credential()).toMatchObject({ ok: false, code: 'connection_unavailable' });
  expect(connection.detail()).toMatchObject({ broken: null });
  expect(await credentialOf(connection)).toMatchObject({ kind: 'oauth' });
});

it('goes on with the token at hand while it is good, where it cannot be renewed', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  const before = await credentialOf(connection);
  lab.pass(hourMs - 4 * 60_000);
  lab.server.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'status', status: 500 }) as const));
  expect(await credentialOf(connection)).toEqual(before);
  expect(await credentialOf(connection)).not.toEqual(before);
});

it('ends a connection that Claude has ended with the word to connect again, and never asks twice', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  lab.pass(hourMs);
  lab.server.revoke();
  const broken = {
    ok: false,
    code: 'connection_broken',
    detail: 'Claude has ended this connection. Connect again to go on.',
  };
  for (let turn = 0; turn < 3; turn++) expect(await connection.credential()).toMatchObject(broken);
  expect(await lab.wake('account').credential()).toMatchObject(broken);
  expect(refreshes(lab)).toEqual(['refused']);
  await lab.connected('account');
  expect(await lab.wake('account').credential()).toMatchObject({ ok: true });
});

it('ends a connection whose fresh token is refused as well, and one that is refused much later not', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  const first = await connection.renew(await credentialOf(connection));
  expect(first).toMatchObject({ ok: true });
  lab.pass(60_000);
  const second = await connection.renew(await credentialOf(connection));
  expect(second).toMatchObject({ ok: true });
  const third = await connection.renew(await credentialOf(connection));
  expect(third).toMatchObject({
    ok: false,
    code: 'connection_broken',
    detail: expect.stringContaining('Connect again'),
  });
  expect(refreshes(lab)).toHaveLength(2);
});

it.each([
  [true, 'gives it once more'],
  [false, 'does not'],
])('after an answer that got lost asks the same again: a server that grants replays (%s) %s', async (replays) => {
  const lab = new ConnectionLab();
  lab.server.replays = replays;
  const connection = await lab.connected('account');
  lab.pass(hourMs);
  lab.server.faults.push({ kind: 'drop', done: true });
  const reply = await connection.credential();
  if (replays) expect(reply).toMatchObject({ ok: true });
  else
    expect(reply).toMatchObject({ ok: false, code: 'connection_broken', detail: expect.stringContaining('got lost') });
  expect(refreshes(lab)).toEqual(['granted', replays ? 'replayed' : 'refused']);
});

it.each([true, false])('knows on waking that a refresh was under way: replay granted %s', async (replays) => {
  const lab = new ConnectionLab();
  lab.server.replays = replays;
  const connection = await lab.connected('account');
  lab.pass(hourMs);
  lab.server.faults.push({ kind: 'hold' });
  const lost = connection.credential();
  await lab.server.done(2);
  // The object is evicted; a new instance starts with the storage as it was at that moment.
  const woken = lab.wake('account');
  const reply = await woken.credential();
  if (replays) expect(reply).toMatchObject({ ok: true });
  else
    expect(reply).toMatchObject({ ok: false, code: 'connection_broken', detail: expect.stringContaining('got lost') });
  void lost;
});

it('keeps the new pair before it gives it away', async () => {
  const lab = new ConnectionLab();
  await lab.connected('account');
  lab.steps.length = 0;
  lab.kv.broken = true;
  for (let expiry = 0; expiry < 3; expiry++) {
    lab.pass(hourMs);
    const given = await credentialOf(lab.wake('account'));
    expect(await credentialOf(lab.wake('account'))).toEqual(given);
  }
  expect(refreshes(lab)).toHaveLength(3);
  const each = ['durable', 'token request', 'durable'];
  expect(lab.steps).toEqual([...each, ...each, ...each]);
});

it('forgets a pair that arrives after the connection was forgotten or replaced', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  lab.pass(hourMs);
  lab.server.faults.push({ kind: 'hold' });
  const waiting = connection.credential();
  await lab.server.done(2);
  await connection.connectKey('sk-good-0123456789');
  lab.server.release();
  expect(await waiting).toEqual({ ok: true, value: { credential: { kind: 'api_key', key: 'sk-good-0123456789' } } });
  expect(lab.wake('account').detail()).toMatchObject({ kind: 'api_key' });
});

it('seals anew while a refresh is under way, and keeps what the refresh brings', async () => {
  const lab = new ConnectionLab();
  const connection = await lab.connected('account');
  await connection.syncKv();
  lab.keys = { active: 'k2', keys: { ...lab.keys.keys, k2: 'B'.repeat(43) } };
  const woken = lab.wake('account');
  lab.pass(hourMs);
  lab.server.faults.push({ kind: 'hold' });
  const waiting = woken.credential();
  await lab.server.done(2);
  await woken.reseal();
  lab.server.release();
  const reply = await waiting;
  expect(reply).toMatchObject({ ok: true });
  expect(await lab.wake('account').credential()).toEqual(reply);
});

it('is given away after the refresh that runs, and refreshed in one place only', async () => {
  const lab = new ConnectionLab();
  const visitor = await lab.connected('visitor');
  lab.pass(hourMs);
  lab.server.faults.push({ kind: 'hold' });
  const waiting = visitor.credential();
  await lab.server.done(2);
  const giving = visitor.exportTransfer();
  lab.server.release();
  expect(await waiting).toMatchObject({ ok: true });
  const given = await giving;
  if (!given.ok || !given.value) throw new Error('nothing was given');
  const user = lab.wake('user');
  await user.importTransfer(given.value);
  expect(await user.credential()).toEqual(await waiting);
  lab.pass(hourMs);
  expect(await lab.wake('visitor').credential()).toMatchObject({ ok: false, code: 'connection_unavailable' });
  expect(await user.credential()).toMatchObject({ ok: true });
  expect(refreshes(lab)).toEqual(['granted', 'granted']);
});

it('keeps nothing any more once it was given away', async () => {
  const lab = new ConnectionLab();
  const visitor = lab.wake('visitor');
  const redirect = await authorized(lab, visitor);
  lab.server.faults.push({ kind: 'hold' });
  const late = visitor.finishOAuth(redirect.href);
  await lab.server.done(1);
  expect(await visitor.exportTransfer()).toEqual({ ok: true, value: null });
  lab.server.release();
  expect(await late).toMatchObject({ ok: false, code: 'not_found' });
  expect(visitor.exists).toBe(false);
});

it('is inert where the operator has not set it up, also for who was connected before', async () => {
  const lab = new ConnectionLab();
  await lab.connected('account');
  const connection = lab.wake('account', null);
  expect(await connection.startOAuth()).toMatchObject({ ok: false, code: 'not_found' });
  expect(await connection.finishOAuth('a#b')).toMatchObject({ ok: false, code: 'not_found' });
  expect(await connection.credential()).toMatchObject({ ok: false, code: 'connection_broken' });
  expect(lab.wake('account').detail()).toMatchObject({ broken: null });
});
