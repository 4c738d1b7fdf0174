import { unlessAborted } from '../async/unless-aborted.ts';
import type { TurnFailure } from '../claude/classify-failure.ts';
import { ClaudeError } from '../claude/claude-error.ts';
import type { ModelReply } from '../claude/model-reply.ts';
import { isSilent, outlastsSilence, readRateLimit, sameRateLimit } from '../claude/rate-limit-headers.ts';
import type { ReplyListener, ReplyProgress } from '../claude/reply-builder.ts';
import { withRetries } from '../claude/retry-backoff.ts';
import type { EventData } from '../protocol/events.ts';
import { buildRequest, requestTokens } from './build-request.ts';
import { affordableTokens, type CostBounds, completeCostUsd, costBounds, failedCostUsd } from './call-cost.ts';
import type { Clock } from './clock.ts';
import { RequestRepair } from './request-repair.ts';
import { ToolInputStream } from './tool-input-stream.ts';
import type { NotCovered, Renewal, SpendPort, TurnDeps } from './turn-interfaces.ts';
import type { TurnLimits } from './turn-limits.ts';
import { errorName, hearsClaude } from './turn-outcomes.ts';
import { noAnswer } from './valid-transcript.ts';

/** The deps of a turn with its defaults filled in, and the state that a step leaves to the next. */
export interface RunningTurn extends TurnDeps {
  clock: Clock;
  limits: TurnLimits;
  /** The last `rate_limit` state that was emitted. */
  rateLimit: EventData<'rate_limit'> | null;
}

export type AskResult =
  | { kind: 'reply' }
  | { kind: 'failed'; failure: TurnFailure }
  | { kind: 'not_covered'; by: NotCovered };

class NotCoveredError extends Error {
  readonly by: NotCovered;

  constructor(by: NotCovered) {
    super(`not covered by the ${by.why}`);
    this.by = by;
  }
}

/** Tokens that the results of one reply's tools may have: an estimate, which only shortens the next reply where it is exceeded. */
const toolResultTokens = 8_000;

/**
 * Asks Claude for the reply of `step`, retries included, and stores it. Streamed deltas go to the journal at once, and are discarded
 * when the request is repeated.
 *
 * @throws the signal's reason when the turn is aborted
 */
export async function askClaude(turn: RunningTurn, step: number, signal: AbortSignal): Promise<AskResult> {
  const { journal, claude, clock, connection, spend } = turn;
  let headers: Headers | null = null;
  /** The result of the last renewal of the credential, until the new one is used. */
  let renewal: Renewal | null = null;
  let hasReloaded = false;
  /** Tokens of the last request, overestimated. Known where somebody else than the visitor's connection pays. */
  let promptTokens = 0;
  const repair = new RequestRepair(turn, step);

  async function attempt(n: number): Promise<ModelReply> {
    const messages = journal.transcript();
    repair.sent = messages;
    const input = { model: turn.model, system: turn.system, shell: turn.shell !== undefined, messages };
    let request = buildRequest({ ...input, outputTokens: turn.limits.outputTokens });
    // A turn resumed after a crash counts its attempts from 1 again: the time keeps the ids unique.
    const callId = `${turn.turn}/${step}/${n}/${clock.now().toString(36)}`;
    if (spend) {
      promptTokens = requestTokens(request);
      const usd = await reserve(spend, callId, costBounds(turn.model, promptTokens, request.max_tokens), signal);
      request = {
        ...request,
        max_tokens: Math.min(request.max_tokens, affordableTokens(turn.model, promptTokens, usd)),
      };
    }
    headers = null;
    if (renewal?.ok) renewal = null;
    const onHeaders = (received: Headers) => {
      headers = received;
    };
    let progress: ReplyProgress | null = null;
    const onProgress = (live: ReplyProgress) => {
      progress = live;
    };
    let reply: ModelReply;
    try {
      reply = await claude.streamReply(request, { signal, listener: listenerOf(turn, step), onHeaders, onProgress });
    } catch (error) {
      const how = { error, isAnswered: headers !== null, isAborted: signal.aborted };
      spend?.settle(callId, failedCostUsd(request, progress, how), signal.aborted);
      throw error;
    }
    const isTooLong = reply.stopReason === 'model_context_window_exceeded';
    spend?.settle(
      callId,
      completeCostUsd(request, reply.usage, progress),
      !isTooLong && reply.stopReason !== 'refusal',
    );
    if (isTooLong) throw windowExceeded();
    return reply;
  }

  // Discard what an interrupted run has streamed of this step.
  journal.discardStep(step);
  try {
    const result = await withRetries({
      policy: turn.retry,
      credentialKind: claude.credentialKind,
      attempt,
      onFailure: () => {
        journal.discardStep(step);
        repair.tellAgain();
      },
      onRetry: (data) => {
        const errorType = hearsClaude(turn) ? data.errorType : errorName(data.errorType);
        journal.emit({ type: 'api_retry', data: { ...data, errorType } });
      },
      renewCredential: async () => {
        // A renewal that has just failed would fail again.
        if (!connection || renewal) return;
        if (claude.credentialKind === 'oauth') renewal = await unlessAborted(connection.renew(), signal);
        // A key cannot be renewed, but the visitor may have replaced it. Checked once, so that the key reported as refused is the one
        // that was used.
        else if (!hasReloaded) await unlessAborted(connection.reload(), signal);
        hasReloaded = true;
      },
      repair: (how, failure) => repair.apply(how, failure),
      sleep: (ms) => sleep(clock, ms, signal),
      now: clock.now,
      random: clock.random,
    });
    if (!result.ok) {
      const { failure, classified } = result;
      // The state in a retried answer is not emitted: the recorded client reads only the last failure [d35o, d38o].
      if (classified.isRateLimited && failure.kind === 'http')
        emitRateLimit(turn, failure.headers, failure.status === 429);
      return {
        kind: 'failed',
        failure: await unlessAborted(credentialFailure(classified.turnFailure, turn, renewal), signal),
      };
    }
    const { content, usage } = result.value;
    if (spend?.prepare && content.some(({ type }) => type === 'tool_use')) {
      const next = promptTokens + usage.outputTokens + toolResultTokens;
      spend.prepare(costBounds(turn.model, next, turn.limits.outputTokens));
    }
    // A message must have content and must not end with thinking, or every later request would be refused.
    const last = content.at(-1)?.type;
    if (last !== 'text' && last !== 'tool_use') content.push(noAnswer);
    journal.storeReply(step, result.value);
    if (headers) emitRateLimit(turn, headers);
    return { kind: 'reply' };
  } catch (error) {
    if (error instanceof NotCoveredError) return { kind: 'not_covered', by: error.by };
    throw error;
  }
}

/**
 * How a turn with a refused credential ends. The last refusal is reported to the connection, which is broken then and gives the reason,
 * unless it has another token by now. For a key Claude's own message tells more.
 */
async function credentialFailure(
  failure: TurnFailure,
  { claude, connection }: Pick<RunningTurn, 'claude' | 'connection'>,
  renewal: Renewal | null,
): Promise<TurnFailure> {
  if (failure.code !== 'connection_broken' || !connection) return failure;
  const renewed = renewal ?? (await connection.renew());
  if (claude.credentialKind === 'api_key') return failure;
  if (renewed.ok) return { ...failure, message: renewedTooLate, fields: { reason: 'renewed' }, retryable: true };
  const { code, message, fields } = renewed;
  return { ...failure, code, message, fields, retryable: code !== 'connection_broken' };
}

const renewedTooLate =
  'Claude refused the connection, which has been renewed since. Send the prompt again, or connect again.';

const windowExceeded = (): ClaudeError =>
  new ClaudeError({ kind: 'window_exceeded' }, 'the reply ended where the context window ends');

function listenerOf(turn: RunningTurn, step: number): ReplyListener {
  const { journal } = turn;
  const emit = journal.emit.bind(journal);
  let tool: ToolInputStream | null = null;
  return {
    text: (delta) => emit({ type: 'text', data: { turn: turn.turn, step, delta } }),
    thinking: (delta) => emit({ type: 'thinking', data: { turn: turn.turn, step, delta } }),
    toolStart: (id, name) => {
      tool = new ToolInputStream(emit, { turn: turn.turn, step, id }, name);
    },
    toolInput: (_id, json) => tool?.push(json),
    toolEnd: (_id, input) => tool?.end(input),
  };
}

/** @returns the dollars that are reserved @throws NotCoveredError where neither the operator's budget nor the credits cover the call */
async function reserve(spend: SpendPort, callId: string, bounds: CostBounds, signal: AbortSignal): Promise<number> {
  const reserved = spend.reserve(callId, bounds);
  try {
    const given = await unlessAborted(reserved, signal);
    if (!given.ok) throw new NotCoveredError(given);
    return given.usd;
  } catch (error) {
    // No request was made: return a reservation that is granted after the abort.
    void reserved.then((given) => given.ok && spend.settle(callId, 0, false)).catch(() => undefined);
    throw error;
  }
}

function emitRateLimit(turn: RunningTurn, headers: Headers, refused = false): void {
  const now = turn.clock.now();
  const state = readRateLimit(headers, turn.claude.credentialKind, now, refused);
  if (!state) return;
  // An answer that says nothing of limits takes no warning back: that stands until its window resets.
  const silent = isSilent(headers);
  if (silent && turn.rateLimit && outlastsSilence(turn.rateLimit, now)) return;
  if (sameRateLimit(state, turn.rateLimit)) {
    turn.onUnchangedLimit?.(silent);
    return;
  }
  turn.rateLimit = state;
  turn.journal.emit({ type: 'rate_limit', data: state });
  if (silent) turn.onSilentLimit?.();
}

/** Settles after `ms` milliseconds, or rejects with the signal's reason as soon as it is aborted. */
function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
