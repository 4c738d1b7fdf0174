/** What stands where requests leave the Worker: {@link outboundFetch}, or what a test puts in its place. */
export type OutboundFetch = typeof fetch;

/**
 * The Worker's only `fetch` to other hosts. It follows no redirect: a request carries keys, and its URL is one that a setting or a discovery
 * document has named. A redirect is an answer like any other that is not 2xx, for the caller to fail on.
 */
export const outboundFetch: OutboundFetch = (input: RequestInfo | URL, init?: RequestInit) =>
  fetch(input, { ...init, redirect: 'manual' });

/** An answer was larger than it may be. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** A response whose body fails with a `BodyTooLargeError` after `max` bytes. Its status and headers are kept. */
export function limitBody(response: Response, max: number): Response {
  if (response.body === null) return response;
  let left = max;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) throw new BodyTooLargeError(`The answer has more than ${max} bytes.`);
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
}
