import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertRowBytes, maxRowBytes } from '../../src/storage/row-size.ts';
import { BlobStore, sha256Hex } from '../../src/workspace/blob-store.ts';
import { changedFilesStep } from '../../src/workspace/changed-paths.ts';
import { goneVersionsStep } from '../../src/workspace/gone-versions.ts';
import { uncountedBytesStep } from '../../src/workspace/kept-by-hand.ts';
import { workspaceTables } from '../../src/workspace/workspace-tables.ts';
import { longRun } from '../support/long-run.ts';
import { nodeStore } from '../support/node-sql.ts';

function makeBlobs() {
  const store = nodeStore();
  store.sql.exec(workspaceTables + goneVersionsStep + changedFilesStep + uncountedBytesStep);
  return { store, blobs: new BlobStore(store) };
}

describe('BlobStore', () => {
  it('gives back what it got, whatever the bytes', () => {
    const { blobs } = makeBlobs();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (content) => {
        expect(blobs.get(blobs.put(content))).toEqual(content);
      }),
      longRun(100),
    );
  });

  it('names contents by their SHA-256', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(makeBlobs().blobs.put('abc')).toBe(sha256Hex('abc'));
  });

  it('keeps a text as it was, the byte-order mark and the empty one too', () => {
    const { blobs } = makeBlobs();
    for (const text of ['\ufeffabc\r\n', '', 'ü'.repeat(2_000_000)]) expect(blobs.getText(blobs.put(text))).toBe(text);
    expect(blobs.get('nothing')).toBeNull();
  });

  it.each([
    [2 * 1024 * 1024, [1048576, 1048576]],
    [3 * 1024 * 1024 + 7, [1048576, 1048576, 1048576, 7]],
    [0, [0]],
  ])('stores a content of %d bytes in pieces of at most 1 MB', (length, sizes) => {
    const { blobs, store } = makeBlobs();
    const content = new Uint8Array(length).map((_, index) => index * 31);
    const hash = blobs.put(content);
    const pieces = store.sql.exec<{ size: number }>('SELECT length(bytes) AS size FROM blob').toArray();
    expect(pieces.map((piece) => piece.size)).toEqual(sizes);
    expect(sha256Hex(blobs.get(hash) ?? '')).toBe(hash);
  });

  it('stores a content once', () => {
    const { blobs, store } = makeBlobs();
    blobs.put('same');
    blobs.putPinned('same');
    blobs.put('same');
    expect(store.sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM blob').one().n).toBe(1);
  });

  it('collects what is loose and not used, and nothing else', () => {
    const { blobs } = makeBlobs();
    const [used, unused, held, heldLater] = [blobs.put('a'), blobs.put('b'), blobs.putPinned('c'), blobs.put('d')];
    blobs.pin([heldLater]);
    blobs.put('c');
    blobs.put('e');
    blobs.putPinned('e');
    expect(blobs.collectGarbage([used])).toBe(1);
    expect(blobs.getText(sha256Hex('e'))).toBe('e');
    expect([used, unused, held, heldLater].map((hash) => blobs.has(hash))).toEqual([true, false, true, true]);
    expect(blobs.collectGarbage([])).toBe(1);
    expect(blobs.put('b')).toBe(unused);
    expect(blobs.getText(unused)).toBe('b');
  });
});

describe('assertRowBytes', () => {
  it('refuses a row that production would refuse', () => {
    expect(() => assertRowBytes(['x'.repeat(maxRowBytes - 10), 1])).not.toThrow();
    expect(() => assertRowBytes(['x'.repeat(maxRowBytes), 1])).toThrow(RangeError);
    expect(() => assertRowBytes(['ü'.repeat(maxRowBytes / 2), 1])).toThrow(RangeError);
    expect(() => assertRowBytes([new Uint8Array(maxRowBytes / 2), new ArrayBuffer(maxRowBytes / 2), null])).toThrow(
      RangeError,
    );
  });
});
