import type { Refusal } from '../../account/billing/admission-types.ts';
import type { KnownLimit } from '../../account/billing/rate-limit-store.ts';
import type { TurnOutcome } from '../../agent/turn-outcomes.ts';
import { logError } from '../../log/error-log.ts';
import type { Draft } from '../../protocol/events.ts';
import type { ClaudeSignalLog } from './claude-signal-log.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';

/** Failures of a turn outside the agent's loop: a refusal, an unusable connection, a crash. */

export interface TurnFailureDeps {
  signals: ClaudeSignalLog;
}

/** Emits the event that tells why a turn failed. */
export function emitFailure(
  { log }: Pick<TurnContext, 'log'>,
  { signals }: TurnFailureDeps,
  turn: TurnRow,
  event: Draft,
): void {
  signals.record(event, turn);
  log.emit(event, turn.id);
}

/** The event and the outcome of a queued prompt that was refused when its turn came. */
export function refusalOutcome({ code, detail: message, fields, payer }: Refusal): {
  event: Draft;
  outcome: TurnOutcome;
} {
  if (code === 'credit_exhausted') {
    const { resetsAt, message: says } = fields as Partial<KnownLimit>;
    const data = {
      message: says ?? message,
      errorType: null,
      httpStatus: null,
      resetsAt: resetsAt ?? null,
      payer,
      fields: says ? { says } : { reason: 'known' },
    };
    return { event: { type: 'credit_exhausted', data }, outcome: { state: 'exhausted', blameless: true } };
  }
  const retryable = code === 'internal' || code === 'hosted_budget_spent';
  const event: Draft = { type: 'prompt_error', data: { code, message, retryable, fields } };
  return { event, outcome: { state: 'failed', blameless: true } };
}

/** Logs an unexpected error of a turn, without secrets, and emits it as `internal`. @returns the outcome of the turn */
export function failUnexpectedly(
  session: Pick<TurnContext, 'log'>,
  deps: TurnFailureDeps,
  turn: TurnRow,
  error: unknown,
): TurnOutcome {
  logError(`turn ${turn.id} broke: ${error instanceof Error ? (error.stack ?? error) : error}`, { turn: turn.id });
  const message = 'Something broke on our side. The files are as they were; send the prompt again.';
  const data = { code: 'internal', message, retryable: true, fields: { reason: 'unchanged' } };
  emitFailure(session, deps, turn, { type: 'prompt_error', data });
  return { state: 'failed', blameless: true };
}
