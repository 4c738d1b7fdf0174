import { findImportMap, scanTags } from './html-scan.ts';
import { entriesOf, member, parseJsonc } from './jsonc.ts';
import { joinFrom, normalise } from './paths.ts';
import { type PreviewFiles, readText } from './preview-files.ts';
import type { TransformCache } from './transform-cache.ts';

/** `@/` to `src/` (both end in `/`), or, where exact, one specifier to one path or bare specifier. */
export interface Alias {
  from: string;
  to: string;
  exact: boolean;
}

/** What a project's own settings say about how its files are to be read. */
export interface PreviewConfig {
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

const sources = [
  'tsconfig.json',
  'tsconfig.app.json',
  'jsconfig.json',
  'package.json',
  'index.html',
  'vite.config.ts',
  'vite.config.js',
];

/** Reads `tsconfig.app.json`, `tsconfig.json` or `jsconfig.json`, `package.json`, and the import map of `index.html`. */
export function readConfig(files: PreviewFiles, cache: TransformCache): PreviewConfig {
  const key = `config:${sources.map((path) => files.hash(path) ?? '').join()}`;
  return cache.get(key, () => ({ value: makeConfig(files), bytes: 2000 }));
}

function makeConfig(files: PreviewFiles): PreviewConfig {
  const options = compilerOptions(files);
  const jsx = options.get('jsx')?.value;
  const importSource = options.get('jsxImportSource')?.value;
  return {
    jsx: {
      runtime: jsx === 'react' ? 'classic' : 'automatic',
      importSource: typeof importSource === 'string' ? importSource : sourceFromPackage(files),
      factory: text(options.get('jsxFactory')?.value) ?? 'React.createElement',
      fragment: text(options.get('jsxFragmentFactory')?.value) ?? 'React.Fragment',
    },
    keepUnusedImports:
      options.get('verbatimModuleSyntax')?.value === true || options.get('preserveValueImports')?.value === true,
    aliases: [...tsAliases(options), ...viteAliases(files)],
    baseUrl: baseUrlOf(options),
    importMap: authorImportMap(files),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A compiler option together with the file that sets it, because its paths are relative to that. */
type Options = Map<string, { value: unknown; file: string }>;

function compilerOptions(files: PreviewFiles): Options {
  const merged: Options = new Map();
  const read = (file: string, depth: number) => {
    const source = readText(files, file);
    const json = source === null ? undefined : parseJsonc(source);
    const parents = [member(json, 'extends')].flat().filter((parent) => typeof parent === 'string');
    for (const parent of parents) {
      const path = parent.startsWith('.') ? joinFrom(file, parent) : null;
      if (path !== null && depth < 5) read(files.hash(path) === null ? `${path}.json` : path, depth + 1);
    }
    for (const [name, value] of entriesOf(member(json, 'compilerOptions'))) merged.set(name, { value, file });
  };
  for (const file of ['jsconfig.json', 'tsconfig.json', 'tsconfig.app.json']) read(file, 0);
  return merged;
}

function baseUrlOf(options: Options): string | null {
  const base = options.get('baseUrl');
  return base && typeof base.value === 'string' ? joinFrom(base.file, `./${base.value}`) : null;
}

function tsAliases(options: Options): Alias[] {
  const paths = options.get('paths');
  const base = baseUrlOf(options);
  return entriesOf(paths?.value).flatMap(([from, targets]): Alias[] => {
    const target = Array.isArray(targets) ? text(targets[0]) : undefined;
    if (!paths || target === undefined) return [];
    const to = base === null ? joinFrom(paths.file, `./${target}`) : normalise(`${base}/${target}`);
    if (to === null) return [];
    const bare = to.replace(/^node_modules\//, '').replace(/\/$/, '');
    return from.endsWith('*')
      ? [{ from: from.slice(0, -1), to: to.replace(/\*.*$/, ''), exact: false }]
      : [{ from, to: bare, exact: true }];
  });
}

/** `'@': path.resolve(__dirname, './src')` of a Vite configuration, which is not run here. */
function viteAliases(files: PreviewFiles): Alias[] {
  const config = readText(files, 'vite.config.ts') ?? readText(files, 'vite.config.js') ?? '';
  const match = /['"]?([@~])\/?['"]?\s*:[^\n]{0,200}?['"](?:\.?\/)?(src)\/?['"]/.exec(config);
  return match ? [{ from: `${match[1]}/`, to: `${match[2]}/`, exact: false }] : [];
}

function sourceFromPackage(files: PreviewFiles): string | null {
  const json = parseJsonc(readText(files, 'package.json') ?? '');
  const names = ['dependencies', 'devDependencies'].flatMap((kind) =>
    entriesOf(member(json, kind)).map(([name]) => name),
  );
  if (names.includes('react')) return 'react';
  return names.includes('preact') ? 'preact' : null;
}

function authorImportMap(files: PreviewFiles): Record<string, string> {
  const html = readText(files, 'index.html');
  const found = html === null ? null : findImportMap(html, scanTags(html));
  const imports = entriesOf(member(found ? parseJsonc(found.text) : undefined, 'imports'));
  return Object.fromEntries(imports.flatMap(([from, to]) => (typeof to === 'string' ? [[from, to]] : [])));
}
