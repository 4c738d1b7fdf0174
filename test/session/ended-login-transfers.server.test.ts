import { request } from 'node:http';
import { expect, it } from 'vitest';
import type { SessionDetail } from '../../src/protocol/resources.ts';
import { Authenticator } from '../support/authenticator.ts';
import { useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const mib = 1024 * 1024;
const running = useRunning();

/** Two browsers of one user, and a project that has a large file. */
async function twoBrowsers() {
  const [first, second] = [running.visitor(), running.visitor()];
  const authenticator = new Authenticator();
  await authenticator.register(first);
  const { session } = await first.json<{ session: string }>('POST', '/api/sessions', {});
  const at = `/api/sessions/${session}`;
  const film = new Uint8Array(20 * mib).map((_, n) => (n * n * 7919) >> 5);
  await first.json('PUT', `${at}/files/film.mp4`, film);
  await authenticator.login(second);
  const endSecond = async () => {
    expect((await first.call('POST', '/api/auth/sign-out', { everywhere: true })).status).toBe(204);
    expect((await second.call('GET', at)).status).toBe(404);
    await authenticator.login(first);
  };
  return { at, endSecond, first, second };
}

/** A call whose body arrives in two parts. */
function slowCall(visitor: Visitor, method: string, path: string, type: string, [begin, rest]: [string, string]) {
  const call = request(visitor.url + path, {
    method,
    agent: false,
    headers: {
      Origin: visitor.url,
      Cookie: visitor.cookie ?? '',
      'Content-Type': type,
      'Content-Length': begin.length + rest.length,
    },
  });
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
  });
  return {
    begin: () => new Promise<void>((resolve) => call.write(begin, () => resolve())),
    finish: () => {
      call.end(rest);
      return answered;
    },
  };
}

const octets = 'application/octet-stream';

it.each([
  ['small', 10],
  ['large', 2 * mib],
])('a %s upload whose login has ended becomes no version', async (_, bytes) => {
  const { at, endSecond, first, second } = await twoBrowsers();
  const half = 'x'.repeat(bytes / 2);
  const upload = slowCall(second, 'PUT', `${at}/files/late.txt`, octets, [half, half]);
  await upload.begin();
  // Answered once what was sent before has been taken up.
  await second.json('GET', at);
  await endSecond();
  const { status, text } = await upload.finish();
  expect([status, JSON.parse(text).code]).toEqual([404, 'not_found']);
  const { files } = await first.json<SessionDetail>('GET', at);
  expect(files.map(({ path }) => path)).toEqual(['film.mp4']);
});

it.each(['files/film.mp4', 'export.zip'])('%s under way to a login that has ended is broken off', async (what) => {
  const { at, endSecond, first, second } = await twoBrowsers();
  const answer = await second.call('GET', `${at}/${what}`);
  const own = await first.call('GET', `${at}/files/film.mp4`);
  expect([answer.status, own.status]).toEqual([200, 200]);
  await endSecond();
  const whole = answer.arrayBuffer().then(
    (body) => body.byteLength >= 19 * mib,
    () => false,
  );
  expect(await whole).toBe(false);
});

it('a call whose login ended before its body was there changes nothing', async () => {
  const { at, endSecond, first, second } = await twoBrowsers();
  const rename = slowCall(second, 'PATCH', at, 'application/json', ['{"title": "Ta', 'ken"}']);
  await rename.begin();
  await second.json('GET', at);
  await endSecond();
  const { status, text } = await rename.finish();
  expect([status, JSON.parse(text).code]).toEqual([404, 'not_found']);
  expect((await first.json<SessionDetail>('GET', at)).title).not.toBe('Taken');
});
