import { type FileSnapshot, readText } from './file-snapshot.ts';
import { findImportMap, scanTags } from './html-scan.ts';
import { memberAt, objectEntries, parseJsonc } from './jsonc.ts';
import { resolveDots, resolveFrom } from './paths.ts';
import type { TransformCache } from './transform-cache.ts';

/** `@/` to `src/` (both end in `/`), or, where exact, one specifier to one path or bare specifier. */
export interface Alias {
  from: string;
  to: string;
  exact: boolean;
}

/** What a project's own settings say about how its files are to be read. */
export interface ProjectConfig {
  jsx: {
    runtime: 'automatic' | 'classic';
    /** Null where nothing says it: then each file's own imports decide. */
    importSource: string | null;
    factory: string;
    fragment: string;
  };
  /** Keep imports that are used as types only, unless they say `type`. */
  keepUnusedImports: boolean;
  /** In the order in which they are tried. */
  aliases: readonly Alias[];
  /** Folder that bare imports are looked up in first (`baseUrl`), or null. */
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

/** A compiler option together with the file that sets it, because its paths are relative to that. */
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

/** `'@': path.resolve(__dirname, './src')` of a Vite configuration, which is not run here. */
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
