/**
 * A body that came by RPC, with its length: that of a stream is lost on the way.
 *
 * @param length bytes
 */
export function sizedBody(body: unknown, length: number): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> {
  if (!(body instanceof ReadableStream)) return body as Uint8Array<ArrayBuffer>;
  const { readable, writable } = new FixedLengthStream(length);
  // Where either end goes away, the other is told.
  (body as ReadableStream<Uint8Array>).pipeTo(writable).catch(() => undefined);
  return readable;
}
