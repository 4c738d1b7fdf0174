import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildAll } from '../scripts/build.ts';

test('the Worker is at most 1 MB gzip, as it is deployed', async () => {
  await buildAll();
  const bundle = readFileSync(join(import.meta.dirname, '../dist/worker/worker.js'));
  expect(bundle.byteLength).toBeGreaterThan(100_000);
  expect(gzipSync(bundle).byteLength).toBeLessThanOrEqual(1_000_000);
});
