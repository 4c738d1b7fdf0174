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

/** Reads `tsconfig.app.json`, `tsconfig.json` or `jsconfig.json`, `package.json`, and the import map of `index.html`. */
export function readProjectConfig(files: FileSnapshot, cache: TransformCache): ProjectConfig {
  const key = `config:${configFiles.map((path) => files.hash(path) ?? '').join()}`;
  return cache.get(key, () => ({ value: parseConfig(files), bytes: 2000 }));
}

function parseConfig(files: FileSnapshot): ProjectConfig {
  const options = compilerOptions(files);
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
    aliases: [...tsAliases(options), ...viteAliases(files)],
    baseUrl: baseUrlOf(options),
    importMap: authorImportMap(files),
  };
}

function nonEmptyText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Compiler options with the file that sets each: its paths are relative to that file. */
type CompilerOptions = Map<string, { value: unknown; file: string }>;

function compilerOptions(files: FileSnapshot): CompilerOptions {
  const merged: CompilerOptions = new Map();
  const read = (file: string, depth: number) => {
    const source = readText(files, file);
    const json = source === null ? undefined : parseJsonc(source);
    const parents = [memberAt(json, 'extends')].flat().filter((parent) => typeof parent === 'string');
    for (const parent of parents) {
      const path = parent.startsWith('.') ? resolveFrom(file, parent) : null;
      if (path !== null && depth < 5) read(files.hash(path) === null ? `${path}.json` : path, depth + 1);
    }
    for (const [name, value] of objectEntries(memberAt(json, 'compilerOptions'))) merged.set(name, { value, file });
  };
  for (const file of ['jsconfig.json', 'tsconfig.json', 'tsconfig.app.json']) read(file, 0);
  return merged;
}

function baseUrlOf(options: CompilerOptions): string | null {
  const base = options.get('baseUrl');
  return base && typeof base.value === 'string' ? resolveFrom(base.file, `./${base.value}`) : null;
}

function tsAliases(options: CompilerOptions): Alias[] {
  const paths = options.get('paths');
  const base = baseUrlOf(options);
  return objectEntries(paths?.value).flatMap(([from, targets]): Alias[] => {
    const target = Array.isArray(targets) ? nonEmptyText(targets[0]) : undefined;
    if (!paths || target === undefined) return [];
    const to = base === null ? resolveFrom(paths.file, `./${target}`) : resolveDots(`${base}/${target}`);
    if (to === null) return [];
    const exactTarget = to.replace(/^node_modules\//, '').replace(/\/$/, '');
    return from.endsWith('*')
      ? [{ from: from.slice(0, -1), to: to.replace(/\*.*$/, ''), exact: false }]
      : [{ from, to: exactTarget, exact: true }];
  });
}

/** Finds `'@': path.resolve(__dirname, './src')` in the text of a Vite configuration, which is not run. */
function viteAliases(files: FileSnapshot): Alias[] {
  const config = readText(files, 'vite.config.ts') ?? readText(files, 'vite.config.js') ?? '';
  const match = /['"]?([@~])\/?['"]?\s*:[^\n]{0,200}?['"](?:\.?\/)?(src)\/?['"]/.exec(config);
  return match ? [{ from: `${match[1]}/`, to: `${match[2]}/`, exact: false }] : [];
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
  const html = readText(files, 'index.html');
  const found = html === null ? null : findImportMap(html, scanTags(html));
  const imports = objectEntries(memberAt(found ? parseJsonc(found.text) : undefined, 'imports'));
  return Object.fromEntries(imports.flatMap(([from, to]) => (typeof to === 'string' ? [[from, to]] : [])));
}
