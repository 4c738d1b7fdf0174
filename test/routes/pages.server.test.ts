import { expect, it } from 'vitest';
import { fetchOnce } from '../support/fetch-once.ts';
import { useRunning } from '../support/running-redraw.ts';

const running = useRunning();

const get = (path: string, init: RequestInit = {}) =>
  fetchOnce(running.redraw.url + path, { redirect: 'manual', ...init });

it.each(['/', `/s/${'a'.repeat(26)}`, '/account'])('shows the web app at %s', async (path) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cross-origin-opener-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  });
  const policy = response.headers.get('Content-Security-Policy') ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types dompurify',
  ])
    expect(policy.split('; ')).toContain(part);
  expect(policy).not.toContain('unsafe');
  expect(await response.text()).toContain('/_redraw/app/');
  const head = await get(path, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

it('lets the browser ask for a project before the script of its page is there', async () => {
  const id = 'a'.repeat(26);
  const { headers } = await get(`/s/${id}`);
  const asked = [...(headers.get('Link') ?? '').matchAll(/<([^>]+)>; rel=preload; as=fetch; crossorigin=anonymous/g)];
  expect(asked.map(([, path]) => path)).toEqual([
    `/api/sessions/${id}/events?after=0`,
    `/api/sessions/${id}`,
    '/api/account',
  ]);
});

it.each([
  '/nothing',
  '/s/',
  '/s/short',
  '/s/ABC',
  '/account/x',
  '/index.html',
  '/_redraw/',
  '/_redraw/app/index.html',
  '/favicon.icox',
  '/%ff',
])('has a page of its own that says in three languages that there is nothing at %s', async (path) => {
  for (const [language, words, chosen = ''] of [
    ['en-GB', 'There is nothing at this address.'],
    ['de,en;q=0.5', 'Unter dieser Adresse gibt es nichts.'],
    ['fr-CA', 'Il n’y a rien à cette adresse.'],
    ['eo', 'There is nothing at this address.'],
    ['en', 'Il n’y a rien à cette adresse.', 'fr'],
    ['de', 'Unter dieser Adresse gibt es nichts.', 'xx'],
  ] as const) {
    const Cookie = `__Host-redraw-language=${chosen}`;
    const response = await get(path, { headers: { Accept: 'text/html', 'Accept-Language': language, Cookie } });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(response.headers.get('Vary')).toContain('Accept-Language');
    const page = await response.text();
    expect(page).toContain(words);
    expect(page).toContain('<a href="/">');
    expect(page).toContain('content="light dark"');
    expect(page).not.toContain('<script');
    const styles = [...page.matchAll(/<link rel="stylesheet"[^>]* href="([^"]+)"/g)];
    expect(styles.length).toBeGreaterThan(0);
    for (const [, style = ''] of styles) {
      const sheet = await get(style);
      expect([sheet.status, await sheet.text()]).toEqual([200, expect.stringContaining('--paper')]);
    }
  }
});

it.each([
  ['/_redraw/app/no.js', {}],
  ['/_redraw/nope.js', { Accept: '*/*', 'Sec-Fetch-Dest': 'script' }],
  ['/_redraw/app/assets/no.css', { Accept: 'text/css,*/*;q=0.1' }],
  ['/_redraw/shelf/no.js', {}],
  ['/no.png', { Accept: 'image/avif,image/webp,*/*', 'Sec-Fetch-Dest': 'image' }],
  ['/data.json', { Accept: 'application/json' }],
])('has no page where a script, a style or a picture is asked for at %s', async (path, headers) => {
  const response = await get(path, { headers: headers as Record<string, string> });
  expect(response.status).toBe(404);
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(response.headers.get('Content-Type') ?? 'text/plain; charset=utf-8').toBe('text/plain; charset=utf-8');
  expect(await response.text()).not.toContain('<');
});

it.each(['/', '/account', '/nothing'])('takes no other method than those of reading at %s', async (path) => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const response = await get(path, { method });
    await response.body?.cancel();
    expect([response.status, response.headers.get('Allow')], method).toEqual([405, 'GET, HEAD']);
  }
});

it('lets built files be kept for ever: their names change with them', async () => {
  const page = await (await get('/')).text();
  const paths = [...page.matchAll(/(?:src|href)="(\/_redraw\/app\/[^"]+)"/g)].map(([, path]) => path ?? '');
  expect(paths.length).toBeGreaterThan(1);
  for (const path of paths) {
    const response = await get(path);
    await response.body?.cancel();
    expect(response.status, path).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Type')).toMatch(/javascript|css|svg|font|png|json/);
  }
});
