import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { useRunning } from '../support/running-redraw.ts';
import { unsafeCalls } from './api-calls.ts';

const running = useRunning({ PREVIEW_HOST: 'previews.example' });

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks under a host name of the test's choice. */
function ask(
  method: string,
  path: string,
  host: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = running.redraw;
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { Host: host, ...headers }, agent: false });
    sent.once('error', reject);
    sent.once('response', (response) =>
      text(response).then(
        (answer) => resolve({ status: response.statusCode, headers: response.headers, body: answer }),
        reject,
      ),
    );
    sent.end(body);
  });
}

const label = 'a'.repeat(26);
const foreign = [
  'redraw.example',
  'redraw.example:8080',
  '10.0.0.5',
  '192.168.1.2:8787',
  'localhost.example',
  '[fe80::1]:80',
];

describe('over plain http, on a host that is not this machine’s', () => {
  it.each(foreign)('a page of %s is to be had by https alone', async (host) => {
    const name = host.replace(/:\d+$/, '');
    for (const path of ['/', '/account?a=b&c=%20', `/s/${label}`, '/nope', '//evil.example/x', '/_redraw/app/no.js']) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(method, path, host, { Cookie: '__Host-redraw=x' });
        expect([answer.status, answer.headers.location], path).toEqual([308, `https://${name}${path}`]);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers['strict-transport-security']).toBeUndefined();
        expect(answer.body).toBe('');
      }
    }
  });

  it('no call is taken, whatever it holds', async () => {
    const reads = ['/api', '/api/account', '/api/sessions', '/api/auth/oidc/acme/callback?code=x&state=y'];
    const calls = [...reads.map((path) => ['GET', path] as const), ...unsafeCalls];
    for (const host of ['redraw.example', '10.0.0.5']) {
      for (const [method, path] of calls) {
        const headers = { Origin: `http://${host}`, 'Content-Type': 'application/json' };
        const body = method === 'GET' ? '' : '{"kind":"api_key","key":"sk-ant-secret"';
        const answer = await ask(method, path.replace(':id', label), host, headers, body);
        expect([answer.status, answer.headers['content-type']], `${method} ${path}`).toEqual([
          403,
          'application/problem+json',
        ]);
        expect(JSON.parse(answer.body)).toMatchObject({ code: 'https_required', status: 403 });
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.body).not.toContain('sk-ant-secret');
      }
    }
  });

  it('a visitor’s cookie opens nothing', async () => {
    const visitor = running.visitor();
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
    const answer = await ask('GET', `/api/sessions/${session}`, 'redraw.example', { Cookie: visitor.cookie ?? '' });
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain(session);
  });

  it('a method other than those of reading is refused on a page, too', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await ask(method, '/', 'redraw.example')).status, method).toBe(403);
  });

  it('a preview goes to https as well, and what is sent to it is refused without a word of Redraw', async () => {
    const host = `${label}.previews.example`;
    for (const path of ['/', '/api/account', '/x?y']) {
      const read = await ask('GET', path, host);
      expect([read.status, read.headers.location]).toEqual([308, `https://${host}${path}`]);
      const sent = await ask('POST', path, host, { 'Content-Type': 'application/json' }, '{}');
      expect([sent.status, sent.headers['content-type']]).toEqual([403, expect.stringMatching(/^text\/plain;/)]);
      expect(sent.body).not.toMatch(/Redraw|code/);
    }
  });
});

it.each(['localhost', 'localhost:8787', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]:8787'])(
  'on %s, which is this machine’s, all is as ever',
  async (host) => {
    expect((await ask('GET', '/', host)).status).toBe(200);
    expect((await ask('GET', '/api/account', host)).status).toBe(200);
  },
);
