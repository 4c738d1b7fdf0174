import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../src/workspace/blob-store.ts';
import { bytes, makeWorkspace } from './make-workspace.ts';

const zip = async (stream: ReadableStream<Uint8Array>) => new Uint8Array(await new Response(stream).arrayBuffer());

it('holds exactly the files, in order, the same bytes each time', async () => {
  const { workspace } = makeWorkspace({ 'src/ü.ts': 'x'.repeat(10_000), 'index.html': '<p>', empty: '' });
  const noise = new Uint8Array(3_000_000).map((_, index) => (index * index * 7919) >> 5);
  workspace.write('logo.png', noise);
  workspace.commit({ label: 'x', kind: 'turn', now: 1 });
  workspace.write('later.ts', bytes('later'));

  const first = await zip(workspace.exportZip(1));
  expect(sha256Hex(first)).toBe(sha256Hex(await zip(workspace.exportZip(1))));
  const files = unzipSync(first);
  expect(Object.keys(files)).toEqual(['empty', 'index.html', 'logo.png', 'src/ü.ts']);
  expect(strFromU8(files['src/ü.ts'] ?? new Uint8Array())).toBe('x'.repeat(10_000));
  expect(sha256Hex(files['logo.png'] ?? '')).toBe(sha256Hex(noise));
  expect(files.empty).toEqual(new Uint8Array());
  expect(first.byteLength).toBeGreaterThan(3_000_000);
  expect(first.byteLength).toBeLessThan(3_002_000);

  expect(Object.keys(unzipSync(await zip(workspace.exportZip())))).toContain('later.ts');
});

it('can be made of a project without files', async () => {
  expect(unzipSync(await zip(makeWorkspace().workspace.exportZip()))).toEqual({});
});
