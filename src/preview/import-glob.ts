import { parseJsonc } from './jsonc.ts';

/** A call of `import.meta.glob` with literal arguments, as it stands in a text. */
export interface GlobCall {
  /** Index after the closing parenthesis. */
  end: number;
  patterns: string[];
  eager: boolean;
  /** The one export that is wanted, or null for the whole module. */
  only: string | null;
  /** With its `?`, or empty. */
  query: string;
}

/** Characters that the arguments of a call may have. */
const maxChars = 5000;

/**
 * Reads the arguments of `import.meta.glob`.
 *
 * @param code text of the module
 * @param start index after `import.meta`
 * @returns null where it is something else, or its arguments are not literals
 */
export function readGlob(code: string, start: number): GlobCall | null {
  const opening = /^\s*\.\s*glob\s*\(/.exec(code.slice(start, start + 200));
  if (!opening) return null;
  const from = start + opening[0].length;
  const end = closing(code, from);
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
  const wanted = typeof options.import === 'string' ? options.import : as ? 'default' : null;
  return {
    end: end + 1,
    patterns,
    eager: options.eager === true,
    only: wanted === '*' ? null : wanted,
    query: query === '' || query.startsWith('?') ? query : `?${query}`,
  };
}

/** Index of the parenthesis that closes a call, or -1. */
function closing(code: string, from: number): number {
  let depth = 0;
  for (const token of code
    .slice(from, from + maxChars)
    .matchAll(/'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`[^`]*`?|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|[()]/g)) {
    if (token[0] === '(') depth += 1;
    else if (token[0] === ')') {
      if (depth === 0) return from + token.index;
      depth -= 1;
    }
  }
  return -1;
}

/** The paths that a list of patterns names, sorted; a pattern that begins with `!` takes away. Patterns are workspace paths. */
export function matchGlobs(patterns: readonly string[], paths: readonly string[]): string[] {
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(globExpression);
  const unwanted = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => globExpression(pattern.slice(1)));
  return paths.filter((path) => wanted.some((one) => one.test(path)) && !unwanted.some((one) => one.test(path))).sort();
}

function globExpression(pattern: string): RegExp {
  // Each wildcard multiplies the time that a match may take.
  if (pattern.length > 300 || pattern.split('*').length > 13) return /$^/;
  let depth = 0;
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|[{},]|\[[^\]/]*\]|[.+^$()|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '{') {
      depth += 1;
      return '(?:';
    }
    if (token === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (token === ',') return depth > 0 ? '|' : ',';
    if (token.startsWith('[') && token.length > 1) return token.replace('[!', '[^').replace(/\\/g, '\\\\');
    return `\\${token}`;
  });
  try {
    return new RegExp(`^${source}${')'.repeat(depth)}$`);
  } catch {
    return /$^/;
  }
}
