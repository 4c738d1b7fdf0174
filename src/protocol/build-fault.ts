import * as v from 'valibot';
import { takeStart } from './truncate-text.ts';

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

type BuildCode = Exclude<keyof BuildWords, 'missing'>;
type MissingCode = keyof MissingWords;

const codes = ['imports', 'loads', 'composes', 'syntax', 'not_module', 'not_json', 'too_large', 'globs'] as const;
const reasons = [
  'leaves',
  'similar',
  'no_file',
  'no_module',
  'server',
  'shelf',
  'partly',
  'compiler',
  'styles',
  'esm',
  'no_sheet',
  'no_project_file',
  'tailwind',
] as const;

/** Characters of a field. */
const maxChars = 500;
const field = v.optional(v.pipe(v.string(), v.maxLength(maxChars)));

/** What is wrong in a file that the preview builds, for the words of any language. */
export const BuildFault = v.object({
  code: v.picklist(codes satisfies readonly BuildCode[]),
  what: field,
  /** With `imports`, `loads` and `composes`. */
  reason: v.optional(v.picklist(reasons satisfies readonly MissingCode[])),
  name: field,
  only: field,
});
export type BuildFault = v.InferOutput<typeof BuildFault>;

export type MissingReason = Pick<BuildFault, 'name' | 'only'> & { reason: MissingCode };

/** A fault whose fields fit into a message of the bridge. */
export function boundFault(fault: BuildFault): BuildFault {
  const { what, name, only } = fault;
  return {
    ...fault,
    ...(what && { what: takeStart(what, maxChars) }),
    ...(name && { name: takeStart(name, maxChars) }),
    ...(only && { only: takeStart(only, maxChars) }),
  };
}

/** The sentence for a fault of the file at `path`. */
export function buildSentence(words: BuildWords, path: string, fault: BuildFault): string {
  const { code, what = '', reason = 'no_module', name = '', only = '' } = fault;
  return words[code](path, what, words.missing[reason](name, only));
}
