import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { verifyTurnstile } from '../../src/account/billing/verify-turnstile.ts';
import { createClaude } from '../../src/claude/claude-client.ts';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import { fetchModels } from '../../src/claude/fetch-models.ts';
import { requestTokens } from '../../src/claude/oauth-protocol.ts';
import { outboundFetch } from '../../src/net/outbound-fetch.ts';
import { ClaudeSignalLog } from '../../src/session/turn/claude-signal-log.ts';
import { githubProvider } from '../../src/sign-in/github-provider.ts';
import { openIdProvider } from '../../src/sign-in/openid-provider.ts';
import { ProviderError } from '../../src/sign-in/provider.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What came to the host that nobody has named but a redirect. */
let strayed: string[] = [];
let upstream = '';
let elsewhere = '';
let answer: Answer;

const servers = [
  createServer((request, response) => answer(request, response)),
  createServer((request, response) => {
    strayed.push(`${request.method} ${request.url}`);
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end('{"success":true,"data":[],"access_token":"x"}');
  }),
];

beforeAll(async () => {
  const [one = '', other = ''] = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  [upstream, elsewhere] = [one, other];
});
afterAll(() => {
  for (const server of servers) server.close();
});
beforeEach(() => {
  strayed = [];
});

const credential = { kind: 'api_key', key: 'sk-ant-the-key' } as const;
const provider = { id: 'acme', name: 'Acme', clientId: 'redraw', clientSecret: 'the secret' };
const flow = {
  redirectUri: 'http://localhost:1/callback',
  verifier: 'v'.repeat(43),
  nonce: 'n'.repeat(26),
  provenSince: null,
};
const oauth = (tokenFormat: 'json' | 'form') => ({
  clientId: 'redraw',
  authorizeUrl: `${upstream}/authorize`,
  tokenUrl: `${upstream}/token`,
  redirectUri: flow.redirectUri,
  scopes: 'x',
  beta: 'x',
  tokenFormat,
});
const refresh = { grant_type: 'refresh_token', refresh_token: 'the refresh token' } as const;

/** Redirects the requests to some paths, and answers all others with what a provider says. */
const redirecting =
  (status: number, isMoved: (path: string) => boolean): Answer =>
  ({ url = '' }, response) => {
    if (isMoved(url)) response.writeHead(status, { Location: `${elsewhere}${url}` }).end();
    else {
      const endpoints = { authorization_endpoint: '/authorize', token_endpoint: '/token', jwks_uri: '/keys' };
      const urls = Object.entries(endpoints).map(([name, path]) => [name, upstream + path]);
      const idToken = ['{"alg":"ES256","kid":"one"}', '{}', 'x'].map((part) => Buffer.from(part).toString('base64url'));
      const said = { issuer: upstream, ...Object.fromEntries(urls), access_token: 'x', id_token: idToken.join('.') };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(said));
    }
  };

const everything = () => true;

/** Each call to another host: the paths that redirect, the call, and what its caller is told. */
const calls: [name: string, isMoved: (path: string) => boolean, call: () => Promise<unknown>, told: unknown][] = [
  [
    'the check of a key',
    everything,
    () => fetchModels({ credential, baseUrl: upstream }),
    expect.objectContaining({ name: 'ClaudeError', failure: expect.objectContaining({ kind: 'http' }) }),
  ],
  [
    'a request to Claude',
    everything,
    () =>
      createClaude({ credential, baseUrl: upstream }).streamReply(
        { model: 'x', max_tokens: 1, stream: true, messages: [] },
        { signal: new AbortController().signal, listener: { onThinking() {}, onText() {} } as never },
      ),
    expect.any(ClaudeError),
  ],
  ...(['json', 'form'] as const).map((format): (typeof calls)[number] => [
    `a request for tokens (${format})`,
    everything,
    () => requestTokens(oauth(format), refresh),
    { kind: 'failed', retry: false, retryAfterMs: null, reason: expect.stringMatching(/^30\d$/) },
  ]),
  ['a check of Turnstile’s', everything, () => verifyTurnstile('the secret', 'x', '127.0.0.1'), 'unknown'],
  [
    'the document of a provider',
    everything,
    () => openIdProvider({ ...provider, issuer: upstream }).authorizationUrl(flow, 'x'),
    expect.any(ProviderError),
  ],
  [
    'the exchange of a code',
    (path) => path === '/token',
    () => openIdProvider({ ...provider, issuer: upstream }).userOf(flow, 'x', null),
    expect.any(ProviderError),
  ],
  [
    'the keys of a provider',
    (path) => path === '/keys',
    () => openIdProvider({ ...provider, issuer: upstream }).userOf(flow, 'x', null),
    expect.any(ProviderError),
  ],
  [
    'the exchange of a code at GitHub',
    (path) => path === '/login/oauth/access_token',
    () => githubProvider({ ...provider, issuer: upstream }).userOf(flow, 'x', null),
    expect.any(ProviderError),
  ],
  [
    'the user of a GitHub server',
    (path) => path === '/api/v3/user',
    () => githubProvider({ ...provider, issuer: upstream }).userOf(flow, 'x', null),
    expect.any(ProviderError),
  ],
  [
    'a signal to PostHog',
    everything,
    async () => {
      const posted: Promise<unknown>[] = [];
      const log = new ClaudeSignalLog({
        writeLine: () => undefined,
        posthog: { key: 'phc_the_key', host: upstream },
        fetch: outboundFetch,
        waitUntil: (promise) => posted.push(promise),
      });
      const data = { code: 'internal', message: 'x', retryable: true };
      log.record({ type: 'prompt_error', data }, { model: 'x', payer: 'trial' });
      await Promise.all(posted);
      return posted.length;
    },
    1,
  ],
];

it.each(calls)('%s follows no redirect', async (name, isMoved, call, told) => {
  // Turnstile has one address, which no setting changes: the connection to it is one to this machine.
  const real = fetch;
  if (name === 'a check of Turnstile’s')
    vi.stubGlobal('fetch', (_: unknown, init?: RequestInit) => real(`${upstream}/siteverify`, init));
  for (const status of [301, 302, 303, 307, 308]) {
    answer = redirecting(status, isMoved);
    expect(await call().catch((error: unknown) => error)).toEqual(told);
  }
  expect(strayed).toEqual([]);
});
