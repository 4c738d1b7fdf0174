import { expect, it, vi } from 'vitest';
import { FileTransfers, newIsolateMemory } from '../../src/session/file-transfers.ts';
import { sessionSchema } from '../../src/session/storage/session-schema.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import { Workspace } from '../../src/workspace/workspace.ts';
import { nodeStore } from '../support/node-sql.ts';
import { bytesOf, rendezvousPipe } from '../support/rendezvous-pipe.ts';

const mib = 1024 * 1024;
const noise = (length: number) => new Uint8Array(length).map((_, index) => (index * index * 7919) >> 5);
const large = noise(20 * mib);

function lab() {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const workspace = new Workspace(store);
  let now = 0;
  const memory = newIsolateMemory();
  const transfers = new FileTransfers({
    workspace,
    owner: () => 'somebody',
    createPipe: rendezvousPipe,
    now: () => now,
    memory,
  });
  const rows = () => store.sql.exec<{ n: number }>('SELECT count(*) AS n FROM blob').one().n;
  return {
    memory,
    rows,
    store,
    transfers,
    workspace,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

/** A body whose chunks are pushed by hand. */
function slowBody() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  return {
    stream,
    push: (chunk: Uint8Array) => controller?.enqueue(chunk),
    end: () => controller?.close(),
    fail: () => controller?.error(new Error('gone')),
  };
}

const confirm = () => Promise.resolve();

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'served',
    (error: { code?: string }) => error.code ?? String(error),
  );

it('50 slow readers of 20 MiB take bounded memory: some are served, the others told to come back', async () => {
  vi.useFakeTimers();
  const { transfers, workspace } = lab();
  workspace.write('big.bin', large);
  const entry = workspace.stat('big.bin');
  if (!entry) throw new Error('There is no file.');
  const answers = Array.from({ length: 50 }, async () => transfers.send(entry, 0, entry.bytes));
  const outcomes = Promise.all(answers.map(outcome));
  await vi.advanceTimersByTimeAsync(10_000);
  const count = (wanted: string) => outcomes.then((list) => list.filter((one) => one === wanted).length);
  expect([await count('served'), await count('busy')]).toEqual([16, 34]);
  const readers = (await Promise.allSettled(answers)).flatMap((one) =>
    one.status === 'fulfilled' ? [(one.value as ReadableStream<Uint8Array>).getReader()] : [],
  );
  // Each reads a little, and stops.
  for (const reader of readers) await reader.read();
  expect(transfers.downloads.load).toMatchObject({ open: 16, waiting: 0 });
  expect(transfers.downloads.load.mostBytes).toBeLessThanOrEqual(16 * 2 * mib);
  for (const reader of readers) await reader.cancel();
  await vi.advanceTimersByTimeAsync(0);
  expect(transfers.downloads.load).toMatchObject({ bytes: 0, open: 0, waiting: 0 });
  vi.useRealTimers();
});

it('one that waits is served as soon as another has ended, has gone or was broken off', async () => {
  const { store, transfers, workspace } = lab();
  workspace.write('big.bin', large);
  workspace.write('broken.bin', large.subarray(1));
  const [entry, broken] = [workspace.stat('big.bin'), workspace.stat('broken.bin')];
  if (!entry || !broken) throw new Error('There is no file.');
  const stream = async (file = entry) => (await transfers.send(file, 0, file.bytes)) as ReadableStream<Uint8Array>;
  const opened = await Promise.all([stream(broken), ...Array.from({ length: 15 }, () => stream())]);
  const waiting = [stream(), stream(), stream()];
  expect(transfers.downloads.load).toMatchObject({ open: 16, waiting: 3 });
  // One reads to the end, one goes away, one loses what it reads.
  store.sql.exec('DELETE FROM blob WHERE hash = ? AND piece = 3', broken.hash);
  const [cut, whole, left] = opened;
  if (!cut || !whole || !left) throw new Error('There is no stream.');
  await expect(bytesOf(cut)).rejects.toThrow('missing');
  await bytesOf(whole);
  await left.cancel();
  for (const answer of await Promise.all(waiting)) expect(sha256Hex(await bytesOf(answer))).toBe(entry.hash);
  await Promise.all(opened.slice(3).map((one) => one.cancel()));
  await vi.waitFor(() => expect(transfers.downloads.load).toMatchObject({ bytes: 0, open: 0 }));
});

it('a reader that has stopped reading loses its place to one that wants it, and to nobody else', async () => {
  const { pass, transfers, workspace } = lab();
  workspace.write('big.bin', large);
  const entry = workspace.stat('big.bin');
  if (!entry) throw new Error('There is no file.');
  const stream = async () => (await transfers.send(entry, 0, entry.bytes)) as ReadableStream<Uint8Array>;
  const opened = await Promise.all(Array.from({ length: 16 }, stream));
  pass(29_000);
  const [first, second] = opened;
  if (!first || !second) throw new Error('There is no stream.');
  const reader = first.getReader();
  // The second read comes after the progress of the first was noted.
  await reader.read();
  await reader.read();
  pass(2_000);
  await (await stream()).cancel();
  await expect(bytesOf(second)).rejects.toThrow('no progress');
  expect((await reader.read()).done).toBe(false);
  await Promise.all([reader.cancel(), ...opened.slice(2).map((one) => one.cancel())]);
});

it('gives the content that a file had when it was asked for', async () => {
  const { transfers, workspace } = lab();
  workspace.write('big.bin', large);
  const entry = workspace.stat('big.bin');
  if (!entry) throw new Error('There is no file.');
  const answer = (await transfers.send(entry, 0, entry.bytes)) as ReadableStream<Uint8Array>;
  workspace.write('big.bin', new Uint8Array(3));
  workspace.quota.collectGarbage();
  expect(sha256Hex(await bytesOf(answer))).toBe(sha256Hex(large));
  await vi.waitFor(() => expect(workspace.quota.collectGarbage()).toBe(1));
});

it('50 slow uploads take a piece of memory each, a bounded number at a time', async () => {
  vi.useFakeTimers();
  const { rows, transfers } = lab();
  const bodies = Array.from({ length: 50 }, slowBody);
  const received = bodies.map(({ stream }) => transfers.receive('a.bin', stream, null, confirm));
  const outcomes = Promise.all(received.map(outcome));
  const part = large.subarray(0, 2.5 * mib);
  for (const { push } of bodies) push(part);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(transfers.uploads.load).toMatchObject({ open: 16, waiting: 0 });
  expect(transfers.uploads.load.mostBytes).toBeLessThanOrEqual(16 * mib);
  for (const { fail } of bodies) fail();
  expect((await outcomes).filter((one) => one === 'busy')).toHaveLength(34);
  expect([transfers.uploads.load.bytes, transfers.uploads.load.open, rows()]).toEqual([0, 0, 0]);
  vi.useRealTimers();
});

it('an upload that is too large is read on, up to twice the size, and leaves nothing', async () => {
  const { rows, transfers } = lab();
  let read = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      read += 5 * mib;
      controller.enqueue(large.subarray(0, 5 * mib));
      if (read === 60 * mib) controller.close();
    },
  });
  await expect(transfers.receive('a.bin', body, null, confirm)).rejects.toMatchObject({ code: 'payload_too_large' });
  expect(read).toBeLessThanOrEqual(50 * mib);
  expect([transfers.uploads.load.open, rows()]).toEqual([0, 0]);
});

it('small uploads need no place, but take a bounded part of memory together', async () => {
  vi.useFakeTimers();
  const { memory, transfers } = lab();
  const bodies = Array.from({ length: 200 }, slowBody);
  const outcomes = Promise.all(
    bodies.map(({ stream }, n) => outcome(transfers.receive(`${n}.txt`, stream, null, confirm))),
  );
  for (const { push } of bodies) {
    push(large.subarray(0, 200 * 1024));
    await vi.advanceTimersByTimeAsync(0);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(memory.withoutPlace).toBeGreaterThan(8 * mib);
  expect(memory.withoutPlace).toBeLessThanOrEqual(17 * mib);
  for (const { end } of bodies) end();
  const served = (await outcomes).filter((one) => one === 'served').length;
  expect(served).toBeGreaterThan(64);
  expect([memory.withoutPlace, transfers.uploads.load.bytes, transfers.uploads.load.open]).toEqual([0, 0, 0]);
  vi.useRealTimers();
});

it('a small file is saved while large ones of the same project have every place', async () => {
  const { transfers } = lab();
  const bodies = Array.from({ length: 16 }, slowBody);
  const outcomes = Promise.all(bodies.map(({ stream }) => outcome(transfers.receive('a.bin', stream, null, confirm))));
  for (const { push } of bodies) push(large.subarray(0, mib));
  await vi.waitFor(() => expect(transfers.uploads.load.open).toBe(16));
  const { content, release } = await transfers.receive('b.txt', new Blob(['hello']).stream(), null, confirm);
  release();
  expect(content.bytes).toBe(5);
  for (const { fail } of bodies) fail();
  await outcomes;
});
