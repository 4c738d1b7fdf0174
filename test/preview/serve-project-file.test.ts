import { describe, expect, test } from 'vitest';
import { toPreviewRequest } from '../../src/preview/serve-project-file.ts';
import { MemoryProject } from './memory-project.ts';

const app = () =>
  new MemoryProject({
    'index.html': '<!doctype html><head></head><script type="module" src="/src/main.js"></script>',
    'src/main.js': 'export const a = 1\n',
    'public/film.mp4': '0123456789',
    'public/robots.txt': 'ours',
    '.env': 'SECRET=1',
    'src/.hidden/x.js': 'export {}',
    '_redraw/shelf/react.js': 'the app speaking',
    '_redraw/x.html': 'the app speaking',
    'about.html': '<p>about</p>',
    'a b.svg': '<svg/>',
  });

function header(answer: { headers: [string, string][] }, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

describe('every answer', () => {
  test.each([
    ['/', 'GET'],
    ['/src/main.js', 'GET'],
    ['/nothing.png', 'GET'],
    ['/film.mp4', 'GET'],
    ['/.env', 'GET'],
    ['/', 'POST'],
    ['/_redraw/x', 'GET'],
    ['/%', 'GET'],
  ])('%s (%s) is sandboxed, and says nothing to other origins', (path, method) => {
    const answer = app().serve({ path, method }, { frameAncestors: ['http://localhost:8787', "evil'; script-src *"] });
    expect(header(answer, 'content-security-policy')).toBe(
      "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-pointer-lock; frame-ancestors 'self' http://localhost:8787",
    );
    expect(header(answer, 'x-content-type-options')).toBe('nosniff');
    expect(header(answer, 'referrer-policy')).toBe('no-referrer');
    expect(header(answer, 'x-robots-tag')).toContain('noindex');
    expect(header(answer, 'origin-agent-cluster')).toBe('?1');
    expect(header(answer, 'cross-origin-resource-policy')).toBe('same-origin');
    expect(header(answer, 'cache-control')).toBe('no-cache');
    const names = answer.headers.map(([name]) => name.toLowerCase());
    expect(names.filter((name) => name === 'set-cookie' || name.startsWith('access-control-'))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('without an origin that may frame it, only the app itself may', () => {
    const answer = app().serve({ path: '/' }, { frameAncestors: [] });
    expect(header(answer, 'content-security-policy')).toContain("frame-ancestors 'self'");
  });
});

describe('what is refused', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])('%s', (method) => {
    const answer = app().serve({ path: '/', method });
    expect(answer.status).toBe(405);
    expect(header(answer, 'allow')).toBe('GET, HEAD');
  });

  test.each([
    ['de-AT', 'Diese Datei gibt es nicht.'],
    ['fr;q=0.9, en;q=0.1', 'Ce fichier n’existe pas.'],
    ['eo', 'There is no such file.'],
  ])('in the language of the browser: %s', (wanted, sentence) => {
    const { status, body } = app().serve({ path: '/missing.js', headers: { 'accept-language': wanted } });
    expect([status, body]).toEqual([404, `${sentence}\n`]);
  });

  test('as a whole', () => {
    const policy =
      "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups allow-pointer-lock; frame-ancestors 'self' http://localhost:8787";
    expect(app().serve({ path: '/missing.js' })).toEqual({
      status: 404,
      headers: [
        ['Content-Security-Policy', policy],
        ['X-Content-Type-Options', 'nosniff'],
        ['Referrer-Policy', 'no-referrer'],
        ['X-Robots-Tag', 'noindex, nofollow'],
        ['Origin-Agent-Cluster', '?1'],
        ['Cross-Origin-Resource-Policy', 'same-origin'],
        ['Cache-Control', 'no-cache'],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
      body: 'There is no such file.\n',
    });
  });

  test('a service worker', () => {
    expect(app().serve({ path: '/src/main.js', headers: { 'service-worker': 'script' } }).status).toBe(403);
    expect(app().serve({ path: '/src/main.js', headers: { 'sec-fetch-dest': 'serviceworker' } }).status).toBe(403);
  });

  test.each([
    '/.env',
    '/%2eenv',
    '/src/.hidden/x.js',
    '/src/../.env',
    '/src/%2e%2e/.env',
    '/..%2f..%2fetc/passwd',
    '/src\\main.js',
    '/src/main.js%00.png',
    '/page%00',
    '/page%1f',
    '/page\\',
    '/src/../src/main.js',
    '/src/..%2fsrc/main.js',
    '/robots.txt/',
    '/deep/film.mp4/',
    '/%E0%A4%A',
    '/_redraw/shelf/react.js',
    '/_redraw/x.html',
    '/_redraw',
    '/_redraw/',
    '/%5fredraw/x.html',
    '//_redraw/x.html',
    '/./_redraw/x.html',
    '/missing.png',
    '/missing.js',
  ])('%s', (path) => {
    const answer = app().serve({ path, headers: { accept: 'text/html' } });
    expect(answer.status).toBe(404);
    expect(answer.body).toBe('There is no such file.\n');
  });
});

describe('files', () => {
  test('are kept by who asks for what they are, and by nobody else', () => {
    const project = new MemoryProject({
      'index.html': '<!doctype html><script type="module" src="/src/main.js"></script>',
      'src/main.js': "import './a.js'",
      'src/a.js': 'export const a = 1\n',
    });
    const html = String(project.serve({ path: '/' }).body);
    const pinned = /"\/src\/a\.js":"\/src\/a\.js(\?v=[\w-]+)"/.exec(html)?.[1] ?? '';
    const kept = project.serve({ path: '/src/a.js', search: pinned });
    expect(header(kept, 'cache-control')).toBe('private, max-age=31536000, immutable');
    for (const search of ['', '?v=', '?v=another']) {
      const answer = project.serve({ path: '/src/a.js', search });
      expect([answer.body, header(answer, 'cache-control')]).toEqual([kept.body, 'no-cache']);
    }
  });

  test('carry a strong tag, and answer 304 to who has them', () => {
    for (const path of ['/', '/src/main.js', '/film.mp4', '/robots.txt']) {
      const project = app();
      const tag = header(project.serve({ path }), 'etag') ?? '';
      expect(tag).toMatch(/^"[\w-]+"$/);
      const again = project.serve({ path, headers: { 'if-none-match': `"x", W/${tag}` } });
      expect([again.status, again.body]).toEqual([304, null]);
    }
  });

  test('are sent again to who has something else', () => {
    const tag = header(app().serve({ path: '/src/main.js' }), 'etag');
    for (const other of ['', '"x"', `"W/${tag?.slice(1)}`, tag?.slice(1, -1) ?? ''])
      expect(app().serve({ path: '/src/main.js', headers: { 'if-none-match': other } }).status).toBe(200);
    expect(app().serve({ path: '/src/main.js', headers: { 'if-none-match': '*' } }).status).toBe(304);
  });

  test('have a new tag when they change, and a page when its revision does', () => {
    const project = app();
    const tags = () => ['/', '/src/main.js'].map((path) => header(project.serve({ path }), 'etag'));
    const before = tags();
    project.revision = 2;
    project.write('src/main.js', 'export const a = 2\n');
    const after = tags();
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test('are sent in part to players', () => {
    const part = (range: string) => {
      const answer = app().serve({ path: '/film.mp4', headers: { range } });
      const body = answer.body instanceof Uint8Array ? new TextDecoder().decode(answer.body) : answer.body;
      return [answer.status, body, header(answer, 'content-range')];
    };
    expect(part('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(part('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(part('bytes=-3')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(part('bytes=8-99')).toEqual([206, '89', 'bytes 8-9/10']);
    expect(part('bytes=10-')).toEqual([416, 'The file is shorter.\n', 'bytes */10']);
    expect(part('bytes=1-2,4-5')[0]).toBe(200);
    expect(part('bytes=4-2')[0]).toBe(200);
  });

  test.each([
    ['the tag that it has', (tag: string) => tag, 206],
    ['another tag', () => '"0123"', 200],
    ['its tag as a weak one', (tag: string) => `W/${tag}`, 200],
    ['a date', () => 'Wed, 21 Oct 2026 07:28:00 GMT', 200],
  ])('are sent in part to who has the rest of the same file only: If-Range with %s', (_, ifRange, status) => {
    const project = app();
    const tag = header(project.serve({ path: '/film.mp4' }), 'etag') ?? '';
    const headers = { range: 'bytes=2-4', 'if-range': ifRange(tag) };
    const answer = project.serve({ path: '/film.mp4', headers });
    expect([answer.status, answer.body?.length]).toEqual([status, status === 206 ? 3 : 10]);
    expect(header(answer, 'content-range') !== undefined).toBe(status === 206);
  });

  test('are not sent in part for HEAD (RFC 9110, 14.2)', () => {
    const answer = app().serve({ path: '/film.mp4', method: 'HEAD', headers: { range: 'bytes=2-4' } });
    expect([answer.status, answer.body, header(answer, 'content-range')]).toEqual([200, null, undefined]);
  });

  test('are sent in part only as they are, not where they are made', () => {
    const answer = app().serve({ path: '/src/main.js', headers: { range: 'bytes=0-3' } });
    expect([answer.status, answer.body, header(answer, 'accept-ranges')]).toEqual([
      200,
      'export const a = 1\n',
      undefined,
    ]);
    expect(header(app().serve({ path: '/film.mp4' }), 'accept-ranges')).toBe('bytes');
  });

  test('have no body for HEAD', () => {
    const answer = app().serve({ path: '/robots.txt', method: 'HEAD' });
    expect([answer.status, answer.body]).toEqual([200, null]);
  });

  test('have their types', () => {
    const project = app();
    const type = (path: string) => header(project.serve({ path }), 'content-type');
    expect(type('/')).toBe('text/html; charset=utf-8');
    expect(type('/src/main.js')).toBe('text/javascript; charset=utf-8');
    expect(type('/film.mp4')).toBe('video/mp4');
    expect(type('/a%20b.svg')).toBe('image/svg+xml');
    expect(project.get('/robots.txt')).toBe('ours');
  });
});

describe('pages', () => {
  const html = { accept: 'text/html,*/*' };

  test('stand for paths of a router, unless something else is asked for', () => {
    const project = app();
    expect(project.get('/deep/path', html)).toContain('/src/main.js');
    expect(project.get('/about', html)).toContain('<p>about</p>');
    expect(project.serve({ path: '/deep/path', headers: { accept: '*/*' } }).status).toBe(404);
    expect(project.serve({ path: '/deep/path.png', headers: html }).status).toBe(404);
    expect(project.serve({ path: '/other.html', headers: html }).status).toBe(404);
  });

  test('of a folder are found with and without a slash, and those of the root are its own', () => {
    const project = new MemoryProject({
      'index.html': 'start',
      '.html': 'hidden',
      'docs/intro.html': 'intro',
      'docs/api/index.html': 'api',
    });
    expect(project.get('/', html)).toContain('start');
    for (const path of ['/docs/intro', '/docs/intro/']) expect(project.get(path, html)).toContain('intro');
    for (const path of ['/docs/api', '/docs/api/']) expect(project.get(path, html)).toContain('api');
    for (const path of ['/docs', '/docs/', '/docs/v/']) expect(project.get(path, html)).toContain('start');
  });

  test('have the bridge wherever they are, and it talks to origins alone', () => {
    const project = app();
    project.write('public/static.html', '<p>static</p>');
    const frameAncestors = ['https://redraw.example', 'no origin'];
    for (const path of ['/', '/about.html', '/static.html', '/index.html'])
      expect(project.serve({ path }, { frameAncestors }).body).toContain('data-parents="https://redraw.example"');
  });

  test('are a calm placeholder with the bridge as long as there is no file', () => {
    const project = new MemoryProject();
    const text = project.get('/', html);
    expect(project.serve({ path: '/', headers: html }).status).toBe(200);
    for (const path of ['/', '/index.html', '/deep/path']) expect(project.get(path, html)).toBe(text);
    expect(project.get('/index.html')).toBe(text);
    expect(text).toContain('Nothing here yet');
    expect(text).toMatch(
      /<head><script src="\/_redraw\/shelf\/bridge\.[^"]+" data-revision="1" data-parents="http:\/\/localhost:8787">/,
    );
  });
});

describe('modules', () => {
  const project = () =>
    new MemoryProject({
      'src/App.tsx': 'export const App = 1',
      'src/main.ts': 'export default 1',
      'look.css': 'a{}',
      'data.json': '{"a":1}',
      'logo.svg': '<svg/>',
    });
  const alias = (url: string) => `export * from "${url}";export{default} from "${url}";\n`;
  const svg = alias('data:text/javascript,export%20default%20%22%2Flogo.svg%22');

  test.each(['script', 'worker', 'sharedworker'])('without their extension are found for a %s', (dest) => {
    const headers = { 'sec-fetch-dest': dest };
    expect(project().get('/src/App', headers)).toBe('export * from "/src/App.tsx";\n');
    expect(project().get('/src/main/', headers)).toBe(alias('/src/main.ts'));
    const missing = project().serve({ path: '/src/missing', headers: { ...headers, accept: 'text/html' } });
    expect([missing.status, missing.body]).toEqual([404, 'There is no such file.\n']);
  });

  test.each([
    ['/look.css', alias('/look.css?import')],
    ['/data.json', alias('/data.json?import')],
    ['/logo.svg', svg],
  ])('under the address of the file itself are those that every importer has: %s', (path, code) => {
    expect(project().get(path, { 'sec-fetch-dest': 'script' })).toBe(code);
    expect(project().get(path, { 'sec-fetch-dest': 'image' })).not.toBe(code);
  });

  test('of an asset tell its address', () => {
    for (const url of ['/logo.svg?import', '/logo.svg?url']) expect(project().get(url)).toBe(svg);
    expect(project().get('/data.json')).toBe('{"a":1}');
  });

  test('that are loaded later are looked at, 50 of them, each once: those that are broken say so', () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 52; i += 1) files[`m${i}.js`] = `import './gone-${i}'`;
    const names = [...Object.keys(files), 'm0.js'];
    files['main.js'] = names.map((name) => `import('./${name}')`).join('\n');
    const lines = new MemoryProject(files).get('/main.js').trimEnd().split('\n');
    const broken = lines.map((line) => line.includes('BuildError'));
    expect(broken).toEqual([...Array(50).fill(true), false, false, true]);
    expect(lines[51]).toBe('import("/m51.js")');
    expect(lines[52]).toBe(lines[0]);
  });
});

describe('a request', () => {
  test('is reduced to what a preview may see', () => {
    const headers = {
      Accept: 'text/html',
      Range: 'bytes=0-',
      Cookie: 'a=b',
      Authorization: 'Bearer x',
      'X-Other': 'y',
    };
    const request = new Request('https://label.redraw.example/a%20b?c=%20d#e', { method: 'HEAD', headers });
    expect(toPreviewRequest(request)).toEqual({
      method: 'HEAD',
      path: '/a%20b',
      search: '?c=%20d',
      headers: { accept: 'text/html', range: 'bytes=0-' },
    });
    expect(toPreviewRequest(new Request('https://label.redraw.example'))).toEqual({
      method: 'GET',
      path: '/',
      search: '',
      headers: {},
    });
  });
});
