import { describe, expect, it } from 'vitest';
import { watch } from '../../../web/project/reconnecting-watch.ts';

describe('watching a session', () => {
  it('tells sequence numbers, connects again with growing patience, and stops when told', async () => {
    const said: string[][] = [['{"seq":3}', 'no JSON', '{"other":1}'], [], [], ['{"seq":9}']];
    const seqs: number[] = [];
    const waits: number[] = [];
    const leaving = new AbortController();
    let open = 0;
    await watch({
      connect(on) {
        const messages = said.shift() ?? [];
        open++;
        queueMicrotask(() => {
          for (const message of messages) on.message(message);
          if (said.length > 0) on.closed();
          else leaving.abort();
        });
        return { close: () => on.closed() };
      },
      wait: async (ms, signal) => {
        signal.throwIfAborted();
        waits.push(ms);
      },
      random: () => 1,
      onSeq: (seq) => seqs.push(seq),
      signal: leaving.signal,
    });
    expect(seqs).toEqual([3, 9]);
    expect(open).toBe(4);
    expect(waits).toEqual([1000, 2000, 4000]);
  });
});
