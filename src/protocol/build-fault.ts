/** Why what a file names cannot be had. `name` and `only` of {@link BuildFault}: what the reason names. */
export interface MissingWords {
  leaves(): string;
  /** @param name the file that is there */
  similar(name: string): string;
  no_file(): string;
  no_module(): string;
  server(): string;
  shelf(): string;
  /** @param only the modules that the shelf has of the package `name` */
  partly(name: string, only: string): string;
  /** @param name what needs the compiler */
  compiler(name: string): string;
  /** @param name the language that a style sheet is written in */
  styles(name: string): string;
  esm(): string;
  no_sheet(): string;
  no_project_file(): string;
  tailwind(): string;
}

/** Sentences of the preview's own build. `path`: the file that has the fault; `what`: what it names. */
export interface BuildWords {
  /** @param reason a clause without a mark at its end */
  imports(path: string, what: string, reason: string): string;
  loads(path: string, what: string, reason: string): string;
  composes(path: string, what: string, reason: string): string;
  /** @param what the compiler's words */
  syntax(path: string, what: string): string;
  not_module(path: string): string;
  not_json(path: string, what: string): string;
  /** @param what megabytes */
  too_large(path: string, what: string): string;
  globs(path: string): string;
  missing: MissingWords;
}

export type BuildCode = Exclude<keyof BuildWords, 'missing'>;
export type MissingCode = keyof MissingWords;

/** What is wrong in a file that the preview builds, for the words of any language. */
export interface BuildFault {
  code: BuildCode;
  what?: string | undefined;
  /** With `imports`, `loads` and `composes`. */
  reason?: MissingCode | undefined;
  name?: string | undefined;
  only?: string | undefined;
}

export type MissingReason = Pick<BuildFault, 'name' | 'only'> & { reason: MissingCode };

/** Characters of one field of a fault, in a message of the bridge. */
export const maxFaultChars = 500;

/** The sentence for a fault of the file at `path`. */
export function buildSentence(words: BuildWords, path: string, fault: BuildFault): string {
  const { code, what = '', reason = 'no_module', name = '', only = '' } = fault;
  return words[code](path, what, words.missing[reason](name, only));
}
