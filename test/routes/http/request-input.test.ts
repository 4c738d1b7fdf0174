import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { AppEnv } from '../../../src/routes/http/app-env.ts';
import { readBody } from '../../../src/routes/http/request-input.ts';
import { answerProblem } from '../../../src/routes/middleware/problems.ts';

const max = 1000;
const chunkBytes = 100;

const app = new Hono<AppEnv>()
  .post('/', async (c) => c.text(new TextDecoder().decode(await readBody(c, max))))
  .onError(answerProblem);

/** A body of so many chunks; without a number it never ends. Counts the chunks that were asked for. */
function body(chunks = Number.POSITIVE_INFINITY) {
  const read = { chunks: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (read.chunks === chunks) return controller.close();
        if (read.chunks > (10 * max) / chunkBytes)
          return controller.error(new Error('More was read than is ever needed.'));
        read.chunks += 1;
        controller.enqueue(new Uint8Array(chunkBytes).fill('a'.charCodeAt(0) + ((read.chunks - 1) % 26)));
      },
      cancel() {
        read.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { read, stream };
}

const post = (stream: ReadableStream<Uint8Array>, headers: Record<string, string> = {}) =>
  app.request('/', { method: 'POST', body: stream, headers, duplex: 'half' } as RequestInit);

it('reads a body that comes in chunks, up to its limit', async () => {
  const { stream } = body(max / chunkBytes);
  const answer = await post(stream);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe([...'abcdefghij'].map((letter) => letter.repeat(chunkBytes)).join(''));
});

it('drains a body that is a little too large, so that its sender hears the refusal', async () => {
  const { stream, read } = body(max / chunkBytes + 1);
  const answer = await post(stream);
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 'payload_too_large', limit: max });
  expect(read).toEqual({ chunks: max / chunkBytes + 1, isCancelled: false });
});

it.each<Record<string, string>>([
  {},
  { 'content-length': '1' },
  { 'content-length': String(2 * max) },
  { 'content-length': 'many' },
])('cuts a body without an end at twice its limit, whatever it announces: %j', async (headers) => {
  const { stream, read } = body();
  const answer = await post(stream, headers);
  expect(answer.status).toBe(413);
  expect(read).toEqual({ chunks: (2 * max) / chunkBytes + 1, isCancelled: true });
});

it('reads nothing of a body that announces more than twice its limit', async () => {
  const { stream, read } = body();
  const answer = await post(stream, { 'content-length': String(2 * max + 1) });
  expect(answer.status).toBe(413);
  expect(read.chunks).toBe(0);
});
