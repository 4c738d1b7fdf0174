import { runAgentLoop } from '../../agent/agent-loop.ts';
import { buildRequest } from '../../agent/build-request.ts';
import { lostCostUsd } from '../../agent/call-cost.ts';
import { turnLimits } from '../../agent/turn-limits.ts';
import type { TurnOutcome } from '../../agent/turn-outcomes.ts';
import { unlessAborted } from '../../async/unless-aborted.ts';
import type { ClaudeCredential } from '../../claude/claude-client.ts';
import { ProjectShell } from '../sandbox/project-shell.ts';
import { cachedRequestPrefix } from './cached-request-prefix.ts';
import type { ClaudeSignalLog } from './claude-signal-log.ts';
import { createTurnClient, settleLostCall, type TurnClientDeps } from './create-turn-client.ts';
import type { TurnContext } from './turn-context.ts';
import { emitFailure } from './turn-failure.ts';
import { SqlTurnJournal } from './turn-journal.ts';
import type { TurnRow } from './turn-store.ts';
import { TurnTimer } from './turn-times.ts';

export interface RunAgentLoopDeps extends TurnClientDeps {
  signals: ClaudeSignalLog;
}

/**
 * Runs the agent's loop for a turn that has begun, from wherever its journal stands.
 *
 * @param credential that of the lease; null: the turn is resumed after eviction
 * @throws the signal's reason when it is aborted, and anything unexpected
 */
export async function runAgentLoopInSession(
  session: TurnContext,
  deps: RunAgentLoopDeps,
  turn: TurnRow,
  credential: ClaudeCredential | null,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const { limits, meta, preview, sandbox, workspace } = session;
  const isResumed = credential === null;
  const journal = new SqlTurnJournal(session, {
    turn,
    clock: new TurnTimer(meta, turn.id, turn.startedAt ?? Date.now(), () => Date.now()),
    signals: deps.signals,
    isResumed,
    // A resumed turn gets its full time again, as the interruption was not its fault; its steps stay limited.
    startedAt: isResumed ? Date.now() : (turn.startedAt ?? Date.now()),
  });
  const { system, shell } = cachedRequestPrefix(session);
  const lostBytes = turn.payer === 'connection' ? null : journal.lostBytes();
  if (lostBytes !== null) {
    const { outputTokens } = turnLimits;
    const request = buildRequest({ model: turn.model, system, shell, outputTokens, messages: journal.transcript() });
    // Awaited: it would settle the next call too.
    await unlessAborted(settleLostCall(deps, turn.id, lostCostUsd(request, lostBytes)), signal);
  }
  const client = await unlessAborted(createTurnClient(deps, turn.payer, credential), signal);
  if (!client.ok) {
    const { code, detail: message, fields } = client;
    const data = { code, message, fields, retryable: code !== 'connection_broken' };
    emitFailure(session, deps, turn, { type: 'prompt_error', data });
    return { state: 'failed', blameless: true };
  }
  const { claudeMaxRetries: maxRetries, claudeRetryBaseMs: baseMs } = deps.settings;
  return runAgentLoop({
    turn: turn.id,
    model: turn.model,
    payer: turn.payer,
    system,
    ...(shell ? { shell: new ProjectShell({ meta, workspace, sandbox, preview }) } : {}),
    retry: { maxRetries, baseMs },
    journal,
    workspace,
    preview,
    signal,
    rateLimit: limits.state,
    onUnchangedLimit: (silent) => limits.confirm(Date.now(), silent),
    onSilentLimit: () => limits.markSilent(),
    ...client.value,
  });
}
