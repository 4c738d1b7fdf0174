import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

const kib = 1024;
const running = useRunning({ CALLS_PER_MINUTE: '1000' });
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Begins a call whose body has so many bytes, and sends the beginning of it. */
function begin(visitor: Visitor, bytes: number, beginning: string) {
  const socket = connect(running.redraw.port, '127.0.0.1');
  sockets.push(socket);
  const call = { answer: '', socket };
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    call.answer += data;
  });
  const head = [
    'POST /api/sessions/aaaaaaaaaaaaaaaaaaaaaaaaaa/preview/report HTTP/1.1',
    `Host: localhost:${running.redraw.port}`,
    `Origin: ${running.redraw.url}`,
    `Cookie: ${visitor.cookie}`,
    'Content-Type: application/json',
    `Content-Length: ${bytes}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${beginning}`);
  return call;
}

async function stranger(): Promise<Visitor> {
  const visitor = running.visitor();
  await visitor.json('POST', '/api/sessions', {});
  return visitor;
}

it('calls whose bodies stand still are turned away beyond a bounded number, and keep nobody else from a call', async () => {
  const strangers = await Promise.all(Array.from({ length: 6 }, stranger));
  const calls = strangers.flatMap((visitor) =>
    Array.from({ length: 75 }, () => begin(visitor, 64 * kib, ' '.repeat(63 * kib))),
  );
  const turnedAway = () =>
    calls.filter(({ answer }) => /^HTTP\/1.1 503 .*retry-after: \d+.*"code":"busy"/is.test(answer));
  // 8 MiB without a place, 32 with one, 64 that wait.
  await expect.poll(() => turnedAway().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(450 - (130 + 32 + 64));
  const other = await stranger();
  expect((await other.call('POST', '/api/chat', { prompt: '' })).status).toBe(422);
  const inPieces = begin(other, 10, '{"kind":');
  inPieces.socket.write(' 1');
  await expect.poll(() => inPieces.answer, { timeout: 20_000 }).toMatch(/^HTTP\/1.1 422 /);
});
