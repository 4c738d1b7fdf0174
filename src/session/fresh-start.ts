import { ProblemError } from '../protocol/problems.ts';
import type { OpenSession } from './open-session.ts';
import type { SessionContext } from './session-context.ts';
import { forgetThinkingAfter } from './turn/context-window.ts';
import { freshStartPrompt } from './turn/conversation-summary.ts';

/**
 * Starts the turn in which Claude summarises the conversation. Once it has ended well, its summary takes the place of the transcript in
 * later requests; the files, and what the visitor sees, stay.
 *
 * @param address the address that the call came from
 * @param force "try anyway", as of a prompt
 * @throws ProblemError `turn_in_progress`, `invalid_request` (`nothing_to_summarise`), or as a prompt is refused
 */
export async function startFresh(
  { context, runner }: OpenSession,
  address: string,
  force: boolean,
): Promise<{ turn: string }> {
  if (!context.isIdle()) throw new ProblemError('turn_in_progress', 'Wait for the turn to end, or stop it.');
  if (!context.transcript.hasMore())
    throw new ProblemError('invalid_request', 'There is nothing to summarise yet.', {
      reason: 'nothing_to_summarise',
    });
  const request = { prompt: freshStartPrompt, model: null, attachments: [], mode: 'fresh_start', force } as const;
  return { turn: (await runner.start({ ...request, attachments: [] }, address)).id };
}

/**
 * Takes the newest summary back: later requests have again what it stood for, and what came after it.
 *
 * @param turn the turn that wrote it: where that one is taken back already, nothing is done; undefined: whichever is the newest
 * @throws ProblemError `not_found`
 */
export function undoFreshStart(context: SessionContext, turn: string | undefined): null {
  const { log, meta, transcript, turns } = context;
  const newest = transcript.summary();
  if (turn !== undefined && turn !== newest?.turn) {
    const isTakenBack = turns.get(turn)?.mode === 'fresh_start' && !transcript.hasSummary(turn);
    if (isTakenBack) return null;
  }
  if (newest === null || (turn !== undefined && turn !== newest.turn))
    throw new ProblemError('not_found', 'There is no fresh start that could be taken back.', {
      reason: 'fresh_start',
    });
  forgetThinkingAfter(meta, transcript, newest.turn);
  transcript.removeSummary(newest.turn);
  log.emit({ type: 'fresh_start', data: { turn: newest.turn, inForce: false } }, null);
  return null;
}
