import { type BuildProblem, maxProblems } from './build-problem.ts';
import { extensionOf } from './paths.ts';
import type { BrowserModule, ModuleContext } from './rewrite-imports.ts';
import { rewriteImports } from './rewrite-imports.ts';
import { textDigest } from './text-digest.ts';
import { cssModule, jsonModule } from './virtual-modules.ts';

/** More hints than these help no page. */
const maxHints = 150;
/** Modules of one page that are followed: each is read, and made where nothing has asked for it yet. */
const maxModules = 500;

/** The module behind a URL that `moduleUrl` made, where it may import others. */
function loadModule(url: string, context: ModuleContext): BrowserModule | null {
  const mark = url.indexOf('?');
  const path = decodeURIComponent(mark < 0 ? url : url.slice(0, mark)).slice(1);
  const query = mark < 0 ? '' : url.slice(mark);
  if (query === '') return rewriteImports(path, context);
  if (query !== '?import') return null;
  return extensionOf(path) === '.css' ? cssModule(path, context, { inject: true }) : jsonModule(path, context);
}

export interface ModuleGraph {
  /** Nearest first, so that a page may ask for all at once instead of finding one after another. */
  urls: string[];
  /**
   * Under which URL a module of the project is asked for, by its own: with a digest of what it is, so that a browser that has it asks for
   * nothing. Without the roots, which a page names itself: the same module under two URLs would run twice.
   */
  pinned: Record<string, string>;
  /** What keeps any of them from being loaded. */
  problems: BuildProblem[];
}

/** The parameter that holds the digest. */
export const digestParameter = 'v';

/**
 * All modules that a page loads from the start.
 *
 * @param roots URLs as `moduleUrl` makes them
 * @param shelfRoots specifiers of the shelf
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
  for (const url of urls) {
    if (++visited > maxModules) break;
    const module = loadModule(url, context);
    if (module && !roots.includes(url))
      pinned[url] = `${url}${url.includes('?') ? '&' : '?'}${digestParameter}=${textDigest(module.code)}`;
    problems.push(...(module?.problems ?? []));
    for (const next of module?.imports ?? []) urls.add(next);
    for (const specifier of module?.shelf ?? []) specifiers.add(specifier);
  }
  const shelf = new Set<string>();
  for (const specifier of specifiers) {
    const module = context.shelf.modules[specifier];
    if (!module) continue;
    for (const chunk of module.chunks) shelf.add(chunk);
    shelf.add(module.url);
  }
  // The libraries first: they are the largest.
  const projectUrls = [...urls].map((url) => pinned[url] ?? url);
  return { urls: [...shelf, ...projectUrls].slice(0, maxHints), pinned, problems: problems.slice(0, maxProblems) };
}
