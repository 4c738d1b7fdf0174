/** Headers of an answer that is a stream of server-sent events. */
const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  // Proxies that buffer would hold events back.
  'X-Accel-Buffering': 'no',
};

/** Answers with a stream of events, and with what `extra` carries (the visitor's cookie). */
export function eventStream(stream: ReadableStream<Uint8Array>, extra?: Headers): Response {
  const response = new Response(stream, { headers });
  for (const cookie of extra?.getSetCookie() ?? []) response.headers.append('Set-Cookie', cookie);
  return response;
}
