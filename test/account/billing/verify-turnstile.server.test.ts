import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildAll } from '../../../scripts/build.ts';
import { type Server, startServer } from '../../../scripts/server.ts';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { fetchOnce } from '../../support/fetch-once.ts';
import { freePort } from '../../support/free-port.ts';
import { EventReader, only, problemOf, uniquePrompt } from '../../support/running-redraw.ts';
import { Visitor } from '../../support/visitor.ts';

const siteverify = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
const stateDir = mkdtempSync(join(tmpdir(), 'redraw-turnstile-'));
/** The requests to Cloudflare. */
const asked: Record<string, string>[] = [];
const spent = new Set<string>();

/** Simulates Cloudflare's validation: a token that begins with `good` passes once. */
async function cloudflare(request: Request): Promise<Response> {
  const form = Object.fromEntries(new URLSearchParams(await request.text()));
  asked.push(form);
  const token = form.response ?? '';
  if (token === 'trouble') return new Response('<h1>502</h1>', { status: 502 });
  const success = request.method === 'POST' && token.startsWith('good') && !spent.has(token);
  spent.add(token);
  return Response.json({ success, 'error-codes': success ? [] : ['timeout-or-duplicate'] });
}

/** Forwards a request as Node's own `Request`: the server's class is another one. */
async function passOn(request: Request): Promise<Response> {
  const { url, method } = request;
  const body = method === 'GET' ? {} : { body: await request.arrayBuffer() };
  return fetch(url, { method, headers: [...request.headers], ...body });
}

let simulator: Simulator;
let server: Server;
let url: string;

beforeAll(async () => {
  simulator = await startSimulator({ script: [{}], repeatLast: true });
  const port = await freePort();
  url = `http://localhost:${port}`;
  await buildAll();
  server = await startServer({
    port,
    stateDir,
    bindings: {
      PREVIEW_HOST: `localhost:${port}`,
      SESSION_SECRET: 'x'.repeat(32),
      VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
      ANTHROPIC_BASE_URL: simulator.url,
      TURNSTILE_SITE_KEY: 'site-key',
      TURNSTILE_SECRET: 'the-secret',
    },
    network: (request) => (request.url === siteverify ? cloudflare(request) : passOn(request)),
  });
});
afterAll(async () => {
  await server?.close();
  await simulator?.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const chat = (visitor: Visitor, more: object = {}) =>
  visitor.call('POST', '/api/chat', { prompt: uniquePrompt(), ...more }, { 'CF-Connecting-IP': '203.0.113.9' });
const account = (visitor: Visitor) => visitor.json<AccountDetail>('GET', '/api/account');

it('asks a new visitor for the check before the first trial turn, once', async () => {
  const visitor = new Visitor(url);
  expect((await account(visitor)).turnstile).toBe('site-key');
  const problem = await problemOf(await chat(visitor), 403, 'challenge_required');
  expect(problem.siteKey).toBe('site-key');
  expect(await visitor.json('GET', '/api/sessions')).toEqual([]);

  const events = await new EventReader(await chat(visitor, { turnstile: 'good 1' })).rest();
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
  expect(asked.at(-1)).toEqual({ secret: 'the-secret', response: 'good 1', remoteip: '203.0.113.9' });
  expect((await account(visitor)).turnstile).toBeNull();
  const questions = asked.length;
  expect((await chat(visitor)).status).toBe(200);
  expect((await chat(visitor, { turnstile: 'whatever' })).status).toBe(200);
  expect(asked).toHaveLength(questions);
});

it('takes no token that Cloudflare does not know, a second time, or while it cannot be asked', async () => {
  const first = new Visitor(url);
  expect((await chat(first, { turnstile: 'good 2' })).status).toBe(200);
  const visitor = new Visitor(url);
  for (const turnstile of ['made up', 'good 2', 'trouble']) {
    const problem = await problemOf(await chat(visitor, { turnstile }), 403, 'challenge_required');
    expect(problem).toMatchObject({ siteKey: 'site-key', detail: expect.stringMatching(/Try it again\.$/) });
  }
  expect(await account(visitor)).toMatchObject({ turnstile: 'site-key', trial: { used: 0 } });
  expect((await chat(visitor, { turnstile: 'good 3' })).status).toBe(200);
});

it('checks nobody who pays with a Claude of their own', async () => {
  const visitor = new Visitor(url);
  await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-own-0123456789' });
  expect((await account(visitor)).turnstile).toBeNull();
  const questions = asked.length;
  const events = await new EventReader(await chat(visitor)).rest();
  expect(only(events, 'session').payer).toBe('connection');
  expect(asked).toHaveLength(questions);
});

it('lets the widget onto the pages, and nothing else', async () => {
  for (const path of ['/', '/account']) {
    const policy = (await fetchOnce(url + path)).headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("script-src 'self' https://challenges.cloudflare.com;");
    expect(policy).toMatch(/frame-src http:\/\/\*\.localhost:\d+ https:\/\/challenges\.cloudflare\.com;/);
    expect(policy.match(/challenges/g)).toHaveLength(2);
    expect(policy.split('; ')).toContain('trusted-types dompurify default');
  }
});
