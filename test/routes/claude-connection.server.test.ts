import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ConnectionDetail } from '../../src/protocol/resources.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { type OAuthServer, startOAuthServer } from '../oauth-server/listen.ts';
import { Authenticator } from '../support/authenticator.ts';
import { fetchOnce } from '../support/fetch-once.ts';
import { only, problemOf } from '../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import { Visitor } from '../support/visitor.ts';

const newKey = (): string => randomBytes(32).toString('base64url');
const vaultKeys = { k1: newKey(), k2: newKey() };
const checksPerAddress = 8;

/** Every secret that was sent to Redraw: none may appear in what it stores or prints. */
const canaries: string[] = [];
const canary = (prefix: string): string => {
  const key = `${prefix}-canary-${randomBytes(16).toString('hex')}-last`;
  canaries.push(key);
  return key;
};

let oauth: OAuthServer;
let simulator: Simulator;
let redraw: Redraw;
let addresses = 0;

beforeAll(async () => {
  // Tokens that are due for renewal at once: each turn causes a refresh.
  oauth = await startOAuthServer({ lifeSeconds: 0, format: 'form' });
  simulator = await startSimulator({
    script: [{}],
    repeatLast: true,
    acceptKey: (key) => key.startsWith('sk-good') || key === 'sk-shared' || oauth.server.accepts(key),
  });
  redraw = await startRedraw((url) => ({
    ANTHROPIC_BASE_URL: simulator.url,
    ANTHROPIC_API_KEY: 'sk-shared',
    ANON_TURN_LIMIT: '0',
    KEY_CHECKS_PER_ADDRESS: String(checksPerAddress),
    VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: vaultKeys.k1 } }),
    ...oauth.settingsFor(`${url}/account/claude`),
  }));
});

afterAll(async () => {
  await redraw?.close();
  await simulator?.close();
  await oauth?.close();
});

function newAddress(): Record<string, string> {
  addresses += 1;
  return { 'CF-Connecting-IP': `203.0.113.${addresses}` };
}

const paste = (visitor: Visitor, key: string, headers = newAddress()): Promise<Response> =>
  visitor.call('POST', '/api/account/connection', { kind: 'api_key', key }, headers);

async function begin(visitor: Visitor): Promise<URL> {
  const { url } = await visitor.json<{ url: string }>('POST', '/api/account/connection/oauth/start', {});
  const response = await fetchOnce(url, { redirect: 'manual' });
  return new URL(response.headers.get('Location') ?? '');
}

const finish = (visitor: Visitor, code: string): Promise<Response> =>
  visitor.call('POST', '/api/account/connection/oauth/finish', { code });

async function connectionOf(visitor: Visitor): Promise<ConnectionDetail | null> {
  return (await visitor.json<{ connection: ConnectionDetail | null }>('GET', '/api/account')).connection;
}

async function expectTurn(visitor: Visitor): Promise<void> {
  const { events } = await visitor.build('Build something small.');
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed' });
  expect(only(events, 'session')).toMatchObject({ payer: 'connection' });
}

it('checks a key, keeps it sealed, builds with it, and forgets it', async () => {
  const visitor = new Visitor(redraw.url);
  const problem = await problemOf(await paste(visitor, canary('sk-bad')), 422, 'key_rejected');
  expect(problem.detail).toBe('invalid x-api-key.');
  expect(await connectionOf(visitor)).toBeNull();
  const key = canary('sk-good');
  const connected = await paste(visitor, key);
  expect(connected.status).toBe(200);
  expect(await connected.json()).toMatchObject({ kind: 'api_key', label: '…last', broken: null });
  await expectTurn(visitor);
  expect(simulator.requests.at(-1)?.key).toBe(key);
  expect((await visitor.call('DELETE', '/api/account/connection')).status).toBe(204);
  expect(await connectionOf(visitor)).toBeNull();
  await problemOf(await visitor.call('POST', '/api/chat', { prompt: 'And now?' }), 403, 'sign_in_required');
  expect((await visitor.call('DELETE', '/api/account/connection')).status).toBe(204);
});

it('lets nobody try keys in bulk: five an hour of a visitor, and so many of an address, also at once', async () => {
  const checkAtOnce = async (visitors: readonly Visitor[], headers: Record<string, string>): Promise<number> => {
    const answers = await Promise.all(visitors.map((visitor) => paste(visitor, canary('sk-bad'), headers)));
    for (const answer of answers) {
      if (answer.status === 422) continue;
      await problemOf(answer, 429, 'too_many_requests');
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(3_500);
    }
    return answers.filter(({ status }) => status === 422).length;
  };
  const one = new Visitor(redraw.url);
  await one.json('GET', '/api/account');
  const crowd = Array.from({ length: 20 }, () => one);
  const address = newAddress();
  expect(await checkAtOnce(crowd, address)).toBe(5);
  expect(await checkAtOnce(crowd, newAddress())).toBe(0);
  const strangers = Array.from({ length: 20 }, () => new Visitor(redraw.url));
  // Refusals of the first visitor may have been counted for the address too: never too few are counted.
  expect(await checkAtOnce(strangers, address)).toBeLessThanOrEqual(checksPerAddress - 5);
  expect(await checkAtOnce(strangers, newAddress())).toBe(checksPerAddress);
  // Neither a missing cookie nor a forged address gets past the limit.
  await problemOf(await paste(new Visitor(redraw.url), canary('sk-good'), address), 429, 'too_many_requests');
});

it('connects by what is pasted, or by what arrives at the redirect; only in the browser that has begun it', async () => {
  const visitor = new Visitor(redraw.url);
  const redirect = await begin(visitor);
  expect(`${redirect.origin}${redirect.pathname}`).toBe(`${redraw.url}/account/claude`);
  const page = await fetchOnce(redirect, { headers: { Cookie: visitor.cookie ?? '', 'Sec-Fetch-Site': 'cross-site' } });
  expect(page.status).toBe(200);
  expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(page.headers.get('Cache-Control')).toBe('no-store');
  // A page has no effect.
  expect(await connectionOf(visitor)).toBeNull();
  const other = new Visitor(redraw.url);
  await problemOf(await finish(other, redirect.href), 422, 'oauth_failed');
  await other.json('GET', '/api/account');
  await problemOf(await finish(other, redirect.href), 422, 'oauth_failed');
  expect((await finish(visitor, redirect.href)).status).toBe(200);
  await expectTurn(visitor);
  await problemOf(await finish(visitor, redirect.href), 422, 'oauth_failed');

  const { searchParams } = await begin(visitor);
  const pasted = await finish(visitor, `${searchParams.get('code')}#${searchParams.get('state')}`);
  expect(await pasted.json()).toMatchObject({ kind: 'oauth', label: 'Claude account', broken: null });
  await expectTurn(visitor);
});

it.each([true, false])(
  'survives a kill while a refresh is under way; the server grants a replay: %s',
  async (replays) => {
    const visitor = new Visitor(redraw.url);
    expect((await finish(visitor, (await begin(visitor)).href)).status).toBe(200);
    oauth.server.tokenRequests.length = 0;
    oauth.server.replays = replays;
    oauth.server.faults.push({ kind: 'hold' });
    const killed = visitor.call('POST', '/api/chat', { prompt: 'Build it.' }).catch(() => null);
    await oauth.server.done(1);
    await redraw.kill();
    await killed;
    oauth.server.release();
    await redraw.restart();
    if (replays) {
      await expectTurn(visitor);
      expect(oauth.server.tokenRequests.map(({ outcome }) => outcome)).toContain('replayed');
    } else {
      const refused = await visitor.call('POST', '/api/chat', { prompt: 'Build it.' });
      const problem = await problemOf(refused, 401, 'connection_broken');
      expect(problem.detail).toContain('got lost');
      expect(await connectionOf(visitor)).toMatchObject({ kind: 'oauth', broken: problem.detail });
      expect((await finish(visitor, (await begin(visitor)).href)).status).toBe(200);
      await expectTurn(visitor);
    }
  },
);

it('loses no connection to a server that fails in the middle of turns', async () => {
  const visitor = new Visitor(redraw.url);
  expect((await finish(visitor, (await begin(visitor)).href)).status).toBe(200);
  oauth.server.faults.push({ kind: 'status', status: 500 }, { kind: 'drop', done: false });
  await expectTurn(visitor);
  expect(await connectionOf(visitor)).toMatchObject({ broken: null });
});

it('goes over into the account of who signs in, a key and tokens alike', async () => {
  for (const connect of ['key', 'oauth'] as const) {
    const visitor = new Visitor(redraw.url);
    if (connect === 'key') expect((await paste(visitor, canary('sk-good'))).status).toBe(200);
    else expect((await finish(visitor, (await begin(visitor)).href)).status).toBe(200);
    const before = await connectionOf(visitor);
    expect(await new Authenticator().register(visitor)).toEqual({ projects: 'here' });
    const [, login = ''] = /-([a-z2-7]{26})\./.exec(visitor.cookie ?? '') ?? [];
    expect(login).not.toBe('');
    canaries.push(login);
    expect(await connectionOf(visitor)).toEqual(before);
    await expectTurn(visitor);
  }
});

it('changes the keys of the vault under all connections by one command', async () => {
  const visitors = [new Visitor(redraw.url), new Visitor(redraw.url)] as const;
  expect((await paste(visitors[0], canary('sk-good'))).status).toBe(200);
  expect((await finish(visitors[1], (await begin(visitors[1])).href)).status).toBe(200);
  const both = JSON.stringify({ active: 'k2', keys: vaultKeys });
  await redraw.kill();
  await redraw.restart({ VAULT_KEYS: both });
  const rotate = (keys: string, address = redraw.url) =>
    promisify(execFile)(process.execPath, ['scripts/vault-rotate.ts', address], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, VAULT_KEYS: keys },
    });
  const stranger = JSON.stringify({ active: 'k2', keys: { k2: newKey() } });
  await expect(rotate(stranger)).rejects.toMatchObject({ stderr: expect.stringContaining('is not what') });
  for (const address of ['redraw.example', 'http://localhost:1'])
    await expect(rotate(both, address)).rejects.toMatchObject({ stderr: expect.stringMatching(/^.*\.\n$/) });
  await vi.waitFor(
    async () => expect((await rotate(both)).stdout).toMatch(/with the key k2: 0\. Were already: [1-9]/),
    {
      timeout: 60_000,
    },
  );
  await redraw.kill();
  await redraw.restart({ VAULT_KEYS: JSON.stringify({ active: 'k2', keys: { k2: vaultKeys.k2 } }) });
  for (const visitor of visitors) await expectTurn(visitor);
});

it('leaves no key, code, verifier or token in what it keeps and prints', async () => {
  await redraw.kill();
  const files = readdirSync(redraw.state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const kept = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  const dump = [...kept, await redraw.output()].join('\n');
  expect(dump).toContain('CREATE TABLE sealed');
  const secrets = [...canaries, ...oauth.server.secrets, ...Object.values(vaultKeys), 'sk-shared'];
  expect(secrets.length).toBeGreaterThan(60);
  for (const secret of secrets) expect(dump.includes(secret), secret).toBe(false);
});
