import type { Transfer } from './transfer-gate.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * Streams pieces, each made once the one before was read: a slow reader costs one piece of memory. A piece that cannot be made breaks the
 * stream off.
 *
 * @param pipe whose writes end when they were read
 * @param onEnd called once, however the stream ends
 */
export function streamPieces(
  pieces: Iterator<Uint8Array>,
  pipe: { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> },
  transfer: Transfer,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const writer = pipe.writable.getWriter();
  writer.closed.catch(() => undefined);
  const pump = async (): Promise<void> => {
    try {
      for (let next = pieces.next(); !next.done; next = pieces.next()) {
        const bytes = next.value.byteLength;
        transfer.account(bytes);
        await unlessAborted(writer.write(next.value), transfer.signal);
        transfer.account(-bytes);
        transfer.moved(bytes);
      }
      await unlessAborted(writer.close(), transfer.signal);
    } catch (error) {
      writer.abort(error).catch(() => undefined);
    } finally {
      transfer.end();
      onEnd();
    }
  };
  void pump();
  return pipe.readable;
}
