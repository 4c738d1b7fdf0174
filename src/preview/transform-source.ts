import { type Export, type Import, parse } from 'es-module-lexer/js';
import type { Options } from 'sucrase';
import { lineAndColumn, type SourceFault } from './build-problem.ts';
import { type FileSnapshot, isTooLarge, readText, tooLarge } from './file-snapshot.ts';
import { memberAt } from './jsonc.ts';
import { isScript } from './mime-types.ts';
import { extensionOf } from './paths.ts';
import type { ProjectConfig } from './project-config.ts';
import { transform } from './sucrase.ts';
import type { TransformCache } from './transform-cache.ts';

/** A source file as JavaScript, line for line, with its imports still as the author wrote them (`rewrite-imports.ts` resolves them). */
export interface TransformedSource {
  code: string;
  imports: readonly Import[];
  hasDefault: boolean;
  /** Set where the file cannot be parsed; `code` is then empty. It names no file, because equal files share the result. */
  problem: SourceFault | null;
}

/** Transforms a source file; cached by content and by the settings that affect the result. Null where there is no such file. */
export function transformSource(
  path: string,
  files: FileSnapshot,
  config: ProjectConfig,
  cache: TransformCache,
): TransformedSource | null {
  const hash = files.hash(path);
  if (hash === null) return null;
  if (isTooLarge(files, path)) return needsTransform(path) ? brokenSource({ fault: tooLarge }) : servedAsItIs;
  const { jsx, keepUnusedImports } = config;
  const settings = [jsx.runtime, jsx.importSource, jsx.factory, jsx.fragment, keepUnusedImports].join();
  return cache.get(`module:${hash}:${extensionOf(path)}:${settings}`, () => {
    const value = transformUncached(readText(files, path) ?? '', extensionOf(path), config);
    return { value, bytes: value.code.length * 2 + value.imports.length * 200 + 500 };
  });
}

/** Whether a browser cannot run a script as its author wrote it. */
export function needsTransform(path: string): boolean {
  return isScript(path) && !['.js', '.mjs'].includes(extensionOf(path));
}

const servedAsItIs: TransformedSource = { code: '', imports: [], hasDefault: false, problem: null };

function transformUncached(source: string, extension: string, config: ProjectConfig): TransformedSource {
  let code: string;
  try {
    code = transform(source, sucraseOptions(source, extension, config)).code;
  } catch (error) {
    return brokenSource(sucraseProblem(error, source));
  }
  try {
    const [imports, exports] = parse(code);
    return { code, imports, hasDefault: exports.some(isDefault), problem: null };
  } catch (error) {
    const { line } = lineAndColumn(code, Number(memberAt(error, 'idx')));
    return brokenSource({ fault: { code: 'not_module' }, line });
  }
}

function isDefault(one: Export): boolean {
  return one.type !== 'reexport-all' && one.name === 'default';
}

function brokenSource(problem: SourceFault): TransformedSource {
  return { code: '', imports: [], hasDefault: false, problem };
}

/** A pragma such as `@jsx h` in the comments before the first statement. */
function pragma(source: string, name: string): string | undefined {
  const head = /^(?:\s|#![^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(source)?.[0] ?? '';
  return new RegExp(`@${name}\\s+([\\w$@./-]+)`).exec(head)?.[1];
}

function sucraseOptions(source: string, extension: string, config: ProjectConfig): Options {
  const typescript = ['.ts', '.mts', '.tsx'].includes(extension);
  const jsx = extension !== '.ts' && extension !== '.mts';
  const factory = pragma(source, 'jsx');
  const named = pragma(source, 'jsxImportSource');
  const runtime = pragma(source, 'jsxRuntime') ?? (factory && !named ? 'classic' : config.jsx.runtime);
  const importsPreact = () =>
    /\bfrom\s*['"]preact(?:\/[\w-]+)?['"]/.test(source) && !/\bfrom\s*['"]react['"]/.test(source);
  const importSource = named ?? config.jsx.importSource ?? (importsPreact() ? 'preact' : 'react');
  return {
    transforms: [...(typescript ? (['typescript'] as const) : []), ...(jsx ? (['jsx'] as const) : [])],
    disableESTransforms: true,
    // The shelf's development runtimes record where each element was written. Other import sources may have no development runtime, and
    // Preact would take the properties that the classic runtime adds for attributes.
    production: runtime === 'classic' || !['react', 'preact'].includes(importSource),
    jsxRuntime: runtime === 'classic' ? 'classic' : 'automatic',
    jsxImportSource: importSource,
    jsxPragma: factory ?? config.jsx.factory,
    jsxFragmentPragma: pragma(source, 'jsxFrag') ?? config.jsx.fragment,
    keepUnusedImports: config.keepUnusedImports,
  };
}

function sucraseProblem(error: unknown, source: string): SourceFault {
  const text = error instanceof Error ? error.message : String(error);
  const message = text.replace(/ \(\d+:\d+\)$/, '');
  const at = Number(memberAt(error, 'pos'));
  // `Unexpected token` goes on in lower case, `JSX value` does not.
  const sentence = message.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
  return { fault: { code: 'syntax', what: sentence }, ...(Number.isFinite(at) ? lineAndColumn(source, at) : {}) };
}
