import { request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import { fetchOnce } from '../support/fetch-once.ts';
import { problemOf, useRunning } from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';
import type { Visitor } from '../support/visitor.ts';

const running = useRunning();
const mib = 1024 * 1024;
const noise = (length: number) => new Uint8Array(length).map((_, index) => (index * index * 7919) >> 5);
const large = noise(5 * mib + 77);

async function project(visitor: Visitor) {
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>(
    'POST',
    '/api/sessions',
    {},
  );
  return { at: `/api/sessions/${session}`, host: new URL(previewUrl).host };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Reads the rest. */
  body(): Promise<Uint8Array>;
  leave(): void;
}

/** A request on a preview host whose answer is not read until it is asked for. */
function preview(host: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: running.redraw.port,
      path,
      method,
      headers: { Host: host, ...headers },
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      answer.pause();
      answer.on('error', () => undefined);
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: () => buffer(answer),
        leave: () => void answer.destroy(),
      });
    });
    sent.end();
  });
}

it('a large file comes out of the preview, the API and the zip as it went in, with its length', async () => {
  const visitor = running.visitor();
  const { at, host } = await project(visitor);
  await visitor.json('PUT', `${at}/files/film.bin`, large);
  await visitor.json('PUT', `${at}/files/film.bin`, large.subarray(1));
  const served = await preview(host, '/film.bin');
  expect([served.status, served.headers['content-length'], served.headers['accept-ranges']]).toEqual([
    200,
    String(large.length - 1),
    'bytes',
  ]);
  expect(sha256Hex(await served.body())).toBe(sha256Hex(large.subarray(1)));
  const raw = await visitor.call('GET', `${at}/files/film.bin?version=1`);
  expect([raw.headers.get('Content-Length'), raw.headers.get('ETag')]).toEqual([
    String(large.length),
    `"${sha256Hex(large)}"`,
  ]);
  expect(sha256Hex(new Uint8Array(await raw.arrayBuffer()))).toBe(sha256Hex(large));
  const zip = unzipSync(new Uint8Array(await (await visitor.call('GET', `${at}/export.zip`)).arrayBuffer()));
  expect(sha256Hex(zip['film.bin'] ?? '')).toBe(sha256Hex(large.subarray(1)));
});

it('ranges of it, what is known of it already, and its headers alone are answered', async () => {
  const visitor = running.visitor();
  const { at, host } = await project(visitor);
  await visitor.json('PUT', `${at}/files/film.bin`, large);
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    [`bytes=${mib - 5}-${3 * mib}`, mib - 5, 3 * mib + 1],
    ['bytes=-100', large.length - 100, large.length],
    [`bytes=${2 * mib}-`, 2 * mib, large.length],
  ] as const) {
    const part = await preview(host, '/film.bin', { Range: range });
    expect([part.status, part.headers['content-range'], part.headers['content-length']]).toEqual([
      206,
      `bytes ${start}-${end - 1}/${large.length}`,
      String(end - start),
    ]);
    expect(sha256Hex(await part.body())).toBe(sha256Hex(large.subarray(start, end)));
  }
  const beyond = await preview(host, '/film.bin', { Range: `bytes=${large.length}-` });
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${large.length}`]);
  const many = await preview(host, '/film.bin', { Range: 'bytes=0-1,5-6' });
  expect([many.status, (await many.body()).length]).toEqual([200, large.length]);
  const known = await preview(host, '/film.bin', { 'If-None-Match': `"${sha256Hex(large)}"` });
  expect([known.status, (await known.body()).length]).toEqual([304, 0]);
  const head = await preview(host, '/film.bin', {}, 'HEAD');
  expect([head.status, head.headers.etag, (await head.body()).length]).toEqual([200, `"${sha256Hex(large)}"`, 0]);
});

it('50 readers who do not read: some are served, the others come back later, and one that leaves makes room', async () => {
  const visitor = running.visitor();
  const { at, host } = await project(visitor);
  const film = noise(20 * mib);
  await visitor.json('PUT', `${at}/files/film.bin`, film);
  const answers = await Promise.all(Array.from({ length: 50 }, () => preview(host, '/film.bin')));
  const served = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 503);
  expect(served.length).toBeGreaterThanOrEqual(8);
  expect(served.length + refused.length).toBe(50);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, body } of refused) {
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(new TextDecoder().decode(await body())).toMatch(/^\S.*\.\n$/);
  }
  const problem = await problemOf(await visitor.call('GET', `${at}/files/film.bin`), 503, 'busy');
  expect(problem.retryAfter).toBeGreaterThan(0);
  // What is small needs no place.
  await visitor.json('PUT', `${at}/files/small.txt`, new Uint8Array(9));
  expect((await preview(host, '/small.txt')).status).toBe(200);
  const waiting = preview(host, '/film.bin');
  served[0]?.leave();
  const next = await waiting;
  expect(next.status).toBe(200);
  expect(sha256Hex(await next.body())).toBe(sha256Hex(film));
  for (const { leave } of served) leave();
});

it('an upload that breaks off leaves nothing, and one that arrives slowly is there once it is whole', async () => {
  const visitor = running.visitor();
  const { at } = await project(visitor);
  await visitor.json('PUT', `${at}/files/a.txt`, new Uint8Array(1));
  const upload = (path: string) =>
    request(`${running.redraw.url}${at}/files/${path}`, {
      method: 'PUT',
      agent: false,
      headers: {
        Origin: running.redraw.url,
        Cookie: visitor.cookie ?? '',
        'Content-Type': 'application/octet-stream',
        'Content-Length': large.length,
      },
    });
  const paths = async () => (await visitor.json<{ path: string }[]>('GET', `${at}/files`)).map(({ path }) => path);
  const rows = () =>
    rowsOf<{ hash: string }>(
      running.redraw,
      'Session',
      'blob',
      "SELECT hash FROM blob WHERE hash LIKE 'staged/%'",
    ).flat().length;
  const cut = upload('cut.bin');
  cut.on('error', () => undefined);
  cut.write(large.subarray(0, 3 * mib));
  await expect.poll(rows).toBeGreaterThan(0);
  cut.destroy();
  await expect.poll(rows).toBe(0);
  expect(await paths()).toEqual(['a.txt']);
  const slow = upload('slow.bin');
  const answered = new Promise<number>((resolve) => slow.on('response', (answer) => resolve(answer.statusCode ?? 0)));
  slow.write(large.subarray(0, 3 * mib));
  await expect.poll(rows).toBeGreaterThan(0);
  expect(await paths()).toEqual(['a.txt']);
  slow.end(large.subarray(3 * mib));
  expect(await answered).toBe(200);
  expect(await paths()).toEqual(['a.txt', 'slow.bin']);
  expect(sha256Hex(new Uint8Array(await (await visitor.call('GET', `${at}/files/slow.bin`)).arrayBuffer()))).toBe(
    sha256Hex(large),
  );
});

it('a file that is too large is refused with its limit, whether its length is announced or not', async () => {
  const visitor = running.visitor();
  const { at } = await project(visitor);
  const problem = await problemOf(
    await visitor.call('PUT', `${at}/files/big.bin`, new Uint8Array(20 * mib + 1)),
    413,
    'payload_too_large',
  );
  expect(problem.limit).toBe(20 * mib);
  const parts = Readable.toWeb(Readable.from(Array.from({ length: 4 }, () => new Uint8Array(7 * mib))));
  const init = {
    method: 'PUT',
    body: parts,
    duplex: 'half',
    headers: { Origin: running.redraw.url, Cookie: visitor.cookie ?? '', 'Content-Type': 'application/octet-stream' },
  };
  await problemOf(
    await fetchOnce(`${running.redraw.url}${at}/files/big.bin`, init as unknown as RequestInit),
    413,
    'payload_too_large',
  );
  expect(await visitor.json('GET', `${at}/files`)).toEqual([]);
});
