import { describe, expect, it } from 'vitest';
import { BodyTooLargeError, limitBody } from '../../src/net/outbound-fetch.ts';

/** A body of pieces that are made as they are read. */
function pieces(count: number, bytes: number): { response: Response; made: () => number } {
  let made = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (made === count) return controller.close();
      made += 1;
      controller.enqueue(new Uint8Array(bytes));
    },
  });
  return { response: new Response(stream, { status: 207, headers: { 'X-Kept': 'yes' } }), made: () => made };
}

describe('a bounded answer', () => {
  it('is as it was where it is not too large', async () => {
    const limited = limitBody(pieces(4, 256).response, 1024);
    expect([limited.status, limited.headers.get('X-Kept')]).toEqual([207, 'yes']);
    expect((await limited.arrayBuffer()).byteLength).toBe(1024);
  });

  it('fails after its bound, and is not read on', async () => {
    const endless = pieces(1_000_000, 256);
    await expect(limitBody(endless.response, 1024).text()).rejects.toThrow(BodyTooLargeError);
    expect(endless.made()).toBeLessThan(20);
  });

  it('may have no body', () => {
    const none = new Response(null, { status: 204 });
    expect(limitBody(none, 1)).toBe(none);
  });
});
