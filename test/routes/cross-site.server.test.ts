import { beforeAll, describe, expect, it } from 'vitest';
import { sendExactly } from '../support/navigation-requests.ts';
import { useRunning } from '../support/running-redraw.ts';

const running = useRunning();

const types = [
  null,
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
];
const origins = [null, 'own', 'null', 'http://evil.example', 'sub'] as const;
const sites = [null, 'same-origin', 'same-site', 'cross-site', 'none'];

type Cell = { type: string | null; origin: (typeof origins)[number]; site: string | null; cookie: boolean };

/** Each mix of Origin, Sec-Fetch-Site and cookie, and each content type. `middleware/same-origin.test.ts` has the mixes with content types. */
const cells: Cell[] = [true, false].flatMap((cookie) => [
  ...origins.flatMap((origin) => sites.map((site): Cell => ({ type: 'application/json', origin, site, cookie }))),
  ...types.map((type): Cell => ({ type, origin: 'own', site: null, cookie })),
]);

/** Answers of one call of each method, to its owner and to a caller without a cookie. */
const calls: [method: string, path: string, body: string, owner: number, nobody: number][] = [
  ['GET', '/api/sessions/:id', '', 200, 404],
  ['HEAD', '/api/sessions/:id', '', 200, 404],
  ['OPTIONS', '/api/sessions/:id', '', 404, 404],
  ['POST', '/api/sessions/:id/stop', '{}', 200, 404],
  ['PUT', '/api/sessions/:id/model', '{"model":"claude-haiku-5-5"}', 200, 404],
  ['PATCH', '/api/sessions/:id', '{"title":"Mine"}', 200, 404],
  ['DELETE', '/api/sessions/:id/queue/aaaa', '{}', 404, 404],
];

let session = '';
let cookie = '';
let model = '';

beforeAll(async () => {
  const visitor = running.visitor();
  ({ session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {}));
  cookie = visitor.cookie ?? '';
  ({ model } = await visitor.json<{ model: string }>('GET', `/api/sessions/${session}`));
});

function expected(method: string, owner: number, nobody: number, { type, origin, site, cookie }: Cell): number {
  if (site === 'same-site' || site === 'cross-site') return 403;
  const answer = cookie ? owner : nobody;
  if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return answer;
  if (origin !== 'own' || site === 'none') return 403;
  return type === 'application/json' ? answer : 415;
}

describe.each(calls)('%s %s', (method, path, body, owner, nobody) => {
  it('answers each mix of Origin, Sec-Fetch-Site and cookie, and each content type, as expected', async () => {
    const url = running.redraw.url;
    const origin = {
      own: url,
      sub: url.replace('//', '//x.'),
      null: 'null',
      'http://evil.example': 'http://evil.example',
    };
    const answers = new Map<string, number>();
    const ask = async (cell: Cell): Promise<void> => {
      const headers: Record<string, string> = {};
      if (cell.type !== null) headers['Content-Type'] = cell.type;
      if (cell.origin !== null) headers.Origin = origin[cell.origin];
      if (cell.site !== null) headers['Sec-Fetch-Site'] = cell.site;
      if (cell.cookie) headers.Cookie = cookie;
      const answer = await sendExactly(url + path.replace(':id', session), headers, {
        method,
        body: body.replace('claude-haiku-5-5', model),
      });
      answers.set(JSON.stringify(cell), answer.status);
      const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
      expect(cors, JSON.stringify(cell)).toEqual([]);
    };
    for (let at = 0; at < cells.length; at += 25) await Promise.all(cells.slice(at, at + 25).map(ask));
    const table = new Map(cells.map((cell) => [JSON.stringify(cell), expected(method, owner, nobody, cell)]));
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(table));
  });
});
