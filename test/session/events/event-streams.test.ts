import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { StreamClient, StreamsBench } from './streams-bench.ts';

/** Resolves once a reader that has read everything is live. */
const isLive = () => new Promise((resolve) => setImmediate(resolve));

const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, index) => from + index);
const endOf = (turn: string) => () => ({
  type: 'turn_finished',
  data: JSON.stringify({ turn, state: 'completed', counted: true }),
});

let bench: StreamsBench;
beforeEach(() => {
  bench = new StreamsBench();
});

describe('text in flight', () => {
  it('goes to live readers at once, and without an id', async () => {
    bench.store(1);
    const client = new StreamClient(bench.streams.open(0, null));
    await client.until(1);
    await isLive();
    const live = client.until(2);
    bench.say('Hel');
    bench.say('lo');
    bench.emit(1);
    await live;
    expect(client.said).toEqual(['Hel', 'lo']);
    expect(client.ids).toEqual([1, 2]);
  });

  it('is given to one who joins, after what is stored', async () => {
    bench.store(300);
    bench.say('Hello');
    const client = new StreamClient(bench.streams.open(0, null));
    await client.until(300);
    await isLive();
    const live = client.until(301);
    bench.say(' you');
    bench.emit(1);
    await live;
    expect(client.said.join('')).toContain('Hello');
    expect(client.said.at(-1)).toBe(' you');
    expect(client.text.lastIndexOf('id: 300')).toBeLessThan(client.text.indexOf('Hello'));
    expect(client.ids).toEqual(upTo(301));
  });

  it('is given again to one who was too far behind for it', async () => {
    const client = new StreamClient(bench.streams.open(0, null));
    bench.emit(1);
    await client.until(1);
    for (let n = 0; n < 12; n++) bench.say(`${n} ${'x'.repeat(250_000)}`);
    const live = client.until(2);
    bench.emit(1);
    await live;
    await client.take();
    const numbers = new Set(client.said.map((delta) => Number(delta.split(' ')[0])));
    expect([...numbers].toSorted((a, b) => a - b)).toEqual(upTo(11, 0));
    expect(client.text.length).toBeLessThan(2 * 12 * 260_000);
  });
});

describe('replay', () => {
  it('begins with how soon to come back, then gives what is there and goes live', async () => {
    bench.store(3);
    const client = new StreamClient(bench.streams.open(0, null));
    await client.until(3);
    const live = client.until(5);
    bench.emit(2);
    await live;
    expect(client.text.startsWith('retry: 1000\n\n')).toBe(true);
    expect(client.ids).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes through pages of history without a gap or a double', async () => {
    bench.store(1000);
    const client = new StreamClient(bench.streams.open(300, null));
    await client.until(600);
    bench.emit(3);
    await client.until(1003);
    expect(client.ids).toEqual(upTo(1003, 301));
  });

  it('gives what is delivered between two pages once', async () => {
    bench.store(300);
    const client = new StreamClient(bench.streams.open(0, null));
    await client.until(256);
    bench.emit(1);
    await client.until(301);
    const live = client.until(302);
    bench.emit(1);
    await live;
    expect(client.ids).toEqual(upTo(302));
  });

  it('goes on where a stream was opened at an event that was not durable yet', async () => {
    const events = bench.store(4);
    bench.log.length = 1;
    const client = new StreamClient(bench.streams.open(3, null));
    const live = client.until(5);
    await new Promise((resolve) => setImmediate(resolve));
    bench.log.push(...events.slice(1));
    bench.streams.deliver(events.slice(1));
    bench.emit(1);
    await live;
    expect(client.ids).toEqual([4, 5]);
  });
});

describe('ends', () => {
  it('ends the stream of a turn with its end, and leaves out what comes after', async () => {
    const client = new StreamClient(bench.streams.open(0, 'a'));
    const drained = client.drain();
    bench.emit(1);
    bench.streams.deliver([...bench.store(1, endOf('b')), ...bench.store(1, endOf('a')), ...bench.store(2)]);
    await drained;
    expect([client.ids, client.ended]).toEqual([[1, 2, 3], 'closed']);
    expect(bench.streams.size).toBe(0);
  });

  it('ends it the same way where the end is replayed', async () => {
    bench.store(2);
    bench.store(1, endOf('a'));
    bench.store(5);
    const client = new StreamClient(bench.streams.open(0, 'a'));
    await client.drain();
    expect(client.ids).toEqual([1, 2, 3]);
  });

  it('closes a stream that was opened before the last event outside turns was durable', async () => {
    const client = new StreamClient(bench.streams.open(0, null));
    await client.take();
    await isLive();
    bench.idle = true;
    bench.emit(1);
    await client.drain();
    expect([client.ids, client.ended]).toEqual([[1], 'closed']);
    expect(bench.streams.size).toBe(0);
  });

  it('closes a stream of the session when it has given all and nothing runs', async () => {
    const reading = new StreamClient(bench.streams.open(0, null));
    const turn = new StreamClient(bench.streams.open(0, 'a'));
    const behind = new StreamClient(bench.streams.open(0, null));
    const drained = reading.drain();
    const turnTaken = turn.take();
    bench.emit(2);
    bench.idle = true;
    bench.streams.closeIdle();
    await Promise.all([drained, turnTaken, behind.drain()]);
    expect([reading.ids, reading.ended]).toEqual([[1, 2], 'closed']);
    expect([behind.ids, behind.ended]).toEqual([[1, 2], 'closed']);
    expect(turn.ended).toBe(null);
  });

  it('forgets a reader that went away', async () => {
    const client = new StreamClient(bench.streams.open(0, null));
    await client.take();
    expect(bench.streams.size).toBe(1);
    await client.cancel();
    expect(bench.streams.size).toBe(0);
    bench.emit(3);
  });

  it('ends all streams of a session that is deleted', async () => {
    const clients = [new StreamClient(bench.streams.open(0, null)), new StreamClient(bench.streams.open(0, 'a'))];
    const drained = Promise.all(clients.map((client) => client.drain()));
    bench.streams.closeAll();
    await drained;
    expect(clients.map(({ ended }) => ended)).toEqual(['closed', 'closed']);
  });
});

describe('backpressure', () => {
  const large = () => ({ type: 'text', data: JSON.stringify({ delta: 'x'.repeat(100_000) }) });

  it('keeps at most a little for a reader that does not read, and feeds it from the log when it does', async () => {
    const client = new StreamClient(bench.streams.open(0, null));
    await client.take();
    const first = client.take();
    bench.emit(1, large);
    await first;
    // The reader is live; then it reads nothing during 10 MB of events.
    const stream = new StreamClient(bench.streams.open(0, null));
    await stream.until(1);
    await isLive();
    const pending = stream.take();
    bench.emit(1, large);
    await pending;
    const before = bench.reads;
    for (let n = 0; n < 100; n++) bench.emit(1, large);
    expect(bench.reads).toBe(before);
    const seen = stream.text.length;
    let held = 0;
    while (bench.reads === before) {
      held = stream.text.length - seen;
      await stream.take();
    }
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(2_000_000);
    await stream.until(102);
    expect(stream.ids).toEqual(upTo(102));
    expect(bench.reads).toBeGreaterThan(before);
    await client.until(102);
    expect(client.ids).toEqual(upTo(102));
  });

  it('writes a comment to each live stream, and drops a reader that took nothing for a minute', async () => {
    const reading = new StreamClient(bench.streams.open(0, null));
    const stalled = new StreamClient(bench.streams.open(0, null));
    await reading.take();
    await stalled.take();
    void stalled.take();
    const taken = reading.take();
    bench.emit(1);
    await taken;
    for (let second = 0; second <= 80; second += 10) {
      bench.now = second * 1000;
      const beat = reading.take();
      bench.streams.heartbeat();
      await beat;
    }
    expect(reading.text).toContain('\n: \n\n');
    expect(bench.streams.size).toBe(1);
    const live = reading.until(2);
    bench.emit(1);
    await live;
    expect(reading.ids).toEqual([1, 2]);
  });

  it('beats as long as a stream is open, and drops one that is not read though nothing runs any more', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    bench.store(3);
    bench.idle = true;
    const stalled = new StreamClient(bench.streams.open(0, null));
    expect([bench.streams.size, vi.getTimerCount()]).toEqual([1, 1]);
    for (let second = 0; second < 80; second += 10) {
      bench.now = second * 1000;
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect([bench.streams.size, vi.getTimerCount()]).toEqual([0, 0]);
    await stalled.drain();
    expect(stalled.ended).toBe('failed');
    const other = new StreamClient(bench.streams.open(0, null));
    await other.drain();
    expect([other.ids, bench.streams.size, vi.getTimerCount()]).toEqual([[1, 2, 3], 0, 0]);
  });

  it('drops a reader that reads nothing of what was pending when its turn ended', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const client = new StreamClient(bench.streams.open(0, 'a'));
    await client.take();
    await vi.advanceTimersByTimeAsync(0);
    bench.emit(1, large);
    bench.emit(1, endOf('a'));
    for (let second = 0; second < 80; second += 10) {
      bench.now = second * 1000;
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect([bench.streams.size, vi.getTimerCount()]).toEqual([0, 0]);
    await client.drain();
    expect(client.ended).toBe('failed');
  });
});
