import { logError } from '../log/error-log.ts';
import { type AskResult, askClaude, type RunningTurn } from './ask-claude.ts';
import { systemClock } from './clock.ts';
import { changedSinceCheck, findLoop } from './loop-detection.ts';
import { hasProblems, previewLine, reportText } from './preview-report-text.ts';
import { notRun, prepareTool } from './run-tool.ts';
import type { TurnDeps, TurnPosition } from './turn-interfaces.ts';
import { turnLimits } from './turn-limits.ts';
import type { TurnOutcome } from './turn-outcomes.ts';
import { hearsClaude, type TurnEnd, turnEnds } from './turn-outcomes.ts';

/**
 * Runs a turn to its end, or resumes an interrupted one: the journal has its position, and nothing stored there is repeated. Events go
 * to the journal; the caller adds the events around them (`turn_started`, `version`, `usage`, `turn_finished`).
 *
 * Rejects only where the journal itself fails: any other failure is an outcome.
 */
export async function runAgentLoop(input: TurnDeps): Promise<TurnOutcome> {
  const turn: RunningTurn = { clock: systemClock, limits: turnLimits, rateLimit: null, ...input };
  const { clock, journal } = turn;
  const deadline = new AbortController();
  const remainingMs = journal.position().startedAt + turn.limits.ms - clock.now();
  const cancelDeadline = clock.after(Math.max(0, remainingMs), () => deadline.abort());
  const signal = AbortSignal.any([turn.signal, deadline.signal]);
  let end: TurnEnd;
  try {
    end = remainingMs <= 0 ? turnEnds.outOfTime(turn.limits.ms) : await runSteps(turn, signal);
  } catch (error) {
    if (turn.signal.aborted) end = turnEnds.stopped;
    else if (deadline.signal.aborted) end = turnEnds.outOfTime(turn.limits.ms);
    else {
      logError(error, { turn: turn.turn });
      end = turnEnds.internal;
    }
  } finally {
    cancelDeadline();
  }
  closePendingCalls(turn, end);
  for (const event of end.events) journal.emit(event);
  return end.outcome;
}

async function runSteps(turn: RunningTurn, signal: AbortSignal): Promise<TurnEnd> {
  const { journal, limits } = turn;
  for (;;) {
    signal.throwIfAborted();
    const position = journal.position();
    // Nothing of a refused reply is done, not even a whole tool call.
    if (position.isRefused) return turnEnds.refused;
    if (position.pending.length > 0) {
      await runTools(turn, position, signal);
      continue;
    }
    if (position.lastReply) {
      const end = await afterReply(turn, position, signal);
      if (end) return end;
      continue;
    }
    journal.announceFileChanges();
    const repetition = findLoop(position.results);
    if (repetition) return turnEnds.goingInCircles(repetition);
    if (position.step > limits.steps) return turnEnds.outOfSteps(limits.steps);
    const asked = await askClaude(turn, position.step, signal);
    if (asked.kind !== 'reply') return turnEndOf(asked, turn);
  }
}

async function runTools(turn: RunningTurn, position: TurnPosition, signal: AbortSignal): Promise<void> {
  const { step, pending, lastReply } = position;
  const lastBlock = lastReply?.content.at(-1);
  for (const call of pending) {
    signal.throwIfAborted();
    const truncated = isCutShort(lastReply?.stopReason) && lastBlock?.type === 'tool_use' && lastBlock.id === call.id;
    const run = await prepareTool(turn, call, step, truncated, signal);
    signal.throwIfAborted();
    turn.journal.storeToolResult(step, call, run);
  }
}

/** An older release has stored replies that ended where the window ends; `askClaude` makes such a request again. */
const isCutShort = (stopReason: string | null | undefined): boolean =>
  stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded';

const continuePrompts: Record<string, string> = {
  max_tokens: 'Your reply was cut off at its limit. Go on exactly where you stopped, without repeating anything.',
  pause_turn: 'Go on.',
};

/** Handles a reply without tool calls. @returns how the turn ends, or null where a note was stored that Claude is to answer */
async function afterReply(turn: RunningTurn, position: TurnPosition, signal: AbortSignal): Promise<TurnEnd | null> {
  const { journal, limits } = turn;
  const { step, results } = position;
  const stopReason = position.lastReply?.stopReason ?? '';
  const notes = (reason: string) => results.filter((r) => r.name === 'note' && r.input === reason).length;

  const continuePrompt = continuePrompts[stopReason];
  if (continuePrompt !== undefined) {
    if (notes('continue') >= limits.continues) return turnEnds.outOfOutput;
    journal.storeNote(step, 'continue', continuePrompt);
    return null;
  }
  if (!changedSinceCheck(results) || notes('preview') >= limits.previewNotes) return turnEnds.completed;
  journal.announceFileChanges();
  const check = await turn.preview.check(signal);
  signal.throwIfAborted();
  if (check.kind === 'nobody_looking') return turnEnds.completed;
  journal.emit({
    type: 'tool',
    data: {
      turn: turn.turn,
      step,
      id: `check_${step}`,
      name: 'check_preview',
      state: 'done',
      ...previewLine(check),
    },
  });
  if (!hasProblems(check)) return turnEnds.completed;
  journal.storeNote(
    step,
    'preview',
    `You ended your turn without checking the preview after your last change. This is what the browser saw:\n\n${reportText(check)}\n\nRepair it, then check again.`,
  );
  return null;
}

function turnEndOf(asked: Exclude<AskResult, { kind: 'reply' }>, turn: RunningTurn): TurnEnd {
  if (asked.kind === 'not_covered')
    return asked.by.why === 'credits' ? turnEnds.creditsSpent(asked.by) : turnEnds.budgetSpent;
  return turnEnds.failed(asked.failure, turn.payer, hearsClaude(turn));
}

/** Gives each pending tool call a result, whatever ended the turn: the API refuses a transcript with an unanswered call. */
function closePendingCalls(turn: RunningTurn, end: TurnEnd): void {
  const { journal } = turn;
  const { step, pending } = journal.position();
  const [reason, why] =
    end.outcome.state === 'stopped'
      ? (['stopped', 'The visitor stopped the turn'] as const)
      : (['turn_ended', 'The turn ended'] as const);
  for (const call of pending) {
    journal.storeToolResult(step, call, () => notRun(call, reason, `${why} before this was run. Nothing was done.`));
  }
  journal.announceFileChanges();
}
