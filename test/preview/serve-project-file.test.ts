import { describe, expect, test } from 'vitest';
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
      "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-downloads allow-popups; frame-ancestors 'self' http://localhost:8787",
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
    expect(part('bytes=10-')[0]).toBe(416);
    expect(part('bytes=1-2,4-5')[0]).toBe(200);
    expect(part('bytes=4-2')[0]).toBe(200);
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

  test('are a calm placeholder with the bridge as long as there is none', () => {
    const project = new MemoryProject();
    const text = project.get('/', html);
    expect(project.serve({ path: '/', headers: html }).status).toBe(200);
    expect(text).toContain('Nothing here yet');
    expect(text).toMatch(
      /<head><script src="\/_redraw\/shelf\/bridge\.[^"]+" data-revision="1" data-parents="http:\/\/localhost:8787">/,
    );
  });
});
