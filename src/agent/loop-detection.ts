import * as v from 'valibot';
import { invalidJsonKey } from '../claude/reply-builder.ts';
import { truncateText } from '../protocol/truncate-text.ts';
import { problemsIn } from './preview-report-text.ts';
import { changesFiles, toolLine } from './tool-definitions.ts';
import type { TurnResult } from './turn-interfaces.ts';

/** What a turn repeats, as a sentence and as the fields of its `prompt_error`. */
export interface Repetition {
  sentence: string;
  fields: Readonly<Record<string, unknown>>;
}

/**
 * Detects whether a turn repeats itself: the same failed call, or the same problems in the preview.
 *
 * @param results of the turn, oldest first
 * @returns what names the repetition, or null
 */
export function findLoop(results: readonly TurnResult[]): Repetition | null {
  return repeatedFailure(results) ?? repeatedProblems(results);
}

/**
 * A call failed again with the same message: on the same target in two consecutive steps, or with identical input in any two steps
 * without a change of files in between.
 */
function repeatedFailure(results: readonly TurnResult[]): Repetition | null {
  const newest = results.at(-1)?.step;
  const calls = results.filter((result) => result.name !== 'note');
  const previous = calls.findLast((result) => result.step !== newest)?.step;
  for (const failed of calls) {
    if (failed.step !== newest || !failed.isError) continue;
    const earlierTwin = calls.find(
      (earlier) =>
        earlier.isError &&
        earlier.text === failed.text &&
        earlier.name === failed.name &&
        ((earlier.step === previous && targetOf(earlier.input) === targetOf(failed.input)) ||
          (earlier.step !== newest && sameInput(earlier, failed) && !changedBetween(calls, earlier, failed))),
    );
    if (!earlierTwin) continue;
    const { title, ...tool } = toolLine(failed.name, failed.input);
    return { sentence: `The same step failed twice in a row: ${title}.`, fields: { reason: 'tool', tool } };
  }
  return null;
}

/**
 * Two consecutive checks of the preview show the same problems although files changed in between. One repeated check without a change is
 * allowed.
 */
function repeatedProblems(results: readonly TurnResult[]): Repetition | null {
  const checks = results.filter(isPreviewCheck);
  const last = checks.at(-1);
  const before = checks.at(-2);
  if (!last || !before || last !== results.findLast((result) => isPreviewCheck(result) || changedFiles(result)))
    return null;
  const problems = problemsIn(last.text);
  if (problems === null || problems !== problemsIn(before.text)) return null;
  const third = checks.at(-3);
  const shownThrice = third !== undefined && problems === problemsIn(third.text);
  if (!shownThrice && !changedBetween(results, before, last)) return null;
  const first = problems.split('\n')[0]?.replace(/^- /, '') ?? '';
  const problem = truncateText(first, 200);
  return {
    sentence: `The preview shows the same problem twice in a row: ${problem}`,
    fields: { reason: 'preview', problem },
  };
}

const changedFiles = (result: TurnResult) => !result.isError && changesFiles(result.name, result.input);

function changedBetween(results: readonly TurnResult[], from: TurnResult, to: TurnResult): boolean {
  return results.slice(results.indexOf(from) + 1, results.indexOf(to)).some(changedFiles);
}

const isPreviewCheck = (result: TurnResult) =>
  result.name === 'check_preview' || (result.name === 'note' && result.input === 'preview');

const sameInput = (a: TurnResult, b: TurnResult) => JSON.stringify(a.input) === JSON.stringify(b.input);

const Target = v.object({ command: v.optional(v.string()), path: v.string() });

/** The target of a call: command and file, or the whole input where there is no file. */
function targetOf(input: unknown): string {
  if (typeof input === 'object' && input !== null && invalidJsonKey in input) return invalidJsonKey;
  const parsed = v.safeParse(Target, input);
  return JSON.stringify(parsed.success ? parsed.output : input) ?? '';
}

/** Whether files were changed since the last check of the preview. */
export function changedSinceCheck(results: readonly TurnResult[]): boolean {
  return results.findLastIndex(changedFiles) > results.findLastIndex(isPreviewCheck);
}
