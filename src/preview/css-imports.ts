import type { MissingReason } from '../protocol/build-fault.ts';
import { type BuildProblem, buildProblem, lineAndColumn, maxProblems } from './build-problem.ts';
import { readText } from './file-snapshot.ts';
import { urlOf } from './paths.ts';
import { type ResolveContext, resolveImport } from './resolve-import.ts';

/** A style sheet with its imports inlined and its URLs made absolute paths. */
export interface BundledCss {
  css: string;
  /** True where it imports Tailwind: Tailwind's browser build then compiles it. */
  tailwind: boolean;
  problems: BuildProblem[];
}

const tokens =
  /\/\*[\s\S]*?(?:\*\/|$)|@import\s+(?:url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]+))\s*\)|"([^"]*)"|'([^']*)')([^;]*)(?:;|$)|url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^()"'\s]+))\s*\)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/gi;

/** Style sheets inlined into one: those that import each other in pairs would double with each level. */
const maxImports = 500;

const externalUrl = /^(?:[a-z][a-z+.-]*:|\/\/|#)/i;

/** Inlines the imports of a style sheet, as Vite does. Null where there is no such file. */
export function bundleCss(path: string, context: ResolveContext): BundledCss | null {
  const result: BundledCss = { css: '', tailwind: false, problems: [] };
  const progress: Progress = { externalImports: [], inlined: 0 };
  const body = inlineImports(path, [], context, result, progress);
  if (body === null) return null;
  result.css = progress.externalImports.join('') + body;
  return result;
}

interface Progress {
  /** Imports from other sites: CSS requires them before all rules. */
  externalImports: string[];
  inlined: number;
}

function inlineImports(
  path: string,
  importers: readonly string[],
  context: ResolveContext,
  result: BundledCss,
  progress: Progress,
): string | null {
  const source = readText(context.files, path);
  if (source === null) return null;
  return source.replace(tokens, (token, ...groups) => {
    const captures = groups.slice(0, 9) as (string | undefined)[];
    const [a, b, c, d, e, conditions = '', f, g, h] = captures;
    const url = f ?? g ?? h;
    if (url !== undefined) return `url(${JSON.stringify(rewriteUrl(url, path, context))})`;
    const imported = a ?? b ?? c ?? d ?? e;
    if (imported === undefined) return token;
    if (/^tailwindcss(?:\/|$)/.test(imported)) {
      result.tailwind = true;
      return token;
    }
    if (externalUrl.test(imported)) {
      progress.externalImports.push(`@import url(${JSON.stringify(imported)})${conditions};`);
      return '';
    }
    if (result.problems.length >= maxProblems) return '';
    const target = resolveStyleSheet(imported, path, context);
    if (typeof target === 'string') {
      if (target === path || importers.includes(target) || importers.length > 20) return '';
      if (++progress.inlined > maxImports) return '';
      return wrapInConditions(
        inlineImports(target, [...importers, path], context, result, progress) ?? '',
        conditions.trim(),
      );
    }
    const position = lineAndColumn(source, Number(groups[9]));
    result.problems.push(buildProblem(path, { code: 'imports', what: imported, ...target }, position));
    return '';
  });
}

function resolveStyleSheet(imported: string, path: string, context: ResolveContext): string | MissingReason {
  // In CSS `a.css` means `./a.css`; only where that does not exist it is a bare specifier.
  for (const specifier of /^[./]/.test(imported) ? [imported] : [`./${imported}`, imported]) {
    const found = resolveImport(specifier, path, context);
    if (found.kind === 'file' && found.path.endsWith('.css')) return found.path;
    const withExtension = resolveImport(`${specifier}.css`, path, context);
    if (withExtension.kind === 'file') return withExtension.path;
  }
  const last = resolveImport(imported, path, context);
  return last.kind === 'missing' ? last.reason : { reason: 'no_sheet' };
}

function wrapInConditions(css: string, conditions: string): string {
  const match = /^(layer(?:\(([^)]*)\))?(?=\s|$))?\s*(supports\(((?:[^()]|\([^()]*\))*)\))?\s*([\s\S]*)/i.exec(
    conditions,
  );
  const [, layer, name = '', supports, condition = '', media = ''] = match ?? [];
  let wrapped = css;
  if (layer) wrapped = `@layer ${name}{${wrapped}\n}`;
  if (supports) wrapped = `@supports ${condition.includes(':') ? `(${condition})` : condition}{${wrapped}\n}`;
  return media ? `@media ${media}{${wrapped}\n}` : wrapped;
}

function rewriteUrl(url: string, path: string, context: ResolveContext): string {
  if (url === '' || url.startsWith('/') || externalUrl.test(url)) return url;
  const [bare = ''] = url.split(/[?#]/, 1);
  const suffix = url.slice(bare.length);
  const decoded = safeDecode(bare);
  for (const specifier of [`./${decoded}`, decoded]) {
    const found = resolveImport(specifier, path, context);
    if (found.kind === 'file') return urlOf(found.path) + suffix;
  }
  const base = `http://x/${path}`;
  // Where the text is no URL at all, nothing can be loaded from it.
  return URL.canParse(url, base) ? new URL(url, base).pathname + suffix : url;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
