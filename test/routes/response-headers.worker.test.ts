import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/routes/app.ts';
import { type Call, sessionCalls, unsafeCalls, userCalls } from './api-calls.ts';

const provider = { id: 'aaaa', name: 'A', issuer: 'http://127.0.0.1:9', clientId: 'a', clientSecret: 'b' };
const hosted = { ...env, PREVIEW_HOST: 'previews.example', OIDC_PROVIDERS: JSON.stringify([provider]) };
const own = 'https://redraw.example';

/** Every registered route but those for any method, which the calls below meet as well. */
const routes = app.routes.filter(({ method }) => method !== 'ALL');

/** Asks as a browser would that came by https, or as `url` says. */
async function ask(
  method: string,
  url: string,
  init: RequestInit & { cookie?: string | null } = {},
): Promise<Response> {
  const { cookie, ...rest } = init;
  const headers = new Headers({ Accept: 'text/html,*/*', 'Content-Type': 'application/json' });
  if (method !== 'GET') headers.set('Origin', own);
  if (cookie) headers.set('Cookie', cookie);
  for (const [name, value] of new Headers(rest.headers)) headers.set(name, value);
  const request = new Request(new URL(url, own), { ...rest, method, headers, redirect: 'manual' });
  return app.fetch(request, hosted as never, createExecutionContext());
}

/** Asserts what every answer has, whatever it says; reads no more of it. */
async function expectHeaders(response: Response, what: string): Promise<number> {
  const { headers, status } = response;
  await response.body?.cancel();
  // A handshake has no other headers than its own.
  if (status === 101) {
    response.webSocket?.accept();
    response.webSocket?.close();
    return status;
  }
  expect(headers.get('X-Content-Type-Options'), what).toBe('nosniff');
  expect(headers.get('Content-Security-Policy'), what).toMatch(/(?:^|; )frame-ancestors 'none'(?:;|$)/);
  expect(headers.get('Content-Security-Policy'), what).toMatch(/(?:default|script)-src 'none'/);
  // Falls back to nothing (CSP 3, 6.3.1).
  expect(headers.get('Content-Security-Policy'), what).toMatch(/base-uri 'none'/);
  expect(headers.get('Referrer-Policy'), what).toMatch(/^(?:no-referrer|strict-origin-when-cross-origin)$/);
  expect(headers.get('Cross-Origin-Resource-Policy'), what).toBe('same-origin');
  expect(headers.get('Strict-Transport-Security'), what).toBe('max-age=63072000; includeSubDomains');
  expect(headers.get('Cache-Control'), what).toMatch(/no-store|no-cache|immutable/);
  // Pages count down by it.
  if (what.includes(' /api')) expect(headers.get('Date'), what).toMatch(/ GMT$/);
  return status;
}

const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

/** The body that a table of calls has for a route. */
function bodyFor(method: string, path: string): RequestInit {
  const pattern = new RegExp(`^${path.replace(/:\w+(?:\{[^}]+\})?/g, '[^/]+').replace('*', '.*')}$`);
  const calls: Call[] = [...unsafeCalls, ...sessionCalls, ...userCalls];
  const body = calls.find(([verb, at]) => verb === method && pattern.test(at))?.[2];
  if (method === 'GET' || body === undefined) return {};
  return { body: body instanceof Uint8Array ? body : JSON.stringify(body) };
}

/** A path of a route. */
const filled = (path: string, session: string): string =>
  path
    .replace(/:id(?:\{[^}]+\})?/, session)
    .replace(/:\w+/g, 'aaaa')
    .replace('*', 'a.txt');

describe('every answer says that it is neither sniffed nor framed, kept or embedded', () => {
  it('of every route, to its owner, to nobody, to another site, and with a body that is none', async () => {
    expect(routes.length).toBeGreaterThan(45);
    const statuses = new Set<number>();
    for (const { method, path } of routes) {
      const made = await ask('POST', '/api/sessions', { body: '{}' });
      const cookie = cookieOf(made);
      const { session } = await made.json<{ session: string }>();
      const at = filled(path, session);
      const body = bodyFor(method, path);
      if (/\/files\/\*|export/.test(path))
        await ask('PUT', `/api/sessions/${session}/files/a.txt`, { cookie, body: new Uint8Array(1) });
      const asked: [string, RequestInit & { cookie?: string }][] = [
        ['nobody', body],
        ['another site', { ...body, cookie, headers: { 'Sec-Fetch-Site': 'cross-site' } }],
        ['a WebSocket', { cookie, headers: { Upgrade: 'websocket', Origin: own } }],
        ...(method === 'GET'
          ? []
          : [['no JSON', { cookie, body: '{' }] as const].map(
              ([who, init]) => [who, { ...init }] as [string, RequestInit],
            )),
        ['the owner', { ...body, cookie }],
      ];
      for (const [who, init] of asked)
        statuses.add(await expectHeaders(await ask(method, at, init), `${method} ${at} for ${who}`));
    }
    expect([...statuses].sort()).toEqual(expect.arrayContaining([101, 200, 201, 204, 303, 403, 404, 422]));
  });

  it.each([
    '/',
    '/account',
    `/s/${'a'.repeat(26)}`,
    '/nope',
    '/s/short',
    '/_redraw/nope.js',
    '/api',
    '/api/nope',
    '/%ff',
  ])('of %s, by any method', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      await expectHeaders(await ask(method, path), `${method} ${path}`);
  });

  it('where the settings are wrong, too', async () => {
    const broken = { ...hosted, PREVIEW_HOST: 'http://x' } as never;
    for (const path of ['/', '/api/account']) {
      const response = await app.fetch(new Request(own + path), broken, createExecutionContext());
      expect(response.status).toBe(500);
      await expectHeaders(response, path);
    }
  });
});

it('nothing but an answer by https tells browsers to come by https for good', async () => {
  const tell = async (url: string) => (await ask('GET', url)).headers.get('Strict-Transport-Security');
  expect(await tell('http://redraw.example/')).toBeNull();
  for (const url of [
    'http://localhost:8787/',
    'https://localhost/',
    'https://127.0.0.1/',
    'http://127.0.0.1:8787/api/account',
  ])
    expect(await tell(url), url).toBeNull();
  expect(await tell('https://previews.example/')).toContain('max-age');
});

it('a preview stays one that Redraw may frame, and comes by https for good', async () => {
  const response = await ask('GET', `https://${'a'.repeat(26)}.previews.example/`);
  expect(response.status).toBe(404);
  const project = await ask('POST', '/api/sessions', { body: '{}' });
  const cookie = cookieOf(project);
  const { session, previewUrl } = await project.json<{ session: string; previewUrl: string }>();
  await ask('PUT', `/api/sessions/${session}/files/index.html`, { cookie, body: '<!doctype html><p>hi' });
  const label = new URL(previewUrl).hostname.split('.')[0];
  const page = await ask('GET', `https://${label}.previews.example/`);
  expect(page.status).toBe(200);
  expect(page.headers.get('Content-Security-Policy')).toMatch(
    /^sandbox .*frame-ancestors 'self' https:\/\/redraw\.example$/,
  );
  expect(page.headers.get('Content-Security-Policy')).not.toContain('default-src');
  expect(page.headers.get('Strict-Transport-Security')).toContain('max-age');
});
