import { arrayBuffer } from 'node:stream/consumers';

/** A pipe like workerd's `IdentityTransformStream`: a write ends when it was read, and an abort breaks the reader off at once. */
export function rendezvousPipe(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
  let wanted = Promise.withResolvers<void>();
  const gone = new AbortController();
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        out = controller;
      },
      pull: () => wanted.resolve(),
      cancel: (reason) => gone.abort(reason),
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<Uint8Array>({
    async write(chunk, controller) {
      const ended = new Promise<never>((_, reject) => {
        for (const signal of [gone.signal, controller.signal]) {
          if (signal.aborted) reject(signal.reason);
          signal.addEventListener('abort', () => reject(signal.reason));
        }
      });
      await Promise.race([wanted.promise, ended]);
      wanted = Promise.withResolvers();
      out?.enqueue(chunk);
    },
    close: () => out?.close(),
    abort: (reason) => out?.error(reason),
  });
  return { readable, writable };
}

/** All bytes of a stream. Throws where it is broken off. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await arrayBuffer(stream));
}
