/** Headers of a stream of server-sent events. */
const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Disables buffering in proxies, which would delay events.
  'X-Accel-Buffering': 'no',
};

/** A response that streams events. @param extra headers whose cookies are copied (the visitor's cookie) */
export function eventStream(stream: ReadableStream<Uint8Array>, extra?: Headers): Response {
  const response = new Response(stream, { headers });
  for (const cookie of extra?.getSetCookie() ?? []) response.headers.append('Set-Cookie', cookie);
  return response;
}
