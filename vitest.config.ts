import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

const ofEveryKind = {
  // Time limits only end what hangs: how soon something comes is no matter of a test, and a slow machine with other work to do passes too. A
  // test may wait for several alarms of 30 s, and in the long series runs for an hour.
  testTimeout: process.env.REDRAW_LONG === '1' ? 3_600_000 : 240_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 60_000 } },
  // Files of a worker share their modules, in workerd its storage as well: to load them anew for each would take longer than most of the tests.
  // None leaves anything behind that another would meet.
  isolate: false,
  unstubGlobals: true,
  unstubEnvs: true,
  restoreMocks: true,
};

/** Vitest leaves one core free: of two, that is one too many. These tests wait more than they compute. */
const maxWorkers = Math.max(2, availableParallelism());

const build = 'test/support/build-setup.ts';
const redrawPool = 'test/support/redraw-pool-setup.ts';

/**
 * Five kinds of test, told apart by the file's name: `x.test.ts` runs in Node alone, `x.server.test.ts` takes what is built and a running
 * Redraw, `x.worker.test.ts` runs in workerd, `x.browser.test.ts` with Chromium or Firefox, `x.container.test.ts` with a Docker engine,
 * where there is one.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          ...ofEveryKind,
          name: 'unit',
          maxWorkers,
          pool: 'threads',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{server,worker,browser,container}.test.ts'],
        },
      },
      {
        test: {
          ...ofEveryKind,
          name: 'server',
          maxWorkers,
          include: ['test/**/*.server.test.ts'],
          globalSetup: [build, redrawPool],
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                SESSION_SECRET: 'test-session-secret-0123456789abcdef',
                VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
                ANTHROPIC_API_KEY: 'sk-test',
                ANTHROPIC_BASE_URL: inject('simulatorUrl'),
                ANON_TURN_LIMIT: '1000',
                CLAUDE_RETRY_BASE_MS: '1',
                PREVIEW_HOST: 'localhost:8787',
              },
            },
          })),
        ],
        test: {
          ...ofEveryKind,
          name: 'worker',
          maxWorkers,
          include: ['test/**/*.worker.test.ts'],
          globalSetup: [build, 'test/support/simulator-setup.ts'],
        },
      },
      {
        test: {
          ...ofEveryKind,
          name: 'browser',
          maxWorkers,
          include: ['test/**/*.browser.test.ts'],
          globalSetup: [build, redrawPool],
        },
      },
      {
        test: {
          ...ofEveryKind,
          // A command that hangs with its engine is ended after two minutes; its turn goes on, and so does its test.
          testTimeout: 300_000,
          name: 'container',
          include: ['test/**/*.container.test.ts'],
          // In a whole run they go beside the others, which take both cores.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: [build, 'test/support/containers-setup.ts'],
        },
      },
    ],
  },
});
