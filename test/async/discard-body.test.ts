import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { discardBody } from '../../src/async/discard-body.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A body whose next pieces come when they are sent. */
function sent() {
  const pipe = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 1 });
  const writer = pipe.writable.getWriter();
  return { body: pipe.readable, send: (bytes: number) => writer.write(new Uint8Array(bytes)), writer };
}

it('reads a refused body for as long as it comes, however slowly', async () => {
  const { body, send, writer } = sent();
  let isOver = false;
  const over = discardBody(body, 100).then(() => {
    isOver = true;
  });
  for (let n = 0; n < 10; n++) {
    await send(1);
    await vi.advanceTimersByTimeAsync(25_000);
  }
  expect(isOver).toBe(false);
  await writer.close();
  await over;
});

it('waits no longer than half a minute for one that stands still', async () => {
  const { body, send, writer } = sent();
  const isCancelled = writer.closed.then(
    () => false,
    () => true,
  );
  const over = discardBody(body, 100);
  await send(1);
  await vi.advanceTimersByTimeAsync(30_000);
  await over;
  expect(await isCancelled).toBe(true);
});

it('reads no more than it is told', async () => {
  const { body, send } = sent();
  const over = discardBody(body, 100);
  await send(101);
  await over;
  await expect(send(1)).rejects.toThrow();
});
