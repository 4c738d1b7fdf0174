import { limits } from '../protocol/limits.ts';
import { type FileSnapshot, readText } from './file-snapshot.ts';
import { findImportMap, scanTags } from './html-scan.ts';
import { memberAt, objectEntries, parseJsonc } from './jsonc.ts';
import { resolveDots, resolveFrom } from './paths.ts';
import type { TransformCache } from './transform-cache.ts';

/** A prefix to a folder, such as `@/` to `src/` (both end in `/`); where exact, one specifier to one path or bare specifier. */
export interface Alias {
  from: string;
  to: string;
  exact: boolean;
}

/** The parts of a project's own configuration that affect how its files are transformed and resolved. */
export interface ProjectConfig {
  jsx: {
    runtime: 'automatic' | 'classic';
    /** Null where the project does not set it: each file's imports then decide. */
    importSource: string | null;
    factory: string;
    fragment: string;
  };
  /** Keep unused imports, except those marked `type`. */
  keepUnusedImports: boolean;
  /** In order of precedence. */
  aliases: readonly Alias[];
  /** Folder in which bare imports are looked up first (`baseUrl`), or null. */
  baseUrl: string | null;
  /** `imports` of the author's own import map in `index.html`. */
  importMap: Readonly<Record<string, string>>;
}

const configFiles = [
  'tsconfig.json',
  'tsconfig.app.json',
  'jsconfig.json',
  'package.json',
  'index.html',
  'vite.config.ts',
  'vite.config.js',
];

/** Maximum of configurations that one extends, those of its parents included. A configuration may extend itself. */
const maxParents = 20;

/** Maximum of aliases: each import is held against all of them. */
const maxAliases = 100;

/** Reads `tsconfig.app.json`, `tsconfig.json` or `jsconfig.json`, `package.json`, and the import map of `index.html`. */
export function readProjectConfig(files: FileSnapshot, cache: TransformCache): ProjectConfig {
  const { options, parents } = compilerOptions(files, cache);
  const key = `config:${[...configFiles, ...parents].map((path) => `${path}=${files.hash(path) ?? ''}`).join()}`;
  return cache.get(key, () => ({ value: parseConfig(files, options), bytes: 2000 }));
}

function parseConfig(files: FileSnapshot, options: CompilerOptions): ProjectConfig {
  const jsx = options.get('jsx')?.value;
  const importSource = options.get('jsxImportSource')?.value;
  return {
    jsx: {
      runtime: jsx === 'react' ? 'classic' : 'automatic',
      importSource: typeof importSource === 'string' ? importSource : importSourceFromPackage(files),
      factory: nonEmptyText(options.get('jsxFactory')?.value) ?? 'React.createElement',
      fragment: nonEmptyText(options.get('jsxFragmentFactory')?.value) ?? 'React.Fragment',
    },
    keepUnusedImports:
      options.get('verbatimModuleSyntax')?.value === true || options.get('preserveValueImports')?.value === true,
    aliases: [...tsAliases(options).slice(0, maxAliases), ...viteAliases(files)],
    baseUrl: baseUrlOf(options),
    importMap: authorImportMap(files),
  };
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Compiler options with the file that sets each: its paths are relative to that file. */
type CompilerOptions = Map<string, { value: unknown; file: string }>;

/** The merged options, and the files that the configuration extends. */
function compilerOptions(
  files: FileSnapshot,
  cache: TransformCache,
): { options: CompilerOptions; parents: ReadonlySet<string> } {
  const options: CompilerOptions = new Map();
  const parents = new Set<string>();
  let left = 0;
  const read = (file: string) => {
    const json = parsedFile(file, files, cache);
    const named = [memberAt(json, 'extends')].flat().filter((parent) => typeof parent === 'string');
    for (const parent of named) {
      const path = parent.startsWith('.') ? resolveFrom(file, parent) : null;
      if (path === null || left === 0) continue;
      left -= 1;
      const found = files.hash(path) === null ? `${path}.json` : path;
      parents.add(found);
      read(found);
    }
    for (const [name, value] of objectEntries(memberAt(json, 'compilerOptions'))) options.set(name, { value, file });
  };
  for (const file of ['jsconfig.json', 'tsconfig.json', 'tsconfig.app.json']) {
    left = maxParents;
    read(file);
  }
  return { options, parents };
}

/** Undefined where there is no such file, or it is not valid. */
function parsedFile(path: string, files: FileSnapshot, cache: TransformCache): unknown {
  return cache.get(`json:${files.hash(path)}`, () => {
    const source = readText(files, path) ?? '';
    return { value: parseJsonc(source), bytes: source.length * 4 };
  });
}

/** Null for a path that no file can have: each import would be joined with all of it. */
const possiblePath = (path: string | null): string | null =>
  path !== null && path.length <= limits.pathChars ? path : null;

function baseUrlOf(options: CompilerOptions): string | null {
  const base = options.get('baseUrl');
  return base && typeof base.value === 'string' ? possiblePath(resolveFrom(base.file, `./${base.value}`)) : null;
}

function tsAliases(options: CompilerOptions): Alias[] {
  const paths = options.get('paths');
  if (!paths) return [];
  const base = baseUrlOf(options);
  return objectEntries(paths.value).flatMap(([from, targets]): Alias[] => {
    const target = Array.isArray(targets) ? nonEmptyText(targets[0]) : undefined;
    if (target === undefined) return [];
    const to = possiblePath(base === null ? resolveFrom(paths.file, `./${target}`) : resolveDots(`${base}/${target}`));
    if (to === null) return [];
    return from.endsWith('*')
      ? [{ from: from.slice(0, -1), to: to.replace(/\*.*/, ''), exact: false }]
      : [{ from, to: to.replace(/^node_modules\//, ''), exact: true }];
  });
}

/** Finds `'@': path.resolve(__dirname, './src')` in the text of a Vite configuration, which is not run. */
function viteAliases(files: FileSnapshot): Alias[] {
  const config = readText(files, 'vite.config.ts') ?? readText(files, 'vite.config.js') ?? '';
  const match = /['"]([@~])\/?['"]\s*:[^\n]{0,200}?['"](?:\.?\/)?src\/?['"]/.exec(config);
  return match ? [{ from: `${match[1]}/`, to: 'src/', exact: false }] : [];
}

function importSourceFromPackage(files: FileSnapshot): string | null {
  const json = parseJsonc(readText(files, 'package.json') ?? '');
  const names = ['dependencies', 'devDependencies'].flatMap((kind) =>
    objectEntries(memberAt(json, kind)).map(([name]) => name),
  );
  if (names.includes('react')) return 'react';
  return names.includes('preact') ? 'preact' : null;
}

function authorImportMap(files: FileSnapshot): Record<string, string> {
  const html = readText(files, 'index.html') ?? '';
  const found = findImportMap(html, scanTags(html));
  const imports = objectEntries(memberAt(found ? parseJsonc(found.text) : undefined, 'imports'));
  return Object.fromEntries(imports.flatMap(([from, to]) => (typeof to === 'string' ? [[from, to]] : [])));
}
