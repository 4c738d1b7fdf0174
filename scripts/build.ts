import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './build-lock.ts';
import { buildShelf } from './build-shelf.ts';
import { buildWeb } from './build-web.ts';

const root = join(import.meta.dirname, '..');

/** The source files of each part of the build. */
const sources = {
  shelf: [
    'scripts/build-shelf.ts',
    'scripts/shelf-entries.ts',
    'web/bridge/**',
    'src/protocol/**',
    'package-lock.json',
  ],
  web: ['web/**', 'src/protocol/**', 'package-lock.json'],
  worker: ['src/**', 'wrangler.toml', 'package-lock.json'],
  sandbox: ['container/src/**', 'container/wrangler.toml', 'src/sandbox/**', 'src/async/**', 'package-lock.json'],
} as const;

type Part = keyof typeof sources;

/** A digest of the names, sizes and modification times of a part's source files. */
function sourcesDigest(part: Part): string {
  const hash = createHash('sha256');
  for (const pattern of sources[part]) {
    for (const path of globSync(pattern, { cwd: root }).sort()) {
      const { mtimeMs, size } = statSync(`${root}/${path}`);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** Bundles a Worker into a folder of `dist/`. */
function bundle(folder: string, ...options: string[]): void {
  const args = ['deploy', '--dry-run', '--outdir', `${root}/dist/${folder}`, ...options];
  const result = spawnSync(process.execPath, [`${root}/node_modules/wrangler/bin/wrangler.js`, ...args], {
    cwd: root,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG: 'error', CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status !== 0)
    throw new Error(`wrangler could not bundle dist/${folder}:\n${result.stdout}${result.stderr}`);
}

const builders: Record<Part, () => void | Promise<void>> = {
  shelf: async () => {
    await buildShelf({ outDir: `${root}/dist/assets` });
  },
  web: buildWeb,
  worker: () => bundle('worker', '--minify'),
  // Its image is built on the machine that runs it.
  sandbox: () => bundle('sandbox', '--config', 'container/wrangler.toml', '--containers-rollout', 'none'),
};

/**
 * Builds the parts that are missing or older than their sources, into `dist/`. Concurrent processes build one after the other.
 */
export function buildAll(parts: readonly Part[] = ['shelf', 'web', 'worker', 'sandbox']): Promise<void> {
  return withLock(`${root}/dist/.lock`, () => buildStale(parts));
}

async function buildStale(parts: readonly Part[]): Promise<void> {
  mkdirSync(`${root}/dist/assets`, { recursive: true });
  for (const part of parts) {
    const stamp = `${root}/dist/.${part}`;
    const state = sourcesDigest(part);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) continue;
    rmSync(stamp, { force: true });
    await builders[part]();
    writeFileSync(stamp, state);
  }
}

if (import.meta.main) await buildAll();
