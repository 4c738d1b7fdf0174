import { withTimeout } from '../async/with-timeout.ts';
import { concatBytes } from './concat-bytes.ts';

/** How a run ended. */
export interface RunEnd {
  /** `exited`: by itself. `timeout`, `aborted`, `flooded`: stopped by us. `lost`: its container went away, and nobody knows how far it came. */
  ended: 'exited' | 'timeout' | 'aborted' | 'flooded' | 'lost';
  /** Exit code; 128 + signal after a signal, -1 where there is none. */
  code: number;
}

/** What a run says while it runs: its output, and last how it ended. */
export type RunEvent = { type: 'out' | 'err'; bytes: Uint8Array } | ({ type: 'end' } & RunEnd);

const frameTypes = ['out', 'err', 'end'] as const;
const headerBytes = 5;

/** One event as bytes: its kind, the length of what follows (32 bits, big endian), and that. */
export function encodeFrame(event: RunEvent): Uint8Array {
  const body =
    event.type === 'end'
      ? new TextEncoder().encode(JSON.stringify({ ended: event.ended, code: event.code }))
      : event.bytes;
  const frame = new Uint8Array(headerBytes + body.byteLength);
  frame[0] = frameTypes.indexOf(event.type);
  new DataView(frame.buffer).setUint32(1, body.byteLength);
  frame.set(body, headerBytes);
  return frame;
}

/** What a stream that nobody wants any more may take to hear of it. Milliseconds. */
const cancelTimeoutMs = 10_000;

/**
 * Reads what {@link encodeFrame} wrote, however it was cut. A stream that ends without an end was lost.
 *
 * @param ms milliseconds until it has to have ended
 * @throws LateError
 */
export async function* decodeFrames(
  stream: ReadableStream<Uint8Array>,
  ms: number,
): AsyncGenerator<RunEvent, void, void> {
  const deadline = Date.now() + ms;
  const reader = stream.getReader();
  let buffered = new Uint8Array(0);
  try {
    for (;;) {
      const { done, value } = await withTimeout(deadline - Date.now(), reader.read());
      if (done) break;
      buffered = concatBytes([buffered, value]);
      let at = 0;
      while (buffered.byteLength - at >= headerBytes) {
        const length = new DataView(buffered.buffer, buffered.byteOffset + at).getUint32(1);
        const end = at + headerBytes + length;
        if (buffered.byteLength < end) break;
        yield decodeFrame(buffered[at], buffered.subarray(at + headerBytes, end));
        at = end;
      }
      buffered = buffered.slice(at);
    }
  } finally {
    await withTimeout(cancelTimeoutMs, reader.cancel()).catch(() => undefined);
  }
}

function decodeFrame(kind: number | undefined, body: Uint8Array): RunEvent {
  const type = frameTypes[kind ?? -1];
  if (type === 'out' || type === 'err') return { type, bytes: body };
  return { type: 'end', ...(JSON.parse(new TextDecoder().decode(body)) as RunEnd) };
}
