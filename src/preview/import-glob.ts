import picomatch, { type PicomatchOptions } from 'picomatch/posix.js';
import { RE2JS, RE2JSException } from 're2js';
import { parseJsonc } from './jsonc.ts';
import { isHidden } from './paths.ts';

/** A call of `import.meta.glob` with literal arguments. */
export interface GlobCall {
  /** Index in the module's text after the closing parenthesis. */
  end: number;
  patterns: string[];
  eager: boolean;
  /** The only export that is imported, or null for the whole module. */
  importName: string | null;
  /** With its `?`, or empty. */
  query: string;
}

/** Maximum characters of a call's arguments. */
const maxArgumentChars = 5000;

/**
 * Comments, strings, keys, other words, and the closing parenthesis: literals contain no other. Each is read once, also a string without an
 * end and a word that is no key: the steps grow with the text, not with its square.
 */
const argumentTokens =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|'((?:[^'\\\n]|\\.)*)'?|"((?:[^"\\\n]|\\.)*)"?|`([^`\\$]*)`?|([A-Za-z_$][\w$]*)(?=\s*:)|[\w$]+|\)/g;

/**
 * Parses the arguments of `import.meta.glob`.
 *
 * @param code text of the module
 * @param start index after `import.meta`
 * @returns null for anything else, and for arguments that are not literals
 */
export function parseGlobCall(code: string, start: number): GlobCall | null {
  const opening = /^\s*\.\s*glob\s*\(/.exec(code.slice(start, start + 200));
  if (!opening) return null;
  const args = literalArguments(code, start + opening[0].length);
  if (!args) return null;
  const values = parseJsonc(`[${args.json}]`);
  if (!Array.isArray(values)) return null;
  const patterns: unknown[] = [values[0]].flat();
  const options: Record<string, unknown> = typeof values[1] === 'object' && values[1] !== null ? values[1] : {};
  if (!patterns.every((pattern) => typeof pattern === 'string')) return null;
  const as = typeof options.as === 'string' ? options.as : '';
  const query = typeof options.query === 'string' ? options.query : as && `?${as}`;
  const importName = typeof options.import === 'string' ? options.import : as ? 'default' : null;
  return {
    end: args.end,
    patterns,
    eager: options.eager === true,
    importName: importName === '*' ? null : importName,
    query: query === '' || query.startsWith('?') ? query : `?${query}`,
  };
}

/** The literal arguments up to the call's closing parenthesis as JSON (with trailing commas), and the index after it; null without one. */
function literalArguments(code: string, from: number): { json: string; end: number } | null {
  const text = code.slice(from, from + maxArgumentChars);
  let json = '';
  let at = 0;
  for (const token of text.matchAll(argumentTokens)) {
    json += text.slice(at, token.index);
    at = token.index + token[0].length;
    if (token[0] === ')') return { json, end: from + at };
    const literal = token[1] ?? token[2] ?? token[3] ?? token[4];
    // JSON has fewer escapes than JavaScript, where any other character stands for itself.
    json +=
      literal === undefined
        ? token[0]
        : `"${literal.replace(/\\(.)|"/g, (_, char = '"') => (/["\\/bfnrtu]/.test(char) ? `\\${char}` : char))}"`;
  }
  return null;
}

/** Maximum characters of a pattern: the compiled expression grows with them. */
const maxPatternChars = 300;

/** Vite's syntax: no extglobs, `[!a]` as well as `[^a]`. Negation and hidden files are handled in this file. */
const viteGlobSyntax: PicomatchOptions = { noextglob: true, posix: true, nonegate: true, dot: true };

/**
 * The paths that match a list of patterns, sorted; a pattern that begins with `!` excludes. Patterns are workspace paths.
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
 * Compiles one pattern: picomatch parses it, RE2 matches it.
 *
 * The app controls both pattern and paths. The native engine backtracks: its steps grow with the path's length to the power of the
 * number of wildcards. RE2's steps grow with the length alone.
 */
function compileGlob(pattern: string): (path: string) => boolean {
  if (pattern === '' || pattern.length > maxPatternChars) return () => false;
  const hidden = isHidden(pattern);
  // A broken pattern becomes an expression that matches nothing.
  const { source } = picomatch.makeRe(escapeGroups(pattern), viteGlobSyntax);
  try {
    const expression = RE2JS.compile(withoutLookaheads(source));
    return (path) => (hidden || !isHidden(path)) && expression.test(path);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return () => false;
  }
}

/**
 * Replaces the lookaheads in an expression of picomatch's, which RE2 lacks. They keep wildcards from matching empty segments, `.` and `..`:
 * workspace paths contain none of these, so that only those count that keep a wildcard from matching nothing at the path's end.
 */
function withoutLookaheads(source: string): string {
  return source
    .replace(/\|\$(?=\)\(\?!\\\.\)\(\?=\.\))/g, '')
    .replace(/\(\?=\.\)\[\^\/\]\*\?(?=(?:\\\/\?)?\)\$$)/, '[^/]+?')
    .replace(/(?<!\\)\(\?[=!](?:[^()]|\(\?:[^()]*\))*\)/g, '');
}

/**
 * Escapes characters that picomatch would pass through as regular expression: a folder may be named `(group)`. Removes backslashes
 * before letters: a glob has no classes such as `\d`.
 */
function escapeGroups(pattern: string): string {
  return pattern.replace(/\\(\w)|\\[\s\S]|[()|+"]/g, (token, letter?: string) => {
    if (letter !== undefined) return letter;
    return token.startsWith('\\') ? token : `\\${token}`;
  });
}
