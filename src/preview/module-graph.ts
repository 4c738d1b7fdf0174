import { type BuildProblem, maxProblems } from './build-problem.ts';
import { isTooLarge } from './file-snapshot.ts';
import { extensionOf } from './paths.ts';
import type { BrowserModule, ModuleContext } from './rewrite-imports.ts';
import { rewriteImports } from './rewrite-imports.ts';
import { textDigest } from './text-digest.ts';
import { cssModule, jsonModule } from './virtual-modules.ts';

/** Maximum of `modulepreload` hints: more of them help no page. */
const maxHints = 150;
/** Maximum of modules visited for one page: each is read, and transformed unless it is cached. */
const maxModules = 500;
/** Characters of their code after which no more are visited: what one page costs, and what the cache keeps of it. */
const maxChars = 3 * 1024 * 1024;

/** The module at a URL of `moduleUrl`; null where it cannot import others. */
function loadModule(url: string, context: ModuleContext): BrowserModule | null {
  const [encoded = '', query] = url.split('?');
  const path = decodeURIComponent(encoded).slice(1);
  if (query === undefined) return rewriteImports(path, context);
  if (query !== 'import' || isTooLarge(context.files, path)) return null;
  return extensionOf(path) === '.css' ? cssModule(path, context, { inject: true }) : jsonModule(path, context);
}

export interface ModuleGraph {
  /** URLs to preload, nearest first: the page requests all at once instead of discovering one after another. */
  urls: string[];
  /**
   * A project module's plain URL to its URL with a digest of its content: a browser that has it cached makes no request. Without the
   * roots, which the page names itself: a module under two URLs would run twice.
   */
  pinned: Record<string, string>;
  /** Problems of any of the modules. */
  problems: BuildProblem[];
}

/** The query parameter that holds the digest. */
export const digestParameter = 'v';

/**
 * The graph of all modules that a page imports statically.
 *
 * @param roots URLs of `moduleUrl`
 * @param shelfRoots specifiers of shelf modules
 */
export function moduleGraph(
  roots: readonly string[],
  shelfRoots: readonly string[],
  context: ModuleContext,
): ModuleGraph {
  const urls = new Set(roots);
  const specifiers = new Set(shelfRoots);
  const problems: BuildProblem[] = [];
  const pinned: Record<string, string> = {};
  let visited = 0;
  let chars = 0;
  for (const url of urls) {
    if (++visited > maxModules || chars > maxChars) break;
    const module = loadModule(url, context);
    if (!module) continue;
    chars += module.code.length;
    if (!roots.includes(url))
      pinned[url] = `${url}${url.includes('?') ? '&' : '?'}${digestParameter}=${textDigest(module.code)}`;
    problems.push(...module.problems);
    for (const next of module.imports) urls.add(next);
    for (const specifier of module.shelf) specifiers.add(specifier);
  }
  const shelf = new Set<string>();
  for (const specifier of specifiers) {
    const module = context.shelf.modules[specifier];
    if (!module) continue;
    for (const chunk of module.chunks) shelf.add(chunk);
    shelf.add(module.url);
  }
  // Libraries first: they are the largest.
  const projectUrls = [...urls].map((url) => pinned[url] ?? url);
  return { urls: [...shelf, ...projectUrls].slice(0, maxHints), pinned, problems: problems.slice(0, maxProblems) };
}
