import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { AppEnv } from '../../../src/routes/http/app-env.ts';
import { answerProblem } from '../../../src/routes/middleware/problems.ts';
import { sameOriginOnly } from '../../../src/routes/middleware/same-origin.ts';

const own = 'http://redraw.example:8787';
const app = new Hono<AppEnv>()
  .use(sameOriginOnly)
  .all('*', (c) => c.body(null, 204))
  .onError(answerProblem);

const jsonTypes = ['application/json', 'Application/JSON; charset=utf-8'];
const otherTypes = [
  null,
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/json',
];
const foreignOrigins = [
  null,
  'null',
  'http://evil.example',
  `${own}0`,
  own.replace('http:', 'https:'),
  own.replace('//', '//x.'),
];
const sites = [null, 'same-origin', 'same-site', 'cross-site', 'none'];

interface Cell {
  type: string | null;
  origin: string | null;
  site: string | null;
}

const cells: Cell[] = [...jsonTypes, ...otherTypes].flatMap((type) =>
  [own, ...foreignOrigins].flatMap((origin) => sites.map((site) => ({ type, origin, site }))),
);

async function statusOf(method: string, path: string, { type, origin, site }: Cell): Promise<number> {
  const headers = new Headers();
  if (type !== null) headers.set('Content-Type', type);
  if (origin !== null) headers.set('Origin', origin);
  if (site !== null) headers.set('Sec-Fetch-Site', site);
  return (await app.request(`${own}${path}`, { method, headers })).status;
}

/** Asserts the status of every cell. */
async function expectStatuses(method: string, path: string, expected: (cell: Cell) => number): Promise<void> {
  const answers = await Promise.all(
    cells.map(async (cell) => ({ ...cell, status: await statusOf(method, path, cell) })),
  );
  expect(answers).toEqual(cells.map((cell) => ({ ...cell, status: expected(cell) })));
}

const isForeignSite = ({ site }: Cell): boolean => site === 'same-site' || site === 'cross-site';
const isSameOrigin = ({ origin, site }: Cell): boolean => origin === own && (site === null || site === 'same-origin');

describe('each mix of content type, Origin and Sec-Fetch-Site is answered as expected', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('%s', (method) =>
    expectStatuses(method, '/api/sessions/x', (cell) => (isForeignSite(cell) ? 403 : 204)),
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s', (method) =>
    expectStatuses(method, '/api/sessions/x', (cell) => {
      if (!isSameOrigin(cell)) return 403;
      return jsonTypes.includes(cell.type ?? '') ? 204 : 415;
    }),
  );

  it('PUT of a file, whose body is its bytes', () =>
    expectStatuses('PUT', '/api/sessions/x/files/a.txt', (cell) => (isSameOrigin(cell) ? 204 : 403)));
});

describe('an operator’s program, which has no origin', () => {
  const call = (path: string, headers: Record<string, string>): Promise<Response> | Response =>
    app.request(`${own}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } });
  const Authorization = 'Bearer x';

  it('is taken with its token', async () => {
    expect((await call('/api/operator/grants', { Authorization })).status).toBe(204);
  });

  it.each([
    ['without a token', '/api/operator/grants', {}],
    ['for a call that is no operator’s', '/api/account', { Authorization }],
    ['for a path that only looks like one', '/api/operators', { Authorization }],
    ['with a cookie', '/api/operator/grants', { Authorization, Cookie: 'a=b' }],
    ['from another page', '/api/operator/grants', { Authorization, Origin: 'http://evil.example' }],
    ['from a browser', '/api/operator/grants', { Authorization, 'Sec-Fetch-Site': 'none' }],
  ])('is refused %s', async (_, path, headers: Record<string, string>) => {
    expect((await call(path, headers)).status).toBe(403);
  });
});
