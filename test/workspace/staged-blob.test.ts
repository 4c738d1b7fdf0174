import { expect, it } from 'vitest';
import { sessionSchema } from '../../src/session/storage/session-schema.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { BlobStore, sha256Hex } from '../../src/workspace/blob-store.ts';
import { nodeStore } from '../support/node-sql.ts';

const mib = 1024 * 1024;

function makeBlobs() {
  const store = nodeStore();
  createTables(store, sessionSchema);
  const rows = () =>
    store.sql.exec<{ n: number }>('SELECT (SELECT count(*) FROM blob) + (SELECT count(*) FROM blob_loose) AS n').one()
      .n;
  return { blobs: new BlobStore(store), store, rows };
}

const noise = (length: number) => new Uint8Array(length).map((_, index) => (index * index * 7919) >> 5);

it.each([
  ['of no bytes', 0, 1],
  ['of a few', 5, 2],
  ['of a piece', mib, 300_000],
  ['of many pieces, in chunks larger than one', 3 * mib + 7, 2.5 * mib],
  ['of many pieces, in odd chunks', 2 * mib + 1, 65_537],
])('a content %s comes out as it went in', (_, length, chunk) => {
  const { blobs } = makeBlobs();
  const content = noise(length);
  const staged = blobs.stage();
  for (let at = 0; at < length; at += chunk) staged.push(content.subarray(at, at + chunk));
  expect(staged.finish()).toEqual({ hash: sha256Hex(content), bytes: length });
  staged.discard();
  expect(sha256Hex(blobs.get(sha256Hex(content)) ?? 'gone')).toBe(sha256Hex(content));
  expect(sha256Hex(Buffer.concat([...blobs.pieces(sha256Hex(content), 0, length)]))).toBe(sha256Hex(content));
});

it('takes the memory of one piece, and nothing finds it before its end', () => {
  const { blobs } = makeBlobs();
  const staged = blobs.stage();
  const content = noise(3 * mib + 9);
  let most = 0;
  for (let at = 0; at < content.length; at += 10_000) {
    staged.push(content.subarray(at, at + 10_000));
    most = Math.max(most, staged.buffered);
  }
  expect(most).toBe(mib);
  expect(blobs.has(sha256Hex(content))).toBe(false);
});

it('leaves nothing where it is given up, and nothing twice where it was there before', () => {
  const { blobs, rows } = makeBlobs();
  const content = noise(2 * mib + 9);
  const first = blobs.stage();
  first.push(content);
  first.finish();
  const kept = rows();
  for (const end of ['discard', 'finish'] as const) {
    const again = blobs.stage();
    again.push(content);
    again[end]();
    expect(rows()).toBe(kept);
  }
});

it('is left alone by a collection while it arrives, and collected after its object was lost', () => {
  const { blobs, rows, store } = makeBlobs();
  blobs.stage().push(noise(2 * mib));
  expect(blobs.collectGarbage([])).toBe(0);
  expect(rows()).toBe(3);
  new BlobStore(store).collectAbandoned();
  expect(rows()).toBe(0);
});

it('a range is read from the pieces that it touches', () => {
  const { blobs } = makeBlobs();
  const content = noise(3 * mib + 9);
  const hash = blobs.put(content);
  for (const [start, end] of [
    [0, 1],
    [mib - 1, mib + 1],
    [2 * mib, 3 * mib + 9],
    [3 * mib + 8, 3 * mib + 9],
    [5, 5],
  ] as const)
    expect(sha256Hex(Buffer.concat([...blobs.pieces(hash, start, end)]))).toBe(sha256Hex(content.subarray(start, end)));
  expect(() => [...blobs.pieces(hash, 0, 3 * mib + 10)]).toThrow('shorter');
  expect(() => [...blobs.pieces('nothing', 0, 1)]).toThrow('missing');
});
