import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

test('the Worker is at most 1 MB gzip, as it is deployed', () => {
  const bundle = readFileSync(join(import.meta.dirname, '../dist/worker/worker.js'));
  expect(bundle.byteLength).toBeGreaterThan(100_000);
  expect(gzipSync(bundle).byteLength).toBeLessThanOrEqual(1_000_000);
});
