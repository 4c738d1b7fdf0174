/** Words for the sentences of the preview's own build (`src/preview/`), which come in English. */
export interface BuildWords {
  /** @param reason a clause without a mark at its end */
  imports(path: string, what: string, reason: string): string;
  loads(path: string, what: string, reason: string): string;
  composes(path: string, what: string, reason: string): string;
  syntax(path: string, what: string): string;
  noModule: string;
  notJson(path: string, what: string): string;
  tooLarge(path: string, megabytes: string): string;
  globs(path: string): string;
  /** Why what is named cannot be had, by the English clause; `$1` is what it names. */
  reasons: Readonly<Record<keyof typeof reasonPatterns, string>>;
}

const reasonPatterns = {
  leaves: /^it leaves the project$/,
  similar: /^there is no such file; there is (.+)$/s,
  noFile: /^there is no such file$/,
  noModule: /^there is no such module$/,
  server: /^it exists on servers only, not in a browser$/,
  shelf: /^it is not on the library shelf$/,
  partly: /^the library shelf has only (.+) of (.+)$/s,
  compiler: /^(Vue|Svelte) components need a compiler that the preview does not have$/,
  styles: /^the preview has no (Sass|Less|Stylus); plain CSS has nesting and variables$/,
  noSheet: /^it is not a style sheet of the project$/,
  noProjectFile: /^it is not a file of the project$/,
  tailwind: /^a style sheet that imports Tailwind must be imported by a script$/,
} as const;

/** A build problem in words of a language; its own sentence where that is none of the preview's. */
export function buildProblemIn(words: BuildWords, message: string): string {
  const missing = /^(.+?) (imports|loads|composes from) '(.*?)', but (.+)\.$/s.exec(message);
  if (missing) {
    const [, path = '', verb, what = '', clause = ''] = missing;
    const tell = verb === 'imports' ? words.imports : verb === 'loads' ? words.loads : words.composes;
    return tell(path, what, reasonIn(words, clause));
  }
  const other =
    /^(.+?) (has a size of more than|has a syntax error:|is not JSON:|calls import\.meta\.glob) (.+)$/s.exec(message);
  const [, path = '', what, rest = ''] = other ?? [];
  if (what === 'has a syntax error:')
    return words.syntax(path, rest === 'this is not a module' ? words.noModule : rest);
  if (what === 'is not JSON:') return words.notJson(path, rest);
  if (what === 'calls import.meta.glob') return words.globs(path);
  return what === undefined ? message : words.tooLarge(path, rest.split(' ', 1).join());
}

function reasonIn(words: BuildWords, clause: string): string {
  for (const [name, pattern] of Object.entries(reasonPatterns))
    if (pattern.test(clause)) return clause.replace(pattern, words.reasons[name as keyof typeof reasonPatterns]);
  return clause;
}
