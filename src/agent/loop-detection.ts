import * as v from 'valibot';
import { invalidJsonKey } from '../claude/reply-builder.ts';
import type { TurnResult } from './ports.ts';
import { problemsIn } from './preview-report-text.ts';
import { changesFiles, toolTitle } from './tool-definitions.ts';

/**
 * Looks whether a turn goes in circles.
 *
 * @param results of the turn, oldest first
 * @returns a sentence that says what repeats, or null
 */
export function findLoop(results: readonly TurnResult[]): string | null {
  return repeatedFailure(results) ?? repeatedProblems(results);
}

/** The same call on the same file failed with the same words in two steps that follow each other, or the very same call did later. */
function repeatedFailure(results: readonly TurnResult[]): string | null {
  const newest = results.at(-1)?.step;
  const calls = results.filter((result) => result.name !== 'note');
  const previous = calls.findLast((result) => result.step !== newest)?.step;
  for (const failed of calls) {
    if (failed.step !== newest || !failed.isError) continue;
    const twin = calls.find(
      (earlier) =>
        earlier.isError &&
        earlier.text === failed.text &&
        earlier.name === failed.name &&
        ((earlier.step === previous && target(earlier.input) === target(failed.input)) ||
          (earlier.step !== newest && sameInput(earlier, failed) && !changedBetween(calls, earlier, failed))),
    );
    if (twin) return `The same step failed twice in a row: ${toolTitle(failed.name, failed.input)}.`;
  }
  return null;
}

/**
 * Two checks of the preview in a row show the same problems, though something was changed in between. Looking again without a change is
 * allowed once.
 */
function repeatedProblems(results: readonly TurnResult[]): string | null {
  const checks = results.filter(isCheck);
  const last = checks.at(-1);
  const before = checks.at(-2);
  if (!last || !before || last !== results.findLast((result) => isCheck(result) || changed(result))) return null;
  const problems = problemsIn(last.text);
  if (problems === null || problems !== problemsIn(before.text)) return null;
  const third = checks.at(-3);
  const thrice = third !== undefined && problems === problemsIn(third.text);
  if (!thrice && !changedBetween(results, before, last)) return null;
  const first = problems.split('\n')[0]?.replace(/^- /, '') ?? '';
  return `The preview shows the same problem twice in a row: ${first.length > 200 ? `${first.slice(0, 200)}…` : first}`;
}

const changed = (result: TurnResult) => !result.isError && changesFiles(result.name, result.input);

function changedBetween(results: readonly TurnResult[], from: TurnResult, to: TurnResult): boolean {
  return results.slice(results.indexOf(from) + 1, results.indexOf(to)).some(changed);
}

const isCheck = (result: TurnResult) =>
  result.name === 'check_preview' || (result.name === 'note' && result.input === 'preview');

const sameInput = (a: TurnResult, b: TurnResult) => JSON.stringify(a.input) === JSON.stringify(b.input);

const Target = v.object({ command: v.optional(v.string()), path: v.string() });

/** What of an input says on what a call works: its command and file; where there is no file, all of it. */
function target(input: unknown): string {
  if (typeof input === 'object' && input !== null && invalidJsonKey in input) return invalidJsonKey;
  const parsed = v.safeParse(Target, input);
  return JSON.stringify(parsed.success ? parsed.output : input) ?? '';
}

/** Whether files were changed since the browser's report was last looked at. */
export function changedSinceCheck(results: readonly TurnResult[]): boolean {
  return results.findLastIndex(changed) > results.findLastIndex(isCheck);
}
