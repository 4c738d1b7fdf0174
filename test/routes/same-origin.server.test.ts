import { expect, it } from 'vitest';
import { fetchOnce } from '../support/fetch-once.ts';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';
import { type Call, pathFor, unsafeCalls } from './api-calls.ts';

const running = useRunning();

interface Target {
  visitor: Visitor;
  session: string;
}

async function newTarget(): Promise<Target> {
  const visitor = running.visitor();
  return { visitor, ...(await visitor.json<{ session: string }>('POST', '/api/sessions')) };
}

const refused = async (
  { visitor, session }: Target,
  [method, path, body]: Call,
  headers: Record<string, string>,
  status: number,
  code: string,
) => {
  const raw = body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body ?? {});
  const response = await fetchOnce(visitor.url + pathFor(path, session), {
    method,
    body: raw,
    headers: { Cookie: visitor.cookie ?? '', ...headers },
  });
  await problemOf(response, status, code);
};

/** Asserts that no refused call has had an effect. */
const expectUntouched = async ({ visitor, session }: Target) =>
  expect(await visitor.json('GET', `/api/sessions/${session}?messages=1`)).toMatchObject({
    title: '',
    files: [],
    messages: [],
  });

const own = () => running.redraw.url;
const json = { 'Content-Type': 'application/json' };

// `middleware/same-origin.test.ts` has all origins, sites and types: here, that no call goes without.
it.each(unsafeCalls)('an unsafe method is refused without a same-origin Origin: %s %s', async (...call) => {
  const target = await newTarget();
  for (const headers of [{}, { Origin: 'http://evil.example' }, { Origin: own(), 'Sec-Fetch-Site': 'cross-site' }])
    await refused(target, call, { ...json, ...headers }, 403, 'forbidden_origin');
  await expectUntouched(target);
});

it('an unsafe method is refused from an origin that is almost its own', async () => {
  const target = await newTarget();
  const origins = [`${own()}0`, own().replace('http:', 'https:'), own().replace('//', '//x.')];
  for (const Origin of origins)
    await refused(target, ['DELETE', '/api/sessions/:id'], { ...json, Origin }, 403, 'forbidden_origin');
  await expectUntouched(target);
});

it.each(unsafeCalls.filter(([, , body]) => !(body instanceof Uint8Array)))(
  'an unsafe method is refused where its body is not JSON: %s %s',
  async (...call) => {
    const target = await newTarget();
    for (const type of ['text/plain', ''])
      await refused(target, call, { Origin: own(), 'Content-Type': type }, 415, 'unsupported_media_type');
    await expectUntouched(target);
  },
);

it('an unsafe method is taken from a page of Redraw itself', async () => {
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON']) {
    const headers = { Origin: own(), 'Sec-Fetch-Site': 'same-origin', 'Content-Type': type };
    const response = await fetchOnce(`${own()}/api/sessions`, { method: 'POST', body: '{}', headers });
    expect(response.status).toBe(201);
  }
});
