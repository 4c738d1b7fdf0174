import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

/**
 * Time limits that only end what hangs: how soon something comes is no matter of a test, and a slow machine with other work to do passes
 * too. A test may wait for several alarms of 30 s.
 */
const patience = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } };

/** Vitest leaves one core free: of two, that is one too many. These tests wait more than they compute. */
const maxWorkers = Math.max(2, availableParallelism());

/**
 * Four kinds of test, told apart by the file's name: `x.test.ts` runs in Node, `x.worker.test.ts` in workerd, `x.browser.test.ts`
 * against a started Redraw with Chromium, and `x.container.test.ts` against a real Docker engine, where there is one.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          ...patience,
          name: 'unit',
          maxWorkers,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.worker.test.ts', 'test/**/*.browser.test.ts', 'test/**/*.container.test.ts'],
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
          ...patience,
          name: 'worker',
          maxWorkers,
          include: ['test/**/*.worker.test.ts'],
          globalSetup: ['test/support/simulator-setup.ts'],
        },
      },
      {
        test: {
          ...patience,
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...patience,
          // A command that hangs with its engine is ended after two minutes; its turn goes on, and so does its test.
          testTimeout: 300_000,
          name: 'container',
          include: ['test/**/*.container.test.ts'],
          // They wait for containers more than they compute.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/containers-setup.ts'],
        },
      },
    ],
  },
});
