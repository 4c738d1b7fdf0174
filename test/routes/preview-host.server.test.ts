import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchOnce } from '../support/fetch-once.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import { Visitor } from '../support/visitor.ts';

interface Project {
  session: string;
  previewUrl: string;
}

interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

let redraw: Redraw;
let visitor: Visitor;
let project: Project;
let label: string;
let bridge: string;

const page = '<!doctype html><title>The app</title><h1>The app</h1>';

beforeAll(async () => {
  redraw = await startRedraw({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' });
  visitor = new Visitor(redraw.url);
  project = await visitor.json<Project>('POST', '/api/sessions', {});
  label = new URL(project.previewUrl).hostname.split('.')[0] ?? '';
  await put('index.html', page);
  bridge = /src="(\/_redraw\/shelf\/[^"]+)"/.exec((await get('/')).body)?.[1] ?? '';
});

afterAll(() => redraw?.close());

async function put(path: string, text: string): Promise<Response> {
  return visitor.call('PUT', `/api/sessions/${project.session}/files/${path}`, new TextEncoder().encode(text));
}

/** Sends a raw request line, without a client that normalises path or host. */
function raw(target: string, host: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(redraw.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString();
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const [line = '', ...lines] = head.split('\r\n');
      const answer = new Headers();
      for (const one of lines) answer.append(one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1).trim());
      resolve({ status: Number(line.split(' ')[1]), headers: answer, body: rest.join('\r\n\r\n') });
    });
    const all = { Host: host, Connection: 'close', Accept: 'text/html', ...headers };
    socket.write(
      `${method} ${target} HTTP/1.1\r\n${Object.entries(all)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );
  });
}

const hostOf = (name: string) => `${name}.localhost:${redraw.port}`;
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  raw(path, hostOf(label), { ...(visitor.cookie ? { Cookie: visitor.cookie } : {}), ...headers }, method);

/** Asserts that an answer has nothing of Redraw's own: no page, no script, no JSON of the API, no cookie. */
function expectNoRedraw(answer: Answer): void {
  expect(answer.body).not.toMatch(/<title>Redraw|Not found · Redraw|_redraw\/app|application\/problem|"trial"/);
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(answer.headers.get('content-type') ?? '').not.toContain('problem+json');
  expect(answer.headers.get('content-security-policy') ?? 'sandbox').toContain('sandbox');
}

const own = ['/', '/s/abc', '/account', '/index.html', '/assets/index.js', '/assets/', '/favicon.ico', '/robots.txt'];
const api = ['/api', '/api/account', '/api/sessions', '/api/models', '/api/chat'];
const assets = [
  '/_redraw',
  '/_redraw/',
  '/_redraw/app/',
  '/_redraw/app/index.html',
  '/_redraw/app/assets/',
  '/_redraw/shelf',
  '/_redraw/shelf/',
  '/_headers',
];
const tricks = [
  '/_redraw/shelf/../app/index.html',
  '/_redraw/shelf/..%2fapp/index.html',
  '/_redraw/shelf/%2e%2e/app/index.html',
  '/_redraw/shelf/..%5capp/index.html',
  '/_redraw/shelf//..//app/index.html',
  '/_redraw/shelf/./../app/index.html',
  '//_redraw/app/index.html',
  '/%5fredraw/app/index.html',
  '/_redraw%2fapp%2findex.html',
  '/x/../_redraw/app/index.html',
  '/_REDRAW/app/index.html',
  '/..%2f..%2f_redraw/app/index.html',
];

describe('a preview host', () => {
  test.each([...own, ...api, ...assets, ...tricks])('answers %s with nothing of Redraw', async (path) => {
    for (const headers of [
      {},
      { Accept: '*/*', 'Sec-Fetch-Dest': 'script' },
      { 'Content-Type': 'application/json', Origin: redraw.url },
    ]) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await get(path, headers, method);
        expectNoRedraw(answer);
        if (answer.status === 200 && method === 'GET' && !('Sec-Fetch-Dest' in headers))
          expect(answer.body).toContain('The app');
      }
    }
  });

  test('nothing answers on a name that a stranger pointed at this machine', async () => {
    for (const path of ['/', '/api/account', '/_redraw/app/index.html']) {
      const answer = await raw(path, `rebound.example:${redraw.port}`);
      expect(answer.status).toBe(404);
      expectNoRedraw(answer);
    }
  });

  test('cannot be talked into being Redraw', async () => {
    const inner = `${label}.localhost`;
    const hosts = [
      hostOf(label).toUpperCase(),
      `${inner}.:${redraw.port}`,
      inner,
      `${inner}:1`,
      `${inner}:443`,
      `x.${hostOf(label)}`,
      `${hostOf(label)}-v1`,
      hostOf(`${label}-v0`),
      hostOf(`${label}-v999`),
      hostOf(`${label}-v01`),
      hostOf(`${label}-v-1`),
      hostOf(`${label}-v1e0`),
      hostOf(`${label.slice(1)}`),
      hostOf('a'.repeat(26)),
      hostOf('www'),
      hostOf('_'),
      `..localhost:${redraw.port}`,
      `.localhost:${redraw.port}`,
    ];
    for (const host of hosts) {
      for (const path of ['/', '/api/account', '/_redraw/app/index.html']) {
        const answer = await raw(path, host, visitor.cookie ? { Cookie: visitor.cookie } : {});
        if (answer.status === 400) continue;
        expect([host, path, answer.body.includes('<title>Redraw')]).toEqual([host, path, false]);
        expectNoRedraw(answer);
      }
    }
  });

  test('cannot be overruled by an address in the request line, or by headers of a proxy', async () => {
    const answers = [
      await raw(`http://localhost:${redraw.port}/api/account`, hostOf(label)),
      await get('/api/account', { 'X-Forwarded-Host': `localhost:${redraw.port}` }),
      await get('/api/account', { Forwarded: `host=localhost:${redraw.port}` }),
      await get('/api/account', { 'X-Original-URL': '/', 'X-Rewrite-URL': '/', 'X-HTTP-Method-Override': 'POST' }),
      await get('/api/account', {
        Upgrade: 'websocket',
        Connection: 'Upgrade, close',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      }),
    ];
    for (const answer of answers) if (answer.status !== 400) expectNoRedraw(answer);
  });

  test('tells a stranger no more of a label than that it is none', async () => {
    const unknown = await raw('/', hostOf('b'.repeat(26)));
    const never = await raw('/', hostOf(`${label}-v999`));
    const odd = await raw('/', hostOf('odd'));
    for (const answer of [unknown, never, odd]) {
      expect(answer.status).toBe(404);
      expect(answer.body).toBe(unknown.body);
      expect(answer.body).not.toMatch(/version|session|label/i);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('sets no cookie, lets none through, and opens no other origin', async () => {
    for (const path of ['/', '/nothing', '/attack.js', bridge]) {
      const answer = await get(path, { Origin: 'http://evil.example' });
      const names = [...answer.headers.keys()];
      expect(names.filter((name) => name === 'set-cookie' || name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  test('refuses a service worker, whatever its script is', async () => {
    await put('sw.js', 'self.x = 1');
    await put('public/sw2.js', 'self.x = 1');
    for (const path of ['/sw.js', '/sw2.js', '/', '/nothing.js']) {
      expect((await get(path, { 'Service-Worker': 'script' })).status).toBe(403);
      expect((await get(path, { 'Sec-Fetch-Dest': 'serviceworker' })).status).toBe(403);
    }
    // Shelf files are served without the Worker; as a service worker, such a file would have only the shelf in its scope.
    const shelf = await get(bridge, { 'Service-Worker': 'script' });
    expect(shelf.headers.get('service-worker-allowed')).toBeNull();
  });
});

describe('an app’s files', () => {
  test('never take the place of the shelf, or of Redraw', async () => {
    const genuine = (await get(bridge)).body;
    const names = [bridge.slice(1), `public${bridge}`, '_redraw/x.js', 'public/_redraw/x.js', '_redraw/app/index.html'];
    for (const name of names) await put(name, 'window.shadowed = 1');
    expect((await get(bridge)).body).toBe(genuine);
    expect(genuine).not.toContain('shadowed');
    for (const path of ['/_redraw/x.js', '/_redraw/app/index.html', '/_redraw/app']) {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain('shadowed');
    }
    expect(await (await fetchOnce(`${redraw.url}/`)).text()).toContain('<title>Redraw');
  });

  test('of the API’s names are files, on its own host only', async () => {
    await put('public/api/account', '{"mine":true}');
    expect((await get('/api/account')).body).toBe('{"mine":true}');
    expect(await visitor.json('GET', '/api/account')).toMatchObject({ kind: 'visitor' });
  });

  test('that are hidden are not served, however they are asked for', async () => {
    for (const name of ['.env', '.git/config', 'src/.secret/key', 'public/.well-known/x', '.vite/x.js'])
      await put(name, 'the-secret');
    const paths = [
      '/.env',
      '/%2eenv',
      '/%2Eenv',
      '//.env',
      '/./.env',
      '/x/../.env',
      '/.git/config',
      '/.git%2fconfig',
      '/src/.secret/key',
      '/.env?raw',
      '/.env?url',
      '/.env?import',
      '/.well-known/x',
      '/public/.well-known/x',
      '/.env/',
      '/.env%20',
      '/.vite/x.js',
    ];
    for (const path of paths) {
      for (const dest of ['document', 'script', 'empty', 'worker']) {
        expect((await get(path, { 'Sec-Fetch-Dest': dest })).body).not.toContain('the-secret');
      }
    }
  });

  test('end at the workspace', async () => {
    const ups = [
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%5c..%5cetc%5cpasswd',
      '/....//etc/passwd',
      '//etc/passwd',
      '/etc/passwd%00.html',
      '/%00',
      '/%',
      '/%ff',
      '/%c0%ae%c0%ae/x',
      `/${'a/'.repeat(5000)}`,
      '/?%00',
      '/\\..\\x',
      '/index.html%0d%0aSet-Cookie:%20a=b',
    ];
    for (const path of ups) {
      const answer = await get(path);
      expect([200, 400, 403, 404, 414, 431]).toContain(answer.status);
      expect(answer.body).not.toContain('root:');
      if (answer.status !== 400) expectNoRedraw(answer);
    }
  });
});

describe('a version’s host', () => {
  test('shows that version and is bound to the label', async () => {
    await put('index.html', `${page}<p>newer</p>`);
    expect((await raw('/', hostOf(`${label}-v1`))).body).not.toContain('newer');
    expect((await get('/')).body).toContain('newer');
  });

  test('is gone with the label, at once', async () => {
    const before = label;
    const { previewUrl } = await visitor.json<{ previewUrl: string }>(
      'POST',
      `/api/sessions/${project.session}/preview/reset`,
      {},
    );
    label = new URL(previewUrl).hostname.split('.')[0] ?? '';
    expect(label).not.toBe(before);
    for (const name of [before, `${before}-v1`]) expect((await raw('/', hostOf(name))).status).toBe(404);
    expect((await get('/')).body).toContain('newer');
  });

  test('is gone with the project', async () => {
    const gone = await visitor.call('DELETE', `/api/sessions/${project.session}`, {});
    expect(gone.status).toBe(204);
    for (const name of [label, `${label}-v1`]) expect((await raw('/', hostOf(name))).status).toBe(404);
    const inGerman = await raw('/', hostOf(label), { 'Accept-Language': 'de' });
    expect(inGerman.body).toContain('Unter dieser Adresse gibt es nichts.');
  });
});
