import picomatch, { type PicomatchOptions } from 'picomatch/posix.js';
import { RE2JS, RE2JSException } from 're2js';
import { parseJsonc } from './jsonc.ts';
import { isHidden } from './paths.ts';

/** A call of `import.meta.glob` with literal arguments, as it stands in a text. */
export interface GlobCall {
  /** Index after the closing parenthesis. */
  end: number;
  patterns: string[];
  eager: boolean;
  /** The one export that is wanted, or null for the whole module. */
  importName: string | null;
  /** With its `?`, or empty. */
  query: string;
}

/** Characters that the arguments of a call may have. */
const maxArgumentChars = 5000;

/**
 * Reads the arguments of `import.meta.glob`.
 *
 * @param code text of the module
 * @param start index after `import.meta`
 * @returns null where it is something else, or its arguments are not literals
 */
export function parseGlobCall(code: string, start: number): GlobCall | null {
  const opening = /^\s*\.\s*glob\s*\(/.exec(code.slice(start, start + 200));
  if (!opening) return null;
  const from = start + opening[0].length;
  const end = closingParenthesis(code, from);
  if (end < 0) return null;
  // A JavaScript literal, written as JSON: quotes, keys.
  const json = code
    .slice(from, end)
    .replace(/'((?:[^'\\]|\\.)*)'|`([^`\\$]*)`/g, (_, a?: string, b?: string) => JSON.stringify(a ?? b ?? ''))
    .replace(/([{,]\s*)([A-Za-z_$][\w$]*)\s*:/g, '$1"$2":');
  const values = parseJsonc(`[${json}]`);
  if (!Array.isArray(values)) return null;
  const patterns: unknown[] = [values[0]].flat();
  const options: Record<string, unknown> = typeof values[1] === 'object' && values[1] !== null ? values[1] : {};
  if (!patterns.every((pattern) => typeof pattern === 'string')) return null;
  const as = typeof options.as === 'string' ? options.as : '';
  const query = typeof options.query === 'string' ? options.query : as && `?${as}`;
  const importName = typeof options.import === 'string' ? options.import : as ? 'default' : null;
  return {
    end: end + 1,
    patterns,
    eager: options.eager === true,
    importName: importName === '*' ? null : importName,
    query: query === '' || query.startsWith('?') ? query : `?${query}`,
  };
}

/** Index of the parenthesis that closes a call, or -1. */
function closingParenthesis(code: string, from: number): number {
  let depth = 0;
  for (const token of code
    .slice(from, from + maxArgumentChars)
    .matchAll(/'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`[^`]*`?|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|[()]/g)) {
    if (token[0] === '(') depth += 1;
    else if (token[0] === ')') {
      if (depth === 0) return from + token.index;
      depth -= 1;
    }
  }
  return -1;
}

/** Characters that a pattern may have: the compiled expression grows with them. */
const maxPatternChars = 300;

/** Vite's syntax: no extglobs, `[!a]` beside `[^a]`. `!` and hidden files are dealt with here. */
const viteGlobSyntax: PicomatchOptions = { noextglob: true, posix: true, nonegate: true, dot: true };

/**
 * The paths that a list of patterns names, sorted; a pattern that begins with `!` takes away. Patterns are workspace paths.
 *
 * Hidden files match only a pattern that has a hidden segment itself.
 */
export function matchGlobs(patterns: readonly string[], paths: readonly string[]): string[] {
  const included = patterns.filter((pattern) => !pattern.startsWith('!')).map(compileGlob);
  const excluded = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => compileGlob(pattern.slice(1)));
  return paths.filter((path) => included.some((test) => test(path)) && !excluded.some((test) => test(path))).sort();
}

/**
 * The test of one pattern: picomatch reads it, RE2 matches it.
 *
 * An app writes both pattern and paths, and the native engine backtracks: its steps grow as the path's length to the power of the
 * wildcards. RE2's grow with the length alone.
 */
function compileGlob(pattern: string): (path: string) => boolean {
  if (pattern === '' || pattern.length > maxPatternChars) return () => false;
  const hidden = isHidden(pattern);
  // A broken pattern becomes an expression that matches nothing.
  const { source } = picomatch.makeRe(escapeGroups(pattern), viteGlobSyntax);
  try {
    const expression = RE2JS.compile(source.replace(lookahead, ''));
    return (path) => (hidden || !isHidden(path)) && expression.test(path);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return () => false;
  }
}

/**
 * Lookaheads of picomatch, which RE2 lacks: they keep wildcards from empty segments, `.` and `..`, and workspace paths have none of
 * these.
 */
const lookahead = /(?<!\\)\(\?[=!](?:[^()]|\(\?:[^()]*\))*\)/g;

/**
 * Escapes what picomatch would pass on as regular expression: a folder may be named `(group)`. Backslashes before letters go, because
 * a glob has no classes such as `\d`.
 */
function escapeGroups(pattern: string): string {
  return pattern.replace(/\\(\w)|\\[\s\S]|[()|+"]/g, (token, letter?: string) => {
    if (letter !== undefined) return letter;
    return token.startsWith('\\') ? token : `\\${token}`;
  });
}
