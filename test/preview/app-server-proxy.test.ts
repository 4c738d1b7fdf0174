import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  proxyRefusal,
  serverStartingPage,
  toBrowserResponse,
  toServerRequest,
} from '../../src/preview/app-server-proxy.ts';

const preview = { sandbox: 'sandbox', port: 4000, revision: 1, frameAncestors: ['https://redraw.example'] };
const policy =
  "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-pointer-lock; frame-ancestors 'self' https://redraw.example";
/** The headers of every preview, without its policy. */
const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'origin-agent-cluster': '?1',
  'cross-origin-resource-policy': 'same-origin',
};

const headersOf = ({ headers }: { headers: Headers }): Record<string, string> => Object.fromEntries(headers);

/** Starts an app's server, and gives its origin. */
async function startServer(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the app's server", () => {
  test('gets no cookie, which another app may have set, and nothing that Cloudflare or Redraw has added', () => {
    const withheld = [
      'Cookie',
      'CF-Ray',
      'CF-Connecting-IP',
      'X-Forwarded-For',
      'X-Forwarded-Proto',
      'X-Real-IP',
      'True-Client-IP',
      'CDN-Loop',
      'X-Redraw-Session',
    ];
    const passed = {
      'x-cookie': 'a',
      'cookie-policy': 'b',
      'x-cf-ray': 'c',
      forwarded: 'd',
      'x-real-ip-of': 'e',
      authorization: 'f',
      accept: 'text/html',
    };
    const headers = { ...Object.fromEntries(withheld.map((name) => [name, 'secret'])), ...passed };
    expect(headersOf(toServerRequest(new Request('https://app.example/', { headers })))).toEqual({
      ...passed,
      'accept-encoding': 'identity',
    });
  });

  test('gets the request as it came, and is asked for pages that are not compressed', async () => {
    const received: unknown[] = [];
    const origin = await startServer(async (request, response) => {
      const { method, url, headers } = request;
      received.push([method, url, headers['accept-encoding'], headers['x-app'], await text(request)]);
      response.end();
    });
    const headers = { 'Accept-Encoding': 'gzip, br', 'X-App': 'yes' };
    const request = new Request(`${origin}/a%20b?c=d`, { method: 'POST', body: 'a body', headers });
    await (await fetch(toServerRequest(request))).text();
    expect(received).toEqual([['POST', '/a%20b?c=d', 'identity', 'yes', 'a body']]);
  });

  test('redirects the browser, not the proxy', async () => {
    const urls: (string | undefined)[] = [];
    const origin = await startServer((request, response) => {
      urls.push(request.url);
      response.writeHead(302, { Location: '/next' }).end();
    });
    const answer = toBrowserResponse(await fetch(toServerRequest(new Request(`${origin}/`))), preview, {
      bridge: 'b.js',
    });
    expect([answer.status, answer.headers.get('location'), urls]).toEqual([302, '/next', ['/']]);
  });
});

describe('what is not forwarded', () => {
  const refusal = (path: string, headers: Record<string, string> = {}) =>
    proxyRefusal(new Request(`https://app.example${path}`, { headers }));
  const websocket = { Upgrade: 'WebSocket' };

  test.each(['/_redraw', '/_redraw/', '/_redraw/shelf/react.js', '/a/../_redraw/x'])('%s', (path) => {
    expect(refusal(path)).toEqual({ status: 404, sentence: 'There is no such file.' });
  });

  test.each(['/', '/_redrawn', '/a/_redraw', '/a/_redraw/', '/a/_redraw/x'])('%s is forwarded', (path) => {
    expect(refusal(path)).toBeNull();
  });

  test.each([{ 'Service-Worker': 'script' }, { 'Sec-Fetch-Dest': 'serviceworker' }])(
    'a service worker: %j',
    (headers) => {
      expect(refusal('/sw.js', headers)).toEqual({ status: 403, sentence: 'A preview has no service worker.' });
    },
  );

  test('a WebSocket of another origin', () => {
    for (const origin of ['https://evil.example', 'http://app.example', 'null'])
      expect(refusal('/', { ...websocket, Origin: origin })).toEqual({
        status: 403,
        sentence: 'A preview talks to itself alone.',
      });
  });

  test('but its own WebSocket, one of no page, and requests of other origins are', () => {
    expect(refusal('/', { ...websocket, Origin: 'https://app.example' })).toBeNull();
    expect(refusal('/', websocket)).toBeNull();
    expect(refusal('/', { Origin: 'https://evil.example' })).toBeNull();
    expect(refusal('/', { Upgrade: 'h2c', Origin: 'https://evil.example' })).toBeNull();
  });
});

describe('the browser', () => {
  test('gets the answer as it is, but for what would outlast the app or reach beyond it', async () => {
    const answer = new Response('{"a":1}', {
      status: 418,
      statusText: 'A teapot',
      headers: [
        ['Content-Type', 'application/json'],
        ['ETag', '"x"'],
        ['Cache-Control', 'max-age=60'],
        ['Set-Cookie', 'a=b'],
        ['Set-Cookie', 'c=d'],
        ['Service-Worker-Allowed', '/'],
        ['Clear-Site-Data', '"*"'],
        ['Strict-Transport-Security', 'max-age=60'],
        ['Alt-Svc', 'h3=":443"'],
        ['Referrer-Policy', 'unsafe-url'],
        ['Content-Security-Policy', "default-src 'self'"],
      ],
    });
    const response = toBrowserResponse(answer, preview, { bridge: 'bridge.js' });
    expect([response.status, response.statusText, await response.text()]).toEqual([418, 'A teapot', '{"a":1}']);
    expect(headersOf(response)).toEqual({
      ...everyAnswer,
      // The browser enforces both.
      'content-security-policy': `default-src 'self', ${policy}`,
      'content-type': 'application/json',
      etag: '"x"',
      'cache-control': 'max-age=60',
    });
  });

  /** Answers with a page; the bridge is put in by workerd's `HTMLRewriter`, which Node lacks: `app-server-proxy.worker.test.ts`. */
  const pageHeaders = { ETag: '"x"', 'Last-Modified': 'x', 'Content-Length': '4', 'Cache-Control': 'max-age=60' };
  function answerWith(body: BodyInit | null, contentType: string | null): Response {
    class HTMLRewriter {
      on() {
        return this;
      }
      onDocument() {
        return this;
      }
      transform(page: Response) {
        return page;
      }
    }
    vi.stubGlobal('HTMLRewriter', HTMLRewriter);
    const headers = new Headers({ ...pageHeaders, ...(contentType === null ? {} : { 'Content-Type': contentType }) });
    const answer = new Response(body, { status: 404, statusText: 'Lost', headers });
    if (contentType === null) answer.headers.delete('Content-Type');
    return toBrowserResponse(answer, preview, { bridge: 'bridge.js' });
  }

  test.each(['text/html', 'TEXT/HTML; charset=utf-8'])(
    'keeps no page, as its bridge changes: %s',
    async (contentType) => {
      const response = answerWith('page', contentType);
      expect([response.status, response.statusText, await response.text()]).toEqual([404, 'Lost', 'page']);
      expect(headersOf(response)).toEqual({
        ...everyAnswer,
        'content-security-policy': policy,
        'content-type': contentType,
        'cache-control': 'no-store',
      });
    },
  );

  test.each([
    ['a text', 'text', 'text/plain'],
    ['an archive of pages', 'page', 'multipart/related; type="text/html"'],
    ['bytes of no type', 'page', null],
    ['the answer to HEAD', null, 'text/html'],
  ])('keeps %s as long as the server says', (_, body, contentType) => {
    expect(headersOf(answerWith(body, contentType))).toMatchObject({
      etag: '"x"',
      'last-modified': 'x',
      'content-length': '4',
      'cache-control': 'max-age=60',
    });
  });
});

describe('while the server starts', () => {
  const headers = {
    ...everyAnswer,
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'retry-after': '1',
  };

  const asked = (header: Record<string, string>) => new Request('http://x/', { headers: header });

  test.each([
    ['de-CH, fr;q=0.9', 'de', 'Der Server der App hat geschlafen.'],
    ['nl, fr-CA;q=0.5, de;q=0.2', 'fr', 'Le serveur de l’app était en veille.'],
    ['de;q=0, nl', 'en', 'The app’s server was asleep.'],
  ])('a browser that prefers %s is told so in %s', async (wanted, language, words) => {
    const response = serverStartingPage(preview, asked({ Accept: 'text/html', 'Accept-Language': wanted }));
    expect(response.headers.get('Content-Language')).toBe(language);
    const html = await response.text();
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(words);
  });

  test('a page says so, and reloads itself', async () => {
    const response = serverStartingPage(preview, asked({ Accept: 'text/html,*/*;q=0.8' }));
    expect(response.status).toBe(503);
    expect(headersOf(response)).toEqual({
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-language': 'en',
    });
    const html = await response.text();
    expect(html).toContain('<meta http-equiv="refresh" content="1">');
    expect(html).toContain('<p role="status">The app’s server was asleep. It is starting…</p>');
  });

  test('other requests get a sentence', async () => {
    const response = serverStartingPage(preview, asked({ Accept: '*/*' }));
    expect([response.status, await response.text()]).toEqual([503, 'The server of this app is starting.\n']);
    expect(headersOf(response)).toEqual({ ...headers, 'content-type': 'text/plain;charset=UTF-8' });
  });
});
