import { withTimeout } from '../async/with-timeout.ts';
import { concatBytes } from './concat-bytes.ts';

/** How a run ended. */
export interface RunEnd {
  /**
   * `exited`: by itself. `timeout`, `aborted`, `flooded`: stopped by Redraw. `lost`: the container was lost, and how far the run got is
   * unknown.
   */
  ended: 'exited' | 'timeout' | 'aborted' | 'flooded' | 'lost';
  /** Exit code; 128 + signal after a signal, -1 where there is none. */
  code: number;
}

/** An event of a run: output, and last its end. */
export type RunEvent = { type: 'out' | 'err'; bytes: Uint8Array } | ({ type: 'end' } & RunEnd);

const frameTypes = ['out', 'err', 'end'] as const;
const headerBytes = 5;

/** Encodes an event: its type (1 byte), the length of the body (32 bits, big endian), the body. */
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

/** How long cancelling a stream may take. Milliseconds. */
const cancelTimeoutMs = 10_000;

/**
 * Decodes frames of {@link encodeFrame}, however they are chunked. A stream without a last `end` event is that of a lost run.
 *
 * @param ms milliseconds that the whole stream may take
 * @throws TimeoutError where it takes longer
 */
export async function* decodeFrames(
  stream: ReadableStream<Uint8Array>,
  ms: number,
): AsyncGenerator<RunEvent, void, void> {
  const deadline = Date.now() + ms;
  const reader = stream.getReader();
  /** What has arrived of the next frame. Joined once all of it is there: joining at each piece would take the square of its length. */
  let pieces: Uint8Array[] = [];
  let arrived = 0;
  let needed = headerBytes;
  try {
    for (;;) {
      const { done, value } = await withTimeout(deadline - Date.now(), reader.read());
      if (done) break;
      pieces.push(value);
      arrived += value.byteLength;
      if (arrived < needed) continue;
      const buffered = concatBytes(pieces);
      let at = 0;
      for (needed = headerBytes; buffered.byteLength - at >= needed; needed = headerBytes) {
        needed += new DataView(buffered.buffer, buffered.byteOffset + at).getUint32(1);
        const end = at + needed;
        if (buffered.byteLength < end) break;
        yield decodeFrame(buffered[at], buffered.subarray(at + headerBytes, end));
        at = end;
      }
      const rest = buffered.slice(at);
      pieces = [rest];
      arrived = rest.byteLength;
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
