import { parse } from 'es-module-lexer/js';
import type { MissingReason } from '../protocol/build-fault.ts';
import { type BuildProblem, buildProblem, lineAndColumn, maxProblems, problemScript } from './build-problem.ts';
import { findImportMap, scanTags, type Tag } from './html-scan.ts';
import { objectEntries, parseJsonc } from './jsonc.ts';
import type { ShelfManifest } from './library-shelf.ts';
import { isScript } from './mime-types.ts';
import { type ModuleGraph, moduleGraph } from './module-graph.ts';
import { urlOf } from './paths.ts';
import { resolveImport } from './resolve-import.ts';
import { type ModuleContext, moduleUrl } from './rewrite-imports.ts';
import { styleSheet } from './virtual-modules.ts';

/** Settings of the bridge, in the attributes of its element. */
export interface BridgeSettings {
  revision: number;
  /** Origins that the bridge may talk to. */
  parents: readonly string[];
}

/**
 * A page of the app, with the bridge, the import map and module hints in its head. Everything else is unchanged and keeps its line.
 */
export function renderPage(path: string, html: string, context: ModuleContext, settings: BridgeSettings): string {
  const tags = scanTags(html);
  const authorMap = findImportMap(html, tags);
  const references = readReferences(path, html, tags, context);
  const graph = moduleGraph(references.modules, references.shelf, context);
  // The page itself reports problems: the importer of a broken module fails before that module's code runs.
  const pageProblems = [...references.problems, ...graph.problems];
  const problems = pageProblems.length > 0 ? `<script>${escapeScript(problemScript(pageProblems))}</script>` : '';
  const hints = graph.urls.map((url) => `<link rel="modulepreload" href="${escapeAttribute(url)}">`);
  const map = `<script type="importmap">${escapeScript(JSON.stringify(mergedImportMap(authorMap?.text ?? null, graph.pinned, context)))}</script>`;
  const head = `${bridgeTag(context.shelf, settings)}${problems}${map}${hints.join('')}`;
  const headIndex = headStartIndex(html, tags);
  if (!authorMap) return html.slice(0, headIndex) + head + html.slice(headIndex);
  const mapEnd = elementEndIndex(html, authorMap.tag);
  const mapLines = html.slice(authorMap.tag.start, mapEnd).replace(/[^\n]/g, '');
  const insert = Math.min(headIndex, authorMap.tag.start);
  return html.slice(0, insert) + head + html.slice(insert, authorMap.tag.start) + mapLines + html.slice(mapEnd);
}

/** The bridge's script element, for the head of a page. */
export function bridgeTag(shelf: Pick<ShelfManifest, 'bridge'>, { revision, parents }: BridgeSettings): string {
  const origins = escapeAttribute(parents.join(' '));
  return `<script src="${escapeAttribute(shelf.bridge)}" data-revision="${revision}" data-parents="${origins}"></script>`;
}

/** Index at which the contents of the head begin, or would begin. */
function headStartIndex(html: string, tags: readonly Tag[]): number {
  const tag = tags.find((one) => one.name === 'head') ?? tags.find((one) => one.name === 'html');
  if (tag) return tag.end;
  // The lookahead leaves one way only to read a comment: two ways each would take exponential time where no doctype follows.
  const doctype = /^(?:\s|<!--(?:(?!-->)[\s\S])*?-->)*<!doctype[^>]*>/i.exec(html);
  return doctype?.[0].length ?? (html.startsWith('\uFEFF') ? 1 : 0);
}

function elementEndIndex(html: string, tag: Tag): number {
  const close = html.indexOf('>', tag.textEnd);
  return close < 0 ? html.length : close + 1;
}

/** Import map: the library shelf, the project's aliases and pinned modules. The author's own map takes precedence. */
function mergedImportMap(
  author: string | null,
  pinned: ModuleGraph['pinned'],
  { shelf, config }: ModuleContext,
): Record<string, unknown> {
  const authorMap = Object.fromEntries(objectEntries(author === null ? undefined : parseJsonc(author)));
  const imports: Record<string, unknown> = {};
  for (const [specifier, { url }] of Object.entries(shelf.modules)) imports[specifier] = url;
  for (const { from, to } of config.aliases) {
    if (from.endsWith('/') && to.endsWith('/')) imports[from] = `/${to}`;
  }
  return { ...authorMap, imports: { ...imports, ...pinned, ...Object.fromEntries(objectEntries(authorMap.imports)) } };
}

interface References {
  modules: string[];
  shelf: string[];
  problems: BuildProblem[];
}

/** Finds the project's files that a page loads directly: its scripts and style sheets, and the imports of its inline modules. */
function readReferences(path: string, html: string, tags: readonly Tag[], context: ModuleContext): References {
  const found: References = { modules: [], shelf: [], problems: [] };
  const reportMissing = (what: string, reason: MissingReason, index: number) =>
    found.problems.push(buildProblem(path, { code: 'loads', what, ...reason }, lineAndColumn(html, index)));
  const sheets = new Set<string>();
  const document = new URL(urlOf(path), pageOrigin);
  let base: URL | null = null;
  for (const tag of tags) {
    if (found.problems.length >= maxProblems) break;
    const { name, attributes } = tag;
    // The first counts, for what follows it.
    if (name === 'base') base ??= baseOf(attributes.get('href'), document);
    const isModule = name === 'script' && scriptType(attributes) === 'module';
    const source = name === 'script' && isLoaded(attributes) ? attributes.get('src') : undefined;
    if (source !== undefined) {
      const target = resolvePageUrl(source, base ?? document, path, context);
      if (target?.kind === 'missing') reportMissing(source, target.reason, tag.start);
      if (target?.kind === 'file' && isModule && isScript(target.path)) found.modules.push(moduleUrl(target.path, ''));
    } else if (isModule) {
      readInlineModule(html.slice(tag.end, tag.textEnd), base ?? document, path, context, found, (what, reason) =>
        reportMissing(what, reason, tag.start),
      );
    }
    const href = attributes.get('href');
    if (name !== 'link' || !href || !/\bstylesheet\b/i.test(attributes.get('rel') ?? '')) continue;
    const target = resolvePageUrl(href, base ?? document, path, context);
    if (target?.kind === 'missing') reportMissing(href, target.reason, tag.start);
    if (target?.kind !== 'file') continue;
    // Each sheet once, however many links a page has to it.
    if (sheets.has(target.path)) continue;
    const sheet = styleSheet(target.path, context);
    sheets.add(target.path);
    found.problems.push(...(sheet?.problems ?? []));
    if (sheet?.tailwind) reportMissing(href, { reason: 'tailwind' }, tag.start);
  }
  return found;
}

const scriptType = (attributes: Tag['attributes']): string => attributes.get('type')?.trim().toLowerCase() ?? '';

/** Whether a browser that knows modules runs such a script at all (HTML, 4.12.1.1). */
function isLoaded(attributes: Tag['attributes']): boolean {
  const type = scriptType(attributes);
  if (type === 'module') return true;
  return (
    !attributes.has('nomodule') && (type === '' || /^(?:application|text)\/(?:x-)?(?:java|ecma)script$/.test(type))
  );
}

/** Where a page's documents are taken to be: only paths count. */
const pageOrigin = 'http://preview.invalid';

/** The URL of a `base` element; null without a valid `href`. */
function baseOf(href: string | undefined, document: URL): URL | null {
  return href !== undefined && URL.canParse(href, document.href) ? new URL(href, document) : null;
}

/** Resolves a URL of a page. Null where it is empty, on another site, or Redraw's own. */
function resolvePageUrl(url: string, base: URL, path: string, context: ModuleContext) {
  const whole = url.trim() !== '' && URL.canParse(url, base.href) ? new URL(url, base) : null;
  if (whole?.origin !== pageOrigin || whole.pathname.startsWith('/_redraw/')) return null;
  return resolveImport(decodePath(whole.pathname) + whole.search, path, context);
}

function readInlineModule(
  code: string,
  base: URL,
  path: string,
  context: ModuleContext,
  found: References,
  reportMissing: (what: string, reason: MissingReason) => void,
): void {
  let imports: ReturnType<typeof parse>[0];
  try {
    [imports] = parse(code);
  } catch {
    return; // The browser reports the syntax error.
  }
  for (const one of imports) {
    if ((one.type !== 'static' && one.type !== 'reexport-star') || one.attributesStart >= 0) continue;
    const target = /^\.{0,2}\//.test(one.specifier)
      ? resolvePageUrl(one.specifier, base, path, context)
      : resolveImport(one.specifier, path, context);
    if (target === null) continue;
    if (target.kind === 'missing') reportMissing(one.specifier, target.reason);
    else if (target.kind === 'shelf') found.shelf.push(target.specifier);
    else if (target.kind === 'file' && isScript(target.path)) found.modules.push(moduleUrl(target.path, target.query));
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

/** Escapes `<` in the text of a script element. The text is JSON and string literals only, so the escape does not change it. */
function escapeScript(text: string): string {
  return text.replace(/</g, '\\u003c');
}
