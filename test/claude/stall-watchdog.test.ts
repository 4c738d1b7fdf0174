import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StallWatchdog } from '../../src/claude/stall-watchdog.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

const limits = { stallMs: 60, firstByteMs: 120 };

/** A watchdog, and a response whose body gets bytes where the test says so. */
function watched() {
  const turn = new AbortController();
  const watchdog = new StallWatchdog(turn.signal, limits);
  let body: ReadableStreamDefaultController<Uint8Array> | null = null;
  const cancel = vi.fn();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      body = controller;
    },
    cancel,
  });
  const response = new Response(stream);
  const byte = new Uint8Array([1]);
  return { turn, watchdog, response, cancel, send: () => body?.enqueue(byte), close: () => body?.close(), byte };
}

const chunksOf = (response: Response): AsyncIterator<unknown> => {
  const { body } = response;
  if (!body) throw new Error('no body');
  return body[Symbol.asyncIterator]();
};

describe('a request', () => {
  it('may be silent for long before its first byte', async () => {
    const { watchdog } = watched();
    await vi.advanceTimersByTimeAsync(119);
    expect(watchdog).toMatchObject({ stalled: false, signal: { aborted: false } });
    await vi.advanceTimersByTimeAsync(1);
    expect(watchdog).toMatchObject({ stalled: true, signal: { aborted: true } });
  });

  it('is stalled by a shorter silence once its answer has begun', async () => {
    const { watchdog, response } = watched();
    await vi.advanceTimersByTimeAsync(110);
    expect(watchdog.watchBody(response)).toBe(response);
    await vi.advanceTimersByTimeAsync(60);
    expect(watchdog.stalled).toBe(false);
    await vi.advanceTimersByTimeAsync(10);
    expect(watchdog).toMatchObject({ stalled: true, signal: { aborted: true } });
  });

  it('is not stalled while bytes come, however slowly', async () => {
    const { watchdog, response, send, byte } = watched();
    const chunks = chunksOf(watchdog.watchBody(response));
    for (let n = 0; n < 5; n++) {
      await vi.advanceTimersByTimeAsync(55);
      send();
      expect(await chunks.next()).toEqual({ done: false, value: byte });
    }
    expect(watchdog.stalled).toBe(false);
    await vi.advanceTimersByTimeAsync(70);
    expect(watchdog.stalled).toBe(true);
  });

  it('ends its pending read where it stalls, and closes the connection', async () => {
    const { watchdog, response, cancel } = watched();
    const read = chunksOf(watchdog.watchBody(response)).next();
    await vi.advanceTimersByTimeAsync(70);
    expect(await read).toEqual({ done: true, value: undefined });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('ends with its body', async () => {
    const { watchdog, response, close } = watched();
    const chunks = chunksOf(watchdog.watchBody(response));
    close();
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it('ends its first read where it was aborted before', async () => {
    const { turn, watchdog, response, cancel } = watched();
    watchdog.watchBody(response);
    turn.abort();
    expect(await chunksOf(response).next()).toEqual({ done: true, value: undefined });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('closes the connection where nobody reads on', async () => {
    const { watchdog, response, cancel } = watched();
    const chunks = chunksOf(watchdog.watchBody(response));
    expect(await chunks.return?.()).toEqual({ done: true, value: undefined });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('may be answered without a body', () => {
    const { watchdog } = watched();
    const response = new Response(null, { status: 204 });
    expect(watchdog.watchBody(response)).toBe(response);
  });

  it('is aborted with the turn, for the same reason', () => {
    const { turn, watchdog } = watched();
    const reason = new Error('stop');
    turn.abort(reason);
    expect(watchdog).toMatchObject({ stalled: false, signal: { aborted: true, reason } });
  });
});

describe('a request that is abandoned', () => {
  it('is aborted, and leaves no timer and nothing on the turn’s signal', () => {
    const { turn, watchdog } = watched();
    const remove = vi.spyOn(turn.signal, 'removeEventListener');
    watchdog.abandon();
    expect(watchdog).toMatchObject({ stalled: false, signal: { aborted: true } });
    expect(vi.getTimerCount()).toBe(0);
    expect(remove).toHaveBeenCalledOnce();
  });
});

describe('a request whose reply is complete', () => {
  it('is left to end, whatever becomes of the turn', async () => {
    const { turn, watchdog } = watched();
    const end = Promise.withResolvers<void>();
    watchdog.finish(end.promise, 1_000);
    turn.abort();
    await vi.advanceTimersByTimeAsync(999);
    expect(watchdog).toMatchObject({ stalled: false, signal: { aborted: false } });
    end.resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect(watchdog.signal.aborted).toBe(false);
  });

  it.each(['resolve', 'reject'] as const)('leaves no timer where its body has ended (%s)', async (how) => {
    const { watchdog } = watched();
    const end = Promise.withResolvers<void>();
    watchdog.finish(end.promise, 1_000);
    expect(vi.getTimerCount()).toBe(1);
    end[how]();
    await Promise.allSettled([end.promise]);
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is aborted where its body does not end in time', async () => {
    const { watchdog } = watched();
    watchdog.finish(new Promise(() => {}), 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watchdog).toMatchObject({ stalled: false, signal: { aborted: true } });
  });
});
