import { redact } from '../log/redact.ts';
import { type Asked, askClaude, type Turn } from './ask-claude.ts';
import { changedSinceCheck, findLoop } from './loop-detection.ts';
import type { TurnOutcome, TurnPosition } from './ports.ts';
import { hasProblems, previewTitle, reportText } from './preview-report-text.ts';
import { notRun, prepareTool } from './run-tool.ts';
import { systemClock, type TurnDeps, turnLimits } from './turn-deps.ts';
import { type Ending, endings } from './turn-outcomes.ts';

/**
 * Runs a turn to its end, or goes on with one that was interrupted: the journal says where it stands, and nothing that it holds is done
 * again. Events go to the journal; the caller adds what frames them (`turn_started`, `version`, `usage`, `turn_finished`).
 *
 * Rejects only where the journal itself fails: all else is an outcome.
 */
export async function runTurn(input: TurnDeps): Promise<TurnOutcome> {
  const turn: Turn = { clock: systemClock, limits: turnLimits, rateLimit: null, ...input };
  const { clock, journal } = turn;
  const deadline = new AbortController();
  const left = journal.position().startedAt + turn.limits.ms - clock.now();
  const cancelDeadline = clock.after(Math.max(0, left), () => deadline.abort());
  const signal = AbortSignal.any([turn.signal, deadline.signal]);
  let ending: Ending;
  try {
    ending = left <= 0 ? endings.outOfTime(turn.limits.ms) : await loop(turn, signal);
  } catch (error) {
    if (turn.signal.aborted) ending = endings.stopped;
    else if (deadline.signal.aborted) ending = endings.outOfTime(turn.limits.ms);
    else {
      console.error(redact(error instanceof Error ? (error.stack ?? error.message) : String(error)));
      ending = endings.internal;
    }
  } finally {
    cancelDeadline();
  }
  leaveNothingOpen(turn, ending);
  for (const event of ending.events) journal.emit(event);
  return ending.outcome;
}

async function loop(turn: Turn, signal: AbortSignal): Promise<Ending> {
  const { journal, limits } = turn;
  for (;;) {
    signal.throwIfAborted();
    const position = journal.position();
    if (position.pending.length > 0) {
      await runTools(turn, position, signal);
      continue;
    }
    if (position.lastReply) {
      const ending = await afterReply(turn, position, signal);
      if (ending) return ending;
      continue;
    }
    journal.filesSettled();
    const circle = findLoop(position.results);
    if (circle) return endings.goingInCircles(circle);
    if (position.step > limits.steps) return endings.outOfSteps(limits.steps);
    const asked = await askClaude(turn, position.step, signal);
    if (asked.kind !== 'reply') return endingOf(asked, turn);
  }
}

async function runTools(turn: Turn, position: TurnPosition, signal: AbortSignal): Promise<void> {
  const { step, pending, lastReply } = position;
  const lastBlock = lastReply?.content.at(-1);
  for (const call of pending) {
    signal.throwIfAborted();
    const truncated =
      lastReply?.stopReason === 'max_tokens' && lastBlock?.type === 'tool_use' && lastBlock.id === call.id;
    const run = await prepareTool(turn, call, step, truncated, signal);
    signal.throwIfAborted();
    turn.journal.storeToolResult(step, call, run);
  }
}

const goOn: Record<string, string> = {
  max_tokens: 'Your reply was cut off at its limit. Go on exactly where you stopped, without repeating anything.',
  pause_turn: 'Go on.',
};

/** What a reply without tool calls leads to: an end, or null where Claude was told something and is to answer. */
async function afterReply(turn: Turn, position: TurnPosition, signal: AbortSignal): Promise<Ending | null> {
  const { journal, limits } = turn;
  const { step, results } = position;
  const stopReason = position.lastReply?.stopReason ?? '';
  const notes = (reason: string) => results.filter((r) => r.name === 'note' && r.input === reason).length;

  if (stopReason === 'refusal') return endings.refused;
  if (stopReason === 'model_context_window_exceeded') return endings.contextFull;
  const further = goOn[stopReason];
  if (further !== undefined) {
    if (notes('continue') >= limits.continues) return endings.outOfOutput;
    journal.storeNote(step, 'continue', further);
    return null;
  }
  if (!changedSinceCheck(results) || notes('preview') >= limits.previewNotes) return endings.completed;
  journal.filesSettled();
  const check = await turn.preview.check(signal);
  signal.throwIfAborted();
  if (check.kind === 'nobody_looking') return endings.completed;
  journal.emit({
    type: 'tool',
    data: {
      turn: turn.turn,
      step,
      id: `check_${step}`,
      name: 'check_preview',
      state: 'done',
      title: previewTitle(check),
    },
  });
  if (!hasProblems(check)) return endings.completed;
  journal.storeNote(
    step,
    'preview',
    `You ended your turn without checking the preview after your last change. This is what the browser saw:\n\n${reportText(check)}\n\nRepair it, then check again.`,
  );
  return null;
}

function endingOf(asked: Exclude<Asked, { kind: 'reply' }>, turn: Turn): Ending {
  return asked.kind === 'budget_spent' ? endings.budgetSpent : endings.failed(asked.end, turn.payer);
}

/** A transcript that can be sent again: each tool call has a result, whatever ended the turn. */
function leaveNothingOpen(turn: Turn, ending: Ending): void {
  const { journal } = turn;
  const { step, pending } = journal.position();
  const why = ending.outcome.state === 'stopped' ? 'The visitor stopped the turn' : 'The turn ended';
  for (const call of pending) {
    journal.storeToolResult(step, call, () => notRun(call, `${why} before this was run. Nothing was done.`));
  }
  journal.filesSettled();
}
