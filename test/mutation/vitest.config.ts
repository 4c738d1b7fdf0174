import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { NearestFirst } from './nearest-first.ts';

/**
 * The unit tests that judge mutants. They start no process, no browser and no whole Redraw, and each takes well under a second: a mutant that
 * survives waits for every test that runs its line.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..', '..'),
    include: ['test/{agent,claude,preview,workspace,web/project}/**/*.test.ts'],
    exclude: [
      'test/**/*.{worker,browser,container,server}.test.ts',
      // The shelf has to be built for these.
      'test/preview/library-shelf.test.ts',
      // Many seconds of large or random input.
      'test/preview/pathological-files.test.ts',
      'test/agent/{any-answer,variants}.test.ts',
    ],
    sequence: { sequencer: NearestFirst },
    // Only a test that hangs takes as long.
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
});
