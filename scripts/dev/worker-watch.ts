import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';
import { BuildError } from '../run-redraw.ts';
import type { WorkerModule } from '../server.ts';
import { stackMapper } from './stack-traces.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'dist/dev');
const bundle = 'worker.js';
const entry = 'scripts/dev/worker-entry.ts';
// Small, because the entry is the one module that stands in the runtime's configuration.
const entryCode = `export * from './${bundle}';\nexport { default } from './${bundle}';\n`;

export interface WorkerBuild {
  /** The entry first. */
  modules: WorkerModule[];
  /** Replaces places in the bundle by places in `src/`. */
  mapped: (text: string) => string;
  milliseconds: number;
}

export interface WorkerWatch {
  /** The first build; rejects with a `BuildError` where it fails. */
  first: Promise<WorkerBuild>;
  close(): Promise<void>;
}

const shared: InlineConfig = {
  root,
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'silent',
  // The conditions under which wrangler bundles it for production.
  ssr: { noExternal: true, target: 'webworker', resolve: { conditions: ['workerd', 'worker', 'browser'] } },
  resolve: { mainFields: ['browser', 'module', 'main'] },
};
const external = [/^(?:node|cloudflare):/];

const module = (path: string, contents: string): WorkerModule => ({
  type: 'ESModule',
  path: join(folder, path),
  contents,
});

const dependencyFile = (specifier: string): string => `dependency-${specifier.replace(/\W+/g, '-')}`;

/** Leaves the dependencies out of each build, and tells the specifiers of those that it imports. */
function withoutDependencies(onBundle: (specifiers: string[]) => void): Plugin {
  const specifierOf = new Map<string, string>();
  return {
    name: 'without-dependencies',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (importer === undefined || !/^[\w@]/.test(id) || external.some((pattern) => pattern.test(id))) return;
      if ((await this.resolve(id, importer)) === null)
        throw new Error(`${relative(root, importer)} imports ${id}, which is not installed.`);
      const path = `/dist/dev/${dependencyFile(id)}.js`;
      specifierOf.set(path, id);
      return { id: path, external: 'absolute' };
    },
    generateBundle(_, files) {
      const chunks = Object.values(files).filter((file) => file.type === 'chunk');
      const imported = new Set(chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]));
      onBundle([...imported].flatMap((path) => specifierOf.get(path) ?? []).sort());
    },
  };
}

/** Bundles dependencies, which takes longer than what an edit may. */
async function bundleDependencies(specifiers: readonly string[]): Promise<WorkerModule[]> {
  const built = (await build({
    ...shared,
    build: {
      ssr: true,
      write: false,
      minify: false,
      target: 'es2024',
      rolldownOptions: {
        input: Object.fromEntries(specifiers.map((specifier) => [dependencyFile(specifier), specifier])),
        external,
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  return built.output.flatMap((file) => (file.type === 'chunk' ? [module(file.fileName, file.code)] : []));
}

/** A build error with its place and, where there is one, the lines around it. */
function messageOf(error: Error): string {
  return stripVTControlCharacters(error.message)
    .replace(/^Build failed with 1 error:\n/, '')
    .replace(/\n {4}at .*/g, '')
    .trim();
}

/**
 * Bundles the Worker for development, unminified with a source map, and again whenever one of its sources changes.
 *
 * @param onBuild called for each build after the first
 * @param onError called with one message for each build after the first that fails
 */
export async function watchWorker(
  onBuild: (built: WorkerBuild) => void,
  onError: (message: string) => void,
): Promise<WorkerWatch> {
  let wanted: string[] = [];
  const watcher = (await build({
    ...shared,
    plugins: [
      withoutDependencies((specifiers) => {
        wanted = specifiers;
      }),
    ],
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      target: 'es2024',
      watch: {},
      rolldownOptions: { external, output: { entryFileNames: bundle, codeSplitting: false } },
    },
  })) as Rolldown.RolldownWatcher;

  let dependencies: WorkerModule[] = [];
  let bundled = '';
  const readBuild = async (started: number): Promise<WorkerBuild> => {
    const code = readFileSync(join(folder, bundle), 'utf8');
    const map = readFileSync(join(folder, `${bundle}.map`), 'utf8');
    const specifiers = wanted;
    if (specifiers.join() !== bundled) dependencies = await bundleDependencies(specifiers);
    bundled = specifiers.join();
    return {
      modules: [module('entry.js', entryCode), module(bundle, code), ...dependencies],
      mapped: stackMapper(() => JSON.parse(map), { bundle, folder, root }),
      milliseconds: Math.round(performance.now() - started),
    };
  };

  const { promise: first, resolve, reject } = Promise.withResolvers<WorkerBuild>();
  let isFirst = true;
  let started = 0;
  const fail = (error: Error): void => {
    const message = messageOf(error);
    if (isFirst) reject(new BuildError(`The Worker does not build:\n${message}`));
    else onError(message);
  };
  watcher.on('event', async (event) => {
    if (event.code === 'START') started = performance.now();
    if (event.code === 'ERROR') fail(event.error);
    if (event.code === 'BUNDLE_END') {
      try {
        const built = await readBuild(started);
        if (isFirst) resolve(built);
        else onBuild(built);
        isFirst = false;
      } catch (error) {
        fail(error as Error);
      }
    }
    if ('result' in event) await event.result?.close();
  });
  return { first, close: () => watcher.close() };
}
