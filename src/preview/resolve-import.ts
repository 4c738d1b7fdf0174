import type { MissingReason } from '../protocol/build-fault.ts';
import type { FileSnapshot } from './file-snapshot.ts';
import type { ShelfManifest } from './library-shelf.ts';
import { extensionOf, resolveDots, resolveFrom } from './paths.ts';
import type { ProjectConfig } from './project-config.ts';

export type Resolution =
  /** A file of the workspace. `query` begins with `?`, or is empty. */
  | { kind: 'file'; path: string; query: string }
  /** A module of the shelf, by its specifier there. */
  | { kind: 'shelf'; specifier: string; url: string }
  /** Left unchanged: a full URL, or a specifier of the author's import map. */
  | { kind: 'external' }
  | Missing;

/** Nothing is there. The reason is worked out only where it is read: it compares the path with every file. */
export interface Missing {
  kind: 'missing';
  readonly reason: MissingReason;
}

const missing = (reason: () => MissingReason): Missing => ({
  kind: 'missing',
  get reason() {
    return reason();
  },
});

export interface ResolveContext {
  files: FileSnapshot;
  config: ProjectConfig;
  shelf: ShelfManifest;
}

// In Vite's order.
const extensions = ['.mjs', '.js', '.mts', '.ts', '.jsx', '.tsx', '.json'];
const typescriptExtensions: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
};
const unsupportedFormats: Record<string, MissingReason> = {
  '.vue': { reason: 'compiler', name: 'Vue' },
  '.svelte': { reason: 'compiler', name: 'Svelte' },
  '.scss': { reason: 'styles', name: 'Sass' },
  '.sass': { reason: 'styles', name: 'Sass' },
  '.less': { reason: 'styles', name: 'Less' },
  '.styl': { reason: 'styles', name: 'Stylus' },
  '.cjs': { reason: 'esm' },
};

/** Finds the file that a path means: one without extension, with `.js` instead of `.ts`, or of a folder with an `index` file. */
export function findFile(files: FileSnapshot, path: string): string | null {
  const has = (candidate: string) => files.hash(candidate) !== null;
  if (has(path)) return path;
  const extension = extensionOf(path);
  const stem = path.slice(0, path.length - extension.length);
  for (const written of typescriptExtensions[extension] ?? []) if (has(stem + written)) return stem + written;
  const names = path === '' ? ['index'] : [path, `${path}/index`];
  return names.flatMap((name) => extensions.map((e) => name + e)).find(has) ?? null;
}

/** Resolves an import specifier, as Vite does. */
export function resolveImport(specifier: string, importer: string, context: ResolveContext): Resolution {
  if (/^(?:[a-z][a-z+.-]*:)?\/\//i.test(specifier) || /^(?:data|blob):/i.test(specifier)) return { kind: 'external' };
  // A `#` or `?` at the beginning is part of the name: an alias may be `#/`.
  const [, bare = '', query = ''] = /^(.[^?#]*)(\?[^#]*)?/s.exec(specifier) ?? [];
  if (/^\.{0,2}\//.test(bare) || bare === '.' || bare === '..') return resolvePath(bare, query, importer, context);
  return resolveBare(bare, query, specifier, context);
}

function resolvePath(specifier: string, query: string, importer: string, { files }: ResolveContext): Resolution {
  const path = resolveFrom(importer, specifier);
  if (path === null) return missing(() => ({ reason: 'leaves' }));
  const found =
    (specifier.startsWith('/') && files.hash(`public/${path}`) !== null ? `public/${path}` : null) ??
    findFile(files, path);
  if (found !== null) return fileResolution(found, query);
  return missing(() => missingFileReason(path, files));
}

function resolveBare(bare: string, query: string, specifier: string, context: ResolveContext): Resolution {
  const { files, config, shelf } = context;
  if (inImportMap(specifier, config.importMap)) return { kind: 'external' };
  let aliased: string | null = null;
  for (const { from, to, exact } of config.aliases) {
    if (exact ? bare !== from : !bare.startsWith(from)) continue;
    const path = exact ? to : resolveDots(to + bare.slice(from.length));
    const found = path === null ? null : findFile(files, path);
    if (found !== null) return fileResolution(found, query);
    const module = exact && Object.hasOwn(shelf.modules, to) ? shelf.modules[to] : undefined;
    if (module) return { kind: 'shelf', specifier: to, url: module.url };
    if (from !== '') aliased ??= path;
  }
  if (aliased !== null) {
    const path = aliased;
    return missing(() => missingFileReason(path, files));
  }
  const underBase = config.baseUrl === null ? null : resolveDots(`${config.baseUrl}/${bare}`);
  const found = underBase === null ? null : findFile(files, underBase);
  if (found !== null) return fileResolution(found, query);
  const module = Object.hasOwn(shelf.modules, bare) ? shelf.modules[bare] : undefined;
  if (module) return { kind: 'shelf', specifier: bare, url: module.url };
  return missing(() => missingPackageReason(bare, shelf));
}

function fileResolution(path: string, query: string): Resolution {
  const reason = query === '' ? unsupportedFormats[extensionOf(path)] : undefined;
  return reason === undefined ? { kind: 'file', path, query } : missing(() => reason);
}

function inImportMap(specifier: string, map: Readonly<Record<string, string>>): boolean {
  if (Object.hasOwn(map, specifier)) return true;
  for (let slash = specifier.indexOf('/'); slash !== -1; slash = specifier.indexOf('/', slash + 1))
    if (Object.hasOwn(map, specifier.slice(0, slash + 1))) return true;
  return false;
}

function missingFileReason(path: string, files: FileSnapshot): MissingReason {
  const stem = (one: string) => one.toLowerCase().replace(/\.[^./]*$/, '');
  const wanted = stem(path);
  const similarFile = files.list().find((file) => stem(file.path) === wanted);
  return similarFile ? { reason: 'similar', name: similarFile.path } : { reason: 'no_file' };
}

function missingPackageReason(bare: string, shelf: ShelfManifest): MissingReason {
  if (bare.startsWith('node:')) return { reason: 'server' };
  const name = bare
    .split('/')
    .slice(0, bare.startsWith('@') ? 2 : 1)
    .join('/');
  if (!Object.hasOwn(shelf.packages, name)) return { reason: 'shelf' };
  const offered = Object.keys(shelf.modules).filter((one) => one === name || one.startsWith(`${name}/`));
  return { reason: 'partly', name, only: offered.join(', ') };
}
