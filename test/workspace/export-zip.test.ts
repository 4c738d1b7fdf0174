import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import type { SnapshotPieces } from '../../src/workspace/export-zip.ts';
import { bytes, makeWorkspace } from './make-workspace.ts';

const zip = ({ pieces }: SnapshotPieces): Uint8Array => Buffer.concat([...pieces]);

it('holds exactly the files, in order, the same bytes each time', () => {
  const { workspace } = makeWorkspace({ 'src/ü.ts': 'x'.repeat(10_000), 'index.html': '<p>', empty: '' });
  const noise = new Uint8Array(3_000_000).map((_, index) => (index * index * 7919) >> 5);
  workspace.write('logo.png', noise);
  workspace.commit({ label: 'x', kind: 'turn', now: 1 });
  workspace.write('later.ts', bytes('later'));

  const first = zip(workspace.exportZip(1));
  expect(sha256Hex(first)).toBe(sha256Hex(zip(workspace.exportZip(1))));
  const files = unzipSync(first);
  expect(Object.keys(files)).toEqual(['empty', 'index.html', 'logo.png', 'src/ü.ts']);
  expect(strFromU8(files['src/ü.ts'] ?? new Uint8Array())).toBe('x'.repeat(10_000));
  expect(sha256Hex(files['logo.png'] ?? '')).toBe(sha256Hex(noise));
  expect(files.empty).toEqual(new Uint8Array());
  expect(first.byteLength).toBeGreaterThan(3_000_000);
  expect(first.byteLength).toBeLessThan(3_002_000);

  expect(Object.keys(unzipSync(zip(workspace.exportZip())))).toContain('later.ts');
});

it('can be made of a project without files', () => {
  expect(unzipSync(zip(makeWorkspace().workspace.exportZip()))).toEqual({});
});

it('is made piece by piece, of the files as they were when it was asked for', () => {
  const { workspace } = makeWorkspace();
  const noise = new Uint8Array(6 * 1024 * 1024).map((_, index) => (index * index * 7919) >> 5);
  workspace.write('a.bin', noise);
  workspace.write('b.png', noise.subarray(7));
  const { pieces, release } = workspace.exportZip();
  const first = pieces.next();
  workspace.remove('a.bin');
  workspace.write('b.png', bytes('another'));
  workspace.quota.collectGarbage();
  const rest = [...pieces];
  expect(Math.max(...rest.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(1.1 * 1024 * 1024);
  const files = unzipSync(Buffer.concat([first.value ?? new Uint8Array(), ...rest]));
  expect(sha256Hex(files['a.bin'] ?? '')).toBe(sha256Hex(noise));
  expect(sha256Hex(files['b.png'] ?? '')).toBe(sha256Hex(noise.subarray(7)));
  release();
  expect(workspace.quota.collectGarbage()).toBe(2);
});
