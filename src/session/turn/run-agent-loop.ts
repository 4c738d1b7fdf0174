import type { Lease } from '../../account/billing/admission-types.ts';
import { runAgentLoop } from '../../agent/agent-loop.ts';
import { buildRequest } from '../../agent/build-request.ts';
import { lostCostUsd } from '../../agent/call-cost.ts';
import { turnLimits } from '../../agent/turn-limits.ts';
import type { TurnOutcome } from '../../agent/turn-outcomes.ts';
import { unlessAborted } from '../../async/unless-aborted.ts';
import { type CreditRate, microCreditsOf } from '../../credits/micro-credits.ts';
import { ProjectShell } from '../sandbox/project-shell.ts';
import { cachedRequestPrefix } from './cached-request-prefix.ts';
import type { ClaudeSignalLog } from './claude-signal-log.ts';
import { createTurnClient, settleLostCall, type TurnClientDeps } from './create-turn-client.ts';
import { CreditSpend } from './credit-spend.ts';
import type { TurnContext } from './turn-context.ts';
import type { HeldCall } from './turn-credits.ts';
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
 * @param lease null: the turn is resumed after eviction
 * @throws the signal's reason when it is aborted, and anything unexpected
 */
export async function runAgentLoopInSession(
  session: TurnContext,
  deps: RunAgentLoopDeps,
  turn: TurnRow,
  lease: Pick<Lease, 'credential' | 'hold'> | null,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  const { limits, meta, preview, sandbox, workspace } = session;
  const isResumed = lease === null;
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
    const usd = lostCostUsd(request, lostBytes);
    if (turn.payer === 'credits') session.credits.settleLost(turn.id, microCreditsOf(usd, rateOf(deps)));
    // Awaited: it would settle the next call too.
    else await unlessAborted(settleLostCall(deps, turn.id, usd), signal);
  }
  const credits = () => creditSpendOf(session, deps, turn, lease?.hold ?? null);
  const client = await unlessAborted(createTurnClient(deps, turn.payer, lease?.credential ?? null, credits), signal);
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
    isReadOnly: turn.mode !== 'build',
    signal,
    rateLimit: limits.state,
    onUnchangedLimit: (silent) => limits.confirm(Date.now(), silent),
    onSilentLimit: () => limits.markSilent(),
    ...client.value,
  });
}

function creditSpendOf(
  { credits, meta, turns }: Pick<TurnContext, 'credits' | 'meta' | 'turns'>,
  deps: RunAgentLoopDeps,
  turn: TurnRow,
  first: HeldCall | null,
): CreditSpend {
  const { owner, waitUntil } = deps;
  return new CreditSpend({
    ...{ credits, first, owner, turn, waitUntil, rate: rateOf(deps), session: meta.need('id') },
    ownerId: () => meta.need('owner'),
    isRunning: () => turns.active()?.id === turn.id,
  });
}

/** Of a turn that was admitted on credits which the operator has switched off since, nothing is charged at a rate of its own. */
const rateOf = ({ settings }: Pick<RunAgentLoopDeps, 'settings'>): CreditRate =>
  settings.credits ?? { creditUsd: 0.01, markupPercent: 0 };
