/** Why a file cannot be served as a module. Line and column count from 1. */
export interface BuildProblem {
  message: string;
  file: string;
  line?: number;
  column?: number;
}

/** Problems reported for one file or page. */
export const maxProblems = 10;

/** One sentence with file, line and column, for the page and for the report. */
function problemText({ message, file, line, column }: BuildProblem): string {
  return `${file}${line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`}: ${message}`;
}

/**
 * A script that reports problems to the bridge and throws, so that its importers do not run. Valid as a module and as a classic script.
 */
export function problemScript(problems: readonly BuildProblem[]): string {
  const text = problems.map(problemText).join('\n');
  return `dispatchEvent(new CustomEvent('redraw:build',{detail:${JSON.stringify(problems)}}));throw Object.assign(new Error(${JSON.stringify(text)}),{name:'BuildError'});\n`;
}

/** Line and column of an index in a text, counted from 1. */
export function lineAndColumn(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: index - lineStart + 1 };
}
