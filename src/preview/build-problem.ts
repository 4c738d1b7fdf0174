import { type BuildFault, buildSentence, maxFaultChars } from '../protocol/build-fault.ts';
import { takeStart } from '../protocol/truncate-text.ts';
import { buildWords } from './build-words.ts';

/** Where a problem stands. Both count from 1. */
interface Place {
  line?: number;
  column?: number;
}

/** A fault in a source, whichever files have it. */
export interface SourceFault extends Place {
  fault: BuildFault;
}

/** Why a file cannot be served as a module. */
export interface BuildProblem extends SourceFault {
  /** The fault in English. */
  message: string;
  file: string;
}

/** A fault whose fields fit into a message of the bridge. */
function boundFault(fault: BuildFault): BuildFault {
  const { what, name, only } = fault;
  const bound = (text: string) => takeStart(text, maxFaultChars);
  return {
    ...fault,
    ...(what && { what: bound(what) }),
    ...(name && { name: bound(name) }),
    ...(only && { only: bound(only) }),
  };
}

/** The problem of a file that has a fault. */
export function buildProblem(file: string, fault: BuildFault, place: Place = {}): BuildProblem {
  return { message: buildSentence(buildWords, file, fault), file, ...place, fault: boundFault(fault) };
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
