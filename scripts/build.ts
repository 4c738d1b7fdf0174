import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './build-lock.ts';
import { buildShelf, shelfSources } from './build-shelf.ts';
import { buildWeb } from './build-web.ts';
import { modulesOfMetafile, packagesOf, thirdPartyText } from './third-party.ts';

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

/** Bundles the Worker of a folder into a folder of `dist/`. @returns the modules that it is made of */
function bundle(folder: string, from: string, ...options: string[]): string[] {
  const metafile = `${root}/dist/${folder}.meta.json`;
  const args = [
    'deploy',
    '--dry-run',
    '--outdir',
    `${root}/dist/${folder}`,
    '--metafile',
    metafile,
    '--config',
    `${from}/wrangler.toml`,
    ...options,
  ];
  const result = spawnSync(process.execPath, [`${root}/node_modules/wrangler/bin/wrangler.js`, ...args], {
    cwd: root,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG: 'error', CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.status !== 0)
    throw new Error(`wrangler could not bundle dist/${folder}:\n${result.stdout}${result.stderr}`);
  return modulesOfMetafile(metafile, join(root, from));
}

/** Each builds a part, and gives the modules that it is made of. */
const builders: Record<Part, () => string[] | Promise<string[]>> = {
  shelf: async () => {
    await buildShelf({ outDir: `${root}/dist/assets` });
    return JSON.parse(readFileSync(shelfSources(`${root}/dist/assets`), 'utf8'));
  },
  web: buildWeb,
  worker: () => bundle('worker', '.', '--minify'),
  // Its image is built on the machine that runs it.
  sandbox: () => bundle('sandbox', 'container', '--containers-rollout', 'none'),
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
    if (existsSync(sourcesOf(part)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) continue;
    rmSync(stamp, { force: true });
    writeFileSync(sourcesOf(part), JSON.stringify(await builders[part]()));
    writeFileSync(stamp, state);
    rmSync(thirdParty, { force: true });
  }
  if (!existsSync(thirdParty)) writeThirdParty();
}

/** The file with the modules that a built part is made of. */
const sourcesOf = (part: Part): string => `${root}/dist/${part}.modules.json`;

const thirdParty = `${root}/dist/assets/_redraw/THIRD-PARTY.txt`;

/** Writes what is served of others, with its licences: of all parts that are built. */
function writeThirdParty(): void {
  const lists = (Object.keys(sources) as Part[]).map(sourcesOf).filter((file) => existsSync(file));
  const modules = lists.flatMap((file): string[] => JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(thirdParty, thirdPartyText(packagesOf(root, modules)));
}

if (import.meta.main) await buildAll();
