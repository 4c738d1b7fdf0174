/**
 * Reads a body and keeps nothing of it: a client that is still sending would see a broken connection instead of the refusal.
 *
 * @param max bytes after which it is broken off
 */
export async function discardBody(body: ReadableStream<Uint8Array> | null, max: number): Promise<void> {
  if (!body || body.locked) return;
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > max) return;
    }
  } catch {
    // The client has gone away.
  }
}
