import { describe, expect, it } from 'vitest';
import { watch } from '../../../web/project/reconnecting-watch.ts';

const news = (seq: number) => JSON.stringify({ seq });

/** Watches over connections that say these messages and then break; the last one is left open. */
async function watching(said: unknown[][], random = 1) {
  const seqs: number[] = [];
  const waits: number[] = [];
  const leaving = new AbortController();
  let open = 0;
  let closed = 0;
  await watch({
    connect(on) {
      const messages = said[open] ?? [];
      open += 1;
      const isLast = open === said.length;
      queueMicrotask(() => {
        for (const message of messages) on.message(message);
        if (isLast) leaving.abort();
        else on.closed();
      });
      return {
        close: () => {
          closed += 1;
          on.closed();
        },
      };
    },
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
    },
    random: () => random,
    onSeq: (seq) => seqs.push(seq),
    signal: leaving.signal,
  });
  return { seqs, waits, open, closed };
}

describe('watching a session', () => {
  it('tells sequence numbers, passes over what it does not know, and closes when told', async () => {
    const messages = [news(3), 'no JSON', '{"other":1}', '{"seq":"4"}', new Uint8Array([1]), 'null', news(9)];
    expect(await watching([messages])).toEqual({ seqs: [3, 9], waits: [], open: 1, closed: 1 });
  });

  it('waits twice as long after each failure, a minute at the most', async () => {
    const { waits, open, closed } = await watching(Array.from({ length: 10 }, () => []));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    // Of ten connections, the one that is left is closed.
    expect([open, closed]).toEqual([10, 1]);
  });

  it('is patient anew after a connection that was good; one that told nothing was none', async () => {
    const { waits, seqs } = await watching([[], [], [], [news(1)], [], ['no JSON'], [news(2)], []]);
    expect(waits).toEqual([1000, 2000, 4000, 1000, 2000, 4000, 1000]);
    expect(seqs).toEqual([1, 2]);
  });

  it('comes back at different times in different windows: after half of the wait at the least', async () => {
    expect((await watching([[], [], []], 0)).waits).toEqual([500, 1000]);
    expect((await watching([[], [], []], 0.5)).waits).toEqual([750, 1500]);
  });

  it('does not connect where it was left before', async () => {
    await watch({
      connect: () => {
        throw new Error('It connected.');
      },
      wait: async () => undefined,
      random: () => 1,
      onSeq: () => undefined,
      signal: AbortSignal.abort(),
    });
  });
});
