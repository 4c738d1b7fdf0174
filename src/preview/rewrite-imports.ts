import type { DynamicImport, Import, StaticImport } from 'es-module-lexer/js';
import type { MissingReason } from '../protocol/build-fault.ts';
import { limits } from '../protocol/limits.ts';
import { type BuildProblem, buildProblem, lineAndColumn, maxProblems, problemScript } from './build-problem.ts';
import { readText } from './file-snapshot.ts';
import { type GlobCall, matchGlobs, parseGlobCall } from './import-glob.ts';
import { isScript } from './mime-types.ts';
import { extensionOf, resolveFrom, urlOf } from './paths.ts';
import { type Missing, type ResolveContext, resolveImport } from './resolve-import.ts';
import type { TransformCache } from './transform-cache.ts';
import { type TransformedSource, transformSource } from './transform-source.ts';

export interface ModuleContext extends ResolveContext {
  cache: TransformCache;
  /**
   * Finds the problems of a dynamically imported module: the importer of a broken module fails before that module's code runs. Absent
   * within such a check.
   */
  checkDynamicImport?: (url: string) => BuildProblem[];
  /** What the globs of one request may still cost: all modules of a page share it. Absent: each module has its own. */
  globBudget?: GlobBudget;
}

/** Patterns times paths that are still compared, and what it costs to compile the patterns. Few files and many patterns are as dear as the reverse. */
export interface GlobBudget {
  remaining: number;
}

/** A hundred patterns in a project with as many files as it may have. */
export const newGlobBudget = (): GlobBudget => ({ remaining: 100 * limits.files });

/** A module as it is served to the browser. */
export interface BrowserModule {
  code: string;
  problems: readonly BuildProblem[];
  /** URLs of its static imports, without assets. */
  imports: readonly string[];
  /** Specifiers of its static imports from the library shelf. */
  shelf: readonly string[];
}

/** `import.meta.env` of every app. */
const importMetaEnv = JSON.stringify({ BASE_URL: '/', MODE: 'development', DEV: true, PROD: false, SSR: false });

/** A module as a `data:` URL, which saves a request. */
function dataModule(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code).replace(/'/g, '%27')}`;
}

/** The URL that replaces an import of a workspace file. An asset becomes a module that exports its URL. */
export function moduleUrl(path: string, query: string): string {
  const url = urlOf(path);
  const flags = new URLSearchParams(query);
  if (flags.has('url')) return dataModule(`export default ${JSON.stringify(url)}`);
  if (flags.has('raw')) return `${url}?raw`;
  if (flags.has('inline')) return `${url}?inline`;
  if (flags.has('worker')) return `${url}?worker`;
  if (path.startsWith('public/')) return dataModule(`export default ${JSON.stringify(url)}`);
  if (isScript(path)) return url;
  const extension = extensionOf(path);
  if (extension === '.css' || extension === '.json') return `${url}?import`;
  return dataModule(`export default ${JSON.stringify(url)}`);
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Transforms a source file and rewrites its imports to URLs that the browser can load. Null where there is no such file. */
export function rewriteImports(path: string, context: ModuleContext): BrowserModule | null {
  const parsed = transformSource(path, context.files, context.config, context.cache);
  if (!parsed) return null;
  if (parsed.problem) {
    const { fault, ...place } = parsed.problem;
    return problemModule([buildProblem(path, fault, place)]);
  }
  return new ImportRewriter(path, parsed, context).run();
}

/** A module that reports problems. @param imports its static imports, which may have problems of their own */
function problemModule(problems: readonly BuildProblem[], imports: readonly string[] = []): BrowserModule {
  return { code: problemScript(problems), problems, imports, shelf: [] };
}

/** Resolves and rewrites the imports of one module. Every line keeps its number. */
class ImportRewriter {
  readonly #path: string;
  readonly #parsed: TransformedSource;
  readonly #context: ModuleContext;
  readonly #edits: Edit[] = [];
  readonly #problems: BuildProblem[] = [];
  readonly #imports = new Set<string>();
  readonly #shelf = new Set<string>();
  /** Code put before the first line, on the same line. */
  #prefix = '';
  #globCount = 0;
  readonly #globBudget: GlobBudget;
  #paths: string[] | null = null;
  #missingDynamic = 0;

  constructor(path: string, parsed: TransformedSource, context: ModuleContext) {
    this.#path = path;
    this.#parsed = parsed;
    this.#context = context;
    this.#globBudget = context.globBudget ?? newGlobBudget();
  }

  run(): BrowserModule {
    for (const one of this.#parsed.imports) this.#rewriteImport(one);
    this.#fillFileName();
    if (this.#problems.length > 0) return problemModule(this.#problems, [...this.#imports]);
    const { code } = this.#parsed;
    let out = '';
    let at = 0;
    for (const { start, end, text } of this.#edits.sort((a, b) => a.start - b.start)) {
      if (start < at) continue;
      out += code.slice(at, start) + text;
      at = end;
    }
    const usesEnv = /\bimport\.meta\s*\??\.\s*env\b/.test(code);
    const prefix = `${usesEnv ? `import.meta.env=${importMetaEnv};` : ''}${this.#prefix}`;
    const shebang = /^#![^\n]*/.exec(code)?.[0].length ?? 0;
    return {
      code: prefix + (out + code.slice(at)).slice(shebang),
      problems: [],
      imports: [...this.#imports],
      shelf: [...this.#shelf],
    };
  }

  #rewriteImport(one: Import): void {
    if (this.#problems.length >= maxProblems) return;
    if (one.type === 'import-meta') {
      const glob = parseGlobCall(this.#parsed.code, one.end);
      if (glob) this.#edits.push({ start: one.start, end: glob.end, text: this.#globObject(glob, one.start) });
      return;
    }
    const dynamic = one.type === 'dynamic';
    if (one.specifier === undefined || (dynamic && one.glob)) return;
    const replace = (url: string) =>
      this.#edits.push({ start: one.start, end: one.end, text: dynamic ? JSON.stringify(url) : url });
    const target = resolveImport(one.specifier, this.#path, this.#context);
    if (target.kind === 'external') return;
    if (target.kind === 'missing') {
      if (!dynamic) this.#problems.push(this.#missingProblem(one, target.reason));
      else replace(dataModule(problemScript([this.#dynamicProblem(one, target)])));
      return;
    }
    if (target.kind === 'shelf') {
      if (!dynamic) this.#shelf.add(target.specifier);
      replace(target.url);
      return;
    }
    // With import attributes the browser reads the file itself, not a virtual module.
    const url = one.attributesStart >= 0 ? urlOf(target.path) : moduleUrl(target.path, target.query);
    if (!dynamic && one.attributesStart < 0 && url.startsWith('/')) this.#imports.add(url);
    const problems = (dynamic && url.startsWith('/') && this.#context.checkDynamicImport?.(url)) || [];
    replace(problems.length > 0 ? dataModule(problemScript(problems)) : url);
  }

  /** The problem of a dynamic import. Only the first few tell reason and place: to find them takes as long as the module. */
  #dynamicProblem(one: DynamicImport, target: Missing): BuildProblem {
    if (++this.#missingDynamic <= maxProblems) return this.#missingProblem(one, target.reason);
    return buildProblem(this.#path, { code: 'imports', what: one.specifier, reason: 'no_module' });
  }

  /** Fills in the path in `_jsxFileName`: the cached transform has no path, because equal files share it. */
  #fillFileName(): void {
    const end = /^(?:#![^\n]*\n)?const _jsxFileName\d* = ""/.exec(this.#parsed.code)?.[0].length;
    if (end === undefined) return;
    this.#edits.push({ start: end - 2, end, text: JSON.stringify(this.#path) });
  }

  #missingProblem(one: StaticImport | DynamicImport, reason: MissingReason): BuildProblem {
    const { code } = this.#parsed;
    const { line } = lineAndColumn(code, one.importStart);
    // Lines equal those of the source, columns do not: the literal is looked up in the source, up to 100 lines below `import`.
    const lines = (readText(this.#context.files, this.#path) ?? '').split('\n').slice(line - 1, line + 100);
    const quote = one.type === 'dynamic' ? 0 : 1;
    const literal = code.slice(one.start - quote, one.end + quote);
    const offset = lines.findIndex((text) => text.includes(literal));
    const column = (lines[offset]?.indexOf(literal) ?? -2) + 2;
    const place = { line: line + Math.max(0, offset), ...(column === 0 ? {} : { column }) };
    return buildProblem(this.#path, { code: 'imports', what: one.specifier, ...reason }, place);
  }

  #globObject(call: GlobCall, start: number): string {
    const patterns = call.patterns.flatMap((pattern) => {
      const negated = pattern.startsWith('!') ? '!' : '';
      const plain = pattern.slice(negated.length);
      const alias = this.#context.config.aliases.find(
        ({ from, exact }) => !exact && from !== '' && plain.startsWith(from),
      );
      const path = alias ? alias.to + plain.slice(alias.from.length) : resolveFrom(this.#path, plain);
      return path === null ? [] : [negated + path];
    });
    // As in Vite, keys are relative where no pattern begins at the root or with an alias.
    const relative = call.patterns.every((pattern) => /^[.!]/.test(pattern));
    this.#paths ??= this.#context.files.list().map((file) => file.path);
    const compiling = 2 * patterns.join('').length;
    this.#globBudget.remaining -= (1 + patterns.length) * this.#paths.length + compiling;
    if (this.#globBudget.remaining < 0) {
      const place = lineAndColumn(this.#parsed.code, start);
      this.#problems.push(buildProblem(this.#path, { code: 'globs' }, place));
      return '({})';
    }
    const members = matchGlobs(patterns, this.#paths)
      .filter((path) => path !== this.#path)
      .map((path) => {
        const url = moduleUrl(path, call.query);
        const key = JSON.stringify(relative ? relativePath(this.#path, path) : `/${path}`);
        if (!call.eager) {
          const only = call.importName === null ? '' : `.then(m=>m[${JSON.stringify(call.importName)}])`;
          return `${key}:()=>import(${JSON.stringify(url)})${only}`;
        }
        const name = `__glob_${this.#globCount++}`;
        this.#prefix += `import * as ${name} from ${JSON.stringify(url)};`;
        if (url.startsWith('/')) this.#imports.add(url);
        return `${key}:${name}${call.importName === null ? '' : `[${JSON.stringify(call.importName)}]`}`;
      });
    const lines = this.#parsed.code.slice(start, call.end).split('\n').length - 1;
    return `({${members.join()}${'\n'.repeat(lines)}})`;
  }
}

/** A path relative to a file: `./pages/a.tsx`. */
function relativePath(file: string, path: string): string {
  const from = file.split('/').slice(0, -1);
  const to = path.split('/');
  const common = to.findIndex((part, index) => part !== from[index]);
  const up = from.length - common;
  return (up === 0 ? './' : '../'.repeat(up)) + to.slice(common).join('/');
}
