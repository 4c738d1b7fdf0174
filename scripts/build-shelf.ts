import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import type { ShelfManifest } from '../src/preview/library-shelf.ts';
import { jsxRuntimes } from './jsx-sources.ts';
import { shelfPackages, specifiersOf } from './shelf-entries.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const base = '/_redraw/shelf/';
const manifestFile = join(root, 'src/preview/shelf.generated.json');
const documentFile = join(root, 'docs/library-shelf.md');

/**
 * Headers of shelf files, which Cloudflare serves without the Worker. Their URLs contain a content hash, so they are cacheable for ever; on any
 * host they are scripts only. Browsers ignore `Strict-Transport-Security` over http, as on this machine (RFC 6797, 8.1).
 */
const headersFile = `${base}*
  Cache-Control: public, max-age=31536000, immutable
  X-Content-Type-Options: nosniff
  Cross-Origin-Resource-Policy: same-origin
  Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox
  Strict-Transport-Security: max-age=63072000; includeSubDomains
  Referrer-Policy: no-referrer
  X-Robots-Tag: noindex
`;

export interface BuiltShelf {
  manifest: ShelfManifest;
  /** Text of `docs/library-shelf.md`. */
  document: string;
  /** The modules that it is made of. */
  sources: string[];
  /** File name under `_redraw/shelf/` to content. */
  files: Map<string, string>;
}

interface InstalledPackage {
  version: string;
  license: string;
}

async function installedPackage(name: string): Promise<InstalledPackage> {
  return JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'));
}

/** Exports of CommonJS modules in production, listed by a separate Node process: React has fewer exports there than in development. */
function commonjsExports(): Record<string, string[]> {
  const specifiers = shelfPackages.filter((pkg) => pkg.commonjs).flatMap(specifiersOf);
  const script = `const of = (name) => [name, Object.keys(require(name)).filter((key) => key !== 'default')];
    JSON.stringify(Object.fromEntries(${JSON.stringify(specifiers)}.map(of)))`;
  const env = { ...process.env, NODE_ENV: 'production' };
  return JSON.parse(execFileSync(process.execPath, ['-p', script], { cwd: root, env, encoding: 'utf8' }));
}

/** Source of the entry module for one specifier; null where a plain re-export suffices. */
function entrySource(specifier: string, names: readonly string[] | undefined): string | null {
  const runtime = jsxRuntimes[specifier];
  if (runtime !== undefined) return runtime;
  const path = JSON.stringify(specifier);
  if (specifier === '@tailwindcss/browser') return `import ${path};`;
  if (names) {
    return `import whole from ${path};\nexport default whole;\nexport const { ${names.join(', ')} } = whole;`;
  }
  return null;
}

function chunkName(specifier: string, version: string): string {
  const [scope, ...rest] = specifier.split('/');
  const parts = scope?.startsWith('@') ? [`${scope.slice(1)}-${rest[0]}`, ...rest.slice(1)] : [scope, ...rest];
  return `${parts[0]}-${version}${parts.length > 1 ? `-${parts.slice(1).join('-')}` : ''}`;
}

interface BundleEntry {
  specifier: string;
  source: string | null;
}

async function bundle(
  input: Record<string, BundleEntry>,
  options: { classic: boolean },
): Promise<Rolldown.OutputChunk[]> {
  const virtual = '\0shelf:';
  const result = await build({
    root,
    mode: 'production',
    configFile: false,
    envFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'shelf-entries',
        resolveId(id, importer) {
          if (id.startsWith('shelf:')) return `\0${id}`;
          // Bare imports of an entry resolve to the repository's packages.
          if (importer?.startsWith(virtual)) return this.resolve(id, join(root, 'shelf.js'), { skipSelf: true });
          return null;
        },
        async load(id) {
          const entry = id.startsWith(virtual) ? input[id.slice(virtual.length)] : undefined;
          if (!entry) return null;
          if (entry.source !== null) return entry.source;
          const path = JSON.stringify(entry.specifier);
          const target = await this.resolve(entry.specifier, join(root, 'shelf.js'));
          if (!target) throw new Error(`${entry.specifier} is not installed.`);
          const { exports } = await this.load(target);
          return `export * from ${path};${exports.includes('default') ? `export { default } from ${path};` : ''}`;
        },
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.keys(input).map((name) => [name, `shelf:${name}`])),
        preserveEntrySignatures: 'strict',
        output: {
          format: options.classic ? 'iife' : 'es',
          entryFileNames: '[name].[hash].js',
          chunkFileNames: '[name].[hash].js',
          ...(options.classic
            ? {}
            : {
                codeSplitting: {
                  groups: [
                    // An app with React needs all of these at once: one file, and one instance.
                    { name: 'react-core', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
                    {
                      name: 'preact-core',
                      test: /node_modules[\\/]preact[\\/](dist|hooks|jsx-runtime)[\\/]/,
                      priority: 2,
                    },
                  ],
                },
              }),
        },
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  return outputs.flatMap((output) => ('output' in output ? output.output : [])).filter((file) => file.type === 'chunk');
}

async function bundleBridge(): Promise<Rolldown.OutputChunk> {
  const source = `import ${JSON.stringify(join(root, 'web/bridge/bridge.ts'))};`;
  const [bridge, ...more] = await bundle({ bridge: { specifier: 'bridge', source } }, { classic: true });
  if (bridge === undefined || more.length > 0) throw new Error('The bridge is not one script.');
  return bridge;
}

/** Builds the whole shelf in memory. Reproducible: equal packages and sources give equal bytes. */
export async function makeShelf(): Promise<BuiltShelf> {
  const named = commonjsExports();
  const input: Record<string, BundleEntry> = {};
  const specifierOf = new Map<string, string>();
  const packages: Record<string, string> = {};
  const rows: string[] = [];
  for (const pkg of shelfPackages) {
    const { version, license } = await installedPackage(pkg.name);
    packages[pkg.name] = version;
    for (const specifier of specifiersOf(pkg)) {
      const name = chunkName(specifier, version);
      input[name] = { specifier, source: entrySource(specifier, named[specifier]) };
      specifierOf.set(name, specifier);
    }
    const imports = specifiersOf(pkg).map((specifier) => `\`${specifier}\``);
    rows.push(`| ${imports.join(', ')} | ${version} | ${pkg.what} | ${license} |`);
  }
  const libraries = await bundle(input, { classic: false });
  const bridge = await bundleBridge();

  const byName = new Map(libraries.map((chunk) => [chunk.fileName, chunk]));
  const modules: Record<string, { url: string; chunks: string[] }> = {};
  for (const chunk of libraries) {
    const specifier = chunk.isEntry ? specifierOf.get(chunk.name) : undefined;
    if (!specifier) continue;
    const seen = new Set<string>();
    const visit = (name: string) => {
      for (const next of byName.get(name)?.imports ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        visit(next);
      }
    };
    visit(chunk.fileName);
    modules[specifier] = { url: base + chunk.fileName, chunks: [...seen].sort().map((name) => base + name) };
  }
  const missing = [...specifierOf.values()].filter((specifier) => !modules[specifier]);
  if (missing.length > 0) throw new Error(`The shelf lacks ${missing.join(', ')}.`);
  const sorted = Object.fromEntries(Object.entries(modules).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    manifest: { bridge: base + bridge.fileName, packages, modules: sorted },
    document: documentText(rows),
    sources: [...libraries, bridge].flatMap((chunk) => chunk.moduleIds),
    files: new Map([...libraries, bridge].map((chunk) => [chunk.fileName, chunk.code])),
  };
}

function documentText(rows: readonly string[]): string {
  return `# The library shelf

What an app in the edge preview may import. Redraw builds these packages from npm and serves them itself, so an app needs
no network for them. Anything else fails with a sentence that names the import and the file.

Written by \`scripts/build-shelf.ts\`; a test asserts that it is fresh. To add a package: \`npm i -D <name>@<version>\`, a line in
\`scripts/shelf-entries.ts\`, \`npm run build\`.

| import | version | what | licence |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** A hash of the shelf's inputs: the installed packages and the sources. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const bridge = (await readdir(join(root, 'web/bridge'))).sort().map((name) => join(root, 'web/bridge', name));
  const own = [
    'scripts/build-shelf.ts',
    'scripts/shelf-entries.ts',
    'scripts/jsx-sources.ts',
    'src/protocol/bridge-limits.ts',
    'src/protocol/bridge-messages.ts',
    'src/protocol/limits.ts',
  ];
  for (const file of [...own.map((name) => join(root, name)), ...bridge]) hash.update(await readFile(file));
  hash.update(await readFile(join(root, 'package-lock.json')));
  return hash.digest('hex');
}

async function writeIfChanged(file: string, text: string): Promise<void> {
  const old = await readFile(file, 'utf8').catch(() => null);
  if (old !== text) await writeWhole(file, text);
}

/** Writes a file that others may be reading or writing: nobody sees a half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}`);
  await writeFile(unfinished, text);
  await rename(unfinished, file);
}

/** The text of `src/preview/shelf.generated.json`. */
export function manifestText(manifest: ShelfManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Builds the library shelf into `<outDir>/_redraw/shelf/`, with `<outDir>/_headers`, and updates the manifest and
 * `docs/library-shelf.md`. Does nothing where the present shelf was built from the same inputs.
 *
 * @param options.outDir folder of static assets, absolute or relative to the repository's root
 * @returns the manifest; newer than that of `src/preview/library-shelf.ts` where that module was loaded before
 */
export async function buildShelf(options: { outDir: string }): Promise<ShelfManifest> {
  const outDir = resolve(root, options.outDir);
  const folder = join(outDir, base);
  const stamp = join(dirname(outDir), 'shelf.stamp');
  const now = await fingerprint();
  const manifest = await readFile(manifestFile, 'utf8');
  const present = new Set(await readdir(folder).catch(() => []));
  const complete = [...manifest.matchAll(/"\/_redraw\/shelf\/([^"]+)"/g)].every(([, name = '']) => present.has(name));
  const sources = shelfSources(outDir);
  if (complete && present.size > 0 && existsSync(sources) && (await readFile(stamp, 'utf8').catch(() => '')) === now)
    return JSON.parse(manifest);

  const built = await makeShelf();
  await writeScripts(folder, built.files);
  for (const name of present) if (!built.files.has(name)) await rm(join(folder, name), { force: true });
  await writeFile(join(outDir, '_headers'), headersFile);
  await writeFile(sources, JSON.stringify(built.sources));
  await writeIfChanged(manifestFile, manifestText(built.manifest));
  await writeIfChanged(documentFile, built.document);
  await writeFile(stamp, now);
  return built.manifest;
}

/** The file with the modules that the shelf of a folder of static assets is made of. */
export const shelfSources = (outDir: string): string => join(dirname(resolve(root, outDir)), 'shelf.sources.json');

/** Writes scripts whose names contain hashes: a concurrent build writes the same files. */
async function writeScripts(folder: string, scripts: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, code] of scripts) await writeWhole(join(folder, name), code);
}

/**
 * Builds the bridge of a shelf that is there already, and updates the manifest.
 *
 * @param options.outDir as that of `buildShelf`
 * @returns whether the bridge is another one than before
 */
export async function rebuildBridge(options: { outDir: string }): Promise<boolean> {
  const outDir = resolve(root, options.outDir);
  const { fileName, code } = await bundleBridge();
  const manifest: ShelfManifest = JSON.parse(await readFile(manifestFile, 'utf8'));
  if (manifest.bridge === base + fileName) return false;
  await writeScripts(join(outDir, base), new Map([[fileName, code]]));
  await writeWhole(manifestFile, manifestText({ ...manifest, bridge: base + fileName }));
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildShelf({ outDir: 'dist/assets' });
