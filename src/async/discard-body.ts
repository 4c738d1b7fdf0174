import { unlessAborted } from './unless-aborted.ts';
import { withDeadline } from './with-deadline.ts';

/** Time without a byte after which a body is broken off. Milliseconds. */
const stallMs = 30_000;

/**
 * Reads a body and keeps nothing of it: a client that is still sending would see a broken connection instead of the refusal.
 *
 * @param max bytes after which it is broken off
 */
export async function discardBody(body: ReadableStream<Uint8Array> | null, max: number): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  try {
    for (let size = 0; size <= max; ) {
      const { done, value } = await withDeadline(stallMs, (signal) => unlessAborted(reader.read(), signal));
      if (done) return;
      size += value.byteLength;
    }
  } catch {
    // The client has gone away, or stands still.
  }
  reader.cancel().catch(() => undefined);
}
