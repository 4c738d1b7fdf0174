import { relative, sep } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

/** Lines of a message that are printed at the most. */
const MAX_LINES = 6;

/** A failed test; without names, a file that failed as a whole. */
export interface Failure {
  /** Path from the root of the repository, with slashes. */
  file: string;
  line: number | null;
  /** Names of the suites and of the test, from the outside in. */
  names: readonly string[];
  message: string;
}

/** Quotes one argument for the shell that npm's user types into. */
function quoted(text: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return `"${text.replaceAll('"', '\\"')}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that runs a failed test alone. Vitest takes `-t` as a regular expression on the names, joined by blanks. */
export function repeatCommand({ file, names }: Failure, platform: NodeJS.Platform = process.platform): string {
  const path = /^[\w./@-]+$/.test(file) ? file : quoted(file, platform);
  if (names.length === 0) return `npm test -- ${path}`;
  const pattern = names.join(' ').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `npm test -- ${path} -t ${quoted(`^${pattern}$`, platform)}`;
}

/** What is printed of a failure: where and which, why, and how to repeat it. */
export function failureText(failure: Failure): string {
  const { file, line, names, message } = failure;
  const lines = message.split('\n').map((text) => `  ${text}`.trimEnd());
  return [
    `${file}${line === null ? '' : `:${line}`}${names.length === 0 ? '' : ` › ${names.join(' › ')}`}`,
    ...lines.slice(0, MAX_LINES),
    ...(lines.length > MAX_LINES ? ['  …'] : []),
    `  ${repeatCommand(failure)}`,
  ].join('\n');
}

function namesOf(entity: TestCase | TestSuite): string[] {
  return [...(entity.parent.type === 'suite' ? namesOf(entity.parent) : []), entity.name];
}

/** Line of an error in its own test file; where none of its frames is there, null. */
function lineIn(moduleId: string, error: SerializedError | undefined): number | null {
  return error?.stacks?.find(({ file }) => file === moduleId)?.line ?? null;
}

function failuresIn(module: TestModule, root: string): Failure[] {
  const file = relative(root, module.moduleId).replaceAll(sep, '/');
  const failure = (names: string[], error: SerializedError | undefined): Failure => ({
    file,
    line: lineIn(module.moduleId, error),
    names,
    message: error?.message || 'It failed without a message.',
  });
  // A suite fails by itself where one of its hooks does; its tests are skipped then.
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  return [
    ...module.errors().map((error) => failure([], error)),
    ...suites.map((suite) => failure([], suite.errors()[0])),
    ...[...module.children.allTests('failed')].map((test) => failure(namesOf(test), test.result().errors?.[0])),
  ];
}

/** Vitest reporter: ends a red run with one block for each failure, which says where, why, and the command that repeats it alone. */
export class FailureReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #root: string;

  constructor(options: { write?: (text: string) => void; root?: string } = {}) {
    this.#write = options.write ?? ((text) => console.log(text));
    this.#root = options.root ?? process.cwd();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const blocks = modules.flatMap((module) => failuresIn(module, this.#root)).map(failureText);
    for (const { message } of unhandled) blocks.push(`An error outside of all tests\n  ${message}\n  npm test`);
    if (blocks.length > 0) this.#write(`\nTo repeat what failed:\n\n${blocks.join('\n\n')}\n`);
  }
}
