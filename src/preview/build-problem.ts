/** Why a file cannot be served as the module it should be. Line and column count from 1. */
export interface BuildProblem {
  message: string;
  file: string;
  line?: number;
  column?: number;
}

/** Problems that one file or page tells of. */
export const maxProblems = 10;

/** One sentence with the place, as it stands on the page and in the report. */
function problemText({ message, file, line, column }: BuildProblem): string {
  return `${file}${line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`}: ${message}`;
}

/**
 * A script that tells the bridge what is wrong, and throws, so that what imports it does not go on.
 * Runs as a module and as a classic script.
 */
export function problemScript(problems: readonly BuildProblem[]): string {
  const text = problems.map(problemText).join('\n');
  return `dispatchEvent(new CustomEvent('redraw:build',{detail:${JSON.stringify(problems)}}));throw Object.assign(new Error(${JSON.stringify(text)}),{name:'BuildError'});\n`;
}

/** Line and column, from 1, of an index in a text. */
export function lineAndColumn(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: index - lineStart + 1 };
}
