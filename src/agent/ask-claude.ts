import { costUsd } from '../claude/models.ts';
import { readRateLimit, sameRateLimit } from '../claude/rate-limit.ts';
import type { ModelReply } from '../claude/reply.ts';
import type { ReplyListener } from '../claude/reply-builder.ts';
import { withRetries } from '../claude/retry.ts';
import type { FailureEnd } from '../claude/verdict.ts';
import type { EventData } from '../protocol/events.ts';
import { buildRequest, mostUsd } from './build-request.ts';
import type { ConnectionPort, Renewal } from './ports.ts';
import { ToolStream } from './tool-stream.ts';
import type { Clock, TurnInput, TurnLimits } from './turn-input.ts';

/** A turn while it runs. */
export interface Turn extends TurnInput {
  clock: Clock;
  limits: TurnLimits;
  /** The state of the account as it was last told. */
  rateLimit: EventData<'rate_limit'> | null;
}

export type Asked = { kind: 'reply' } | { kind: 'failed'; end: FailureEnd } | { kind: 'budget_spent' };

class BudgetSpent extends Error {}

/**
 * Asks Claude for the reply of `step` and stores it. What it streams goes to the journal at once, and is taken back when the request
 * has to be made again.
 *
 * @throws the signal's reason when the turn is aborted
 */
export async function askClaude(turn: Turn, step: number, signal: AbortSignal): Promise<Asked> {
  const { journal, claude, clock, connection, spend } = turn;
  let headers: Headers | null = null;
  /** What came of the last refusal of the credential, until another request is made. */
  let renewal: Renewal | null = null;

  async function attempt(n: number): Promise<ModelReply> {
    const request = buildRequest({
      model: turn.model,
      system: turn.system,
      shell: turn.shell !== undefined,
      outputTokens: turn.limits.outputTokens,
      messages: journal.transcript(),
    });
    // A turn that goes on after a crash counts its attempts from 1 again: the time keeps their ids apart.
    const callId = `${turn.turn}/${step}/${n}/${clock.now().toString(36)}`;
    await reserve(turn, callId, mostUsd(request), signal);
    headers = null;
    renewal = null;
    const onHeaders = (received: Headers) => {
      headers = received;
    };
    try {
      const reply = await claude.streamReply(request, { signal, listener: listenerOf(turn, step), onHeaders });
      spend?.settle(callId, costUsd(turn.model, reply.usage));
      return reply;
    } catch (error) {
      // Without an answer nothing was used. What broke off later stands as it was reserved: Claude did not say what it took.
      if (headers === null && !signal.aborted) spend?.settle(callId, 0);
      throw error;
    }
  }

  // What a run before this one had streamed of this step is void.
  journal.discardStep(step);
  try {
    const asked = await withRetries({
      policy: turn.retry,
      credentialKind: claude.credentialKind,
      attempt,
      onFailure: () => journal.discardStep(step),
      onRetry: (data) => journal.emit({ type: 'api_retry', data }),
      freshen: async () => {
        // A key has no successor to ask for. Before the connection counts as broken, Claude is asked once more.
        if (claude.credentialKind === 'api_key') return true;
        renewal = connection ? await unlessAborted(connection.renew(), signal) : null;
        return renewal?.ok ?? false;
      },
      forgetThinking: () => journal.forgetThinking(),
      sleep: (ms) => sleep(clock, ms, signal),
      now: clock.now,
      random: clock.random,
    });
    if (!asked.ok) {
      const { failure, verdict } = asked;
      // What an answer says that is made up for is not told: the recorded client reads no other failure than the last [d35o, d38o].
      if (verdict.limited && failure.kind === 'http') tellRateLimit(turn, failure.headers, failure.status === 429);
      return { kind: 'failed', end: await unlessAborted(refusedEnd(verdict.end, renewal, connection), signal) };
    }
    const { content } = asked.value;
    // A message must have content, and must not end with thinking: every later request would be refused.
    const last = content.at(-1)?.type;
    if (last !== 'text' && last !== 'tool_use') content.push({ type: 'text', text: '(no answer)' });
    journal.storeReply(step, asked.value);
    if (headers) tellRateLimit(turn, headers);
    return { kind: 'reply' };
  } catch (error) {
    if (error instanceof BudgetSpent) return { kind: 'budget_spent' };
    throw error;
  }
}

/** How a turn ends whose credential was refused. The connection learns of a refusal that it could not mend, and says itself why it could not. */
async function refusedEnd(
  end: FailureEnd,
  renewal: Renewal | null,
  connection: ConnectionPort | undefined,
): Promise<FailureEnd> {
  if (end.code !== 'connection_broken' || !connection) return end;
  if (renewal === null) await connection.renew();
  if (renewal === null || renewal.ok) return end;
  const { code, message } = renewal;
  return { ...end, code, message, retryable: code !== 'connection_broken' };
}

function listenerOf(turn: Turn, step: number): ReplyListener {
  const { journal } = turn;
  const emit = journal.emit.bind(journal);
  let tool: ToolStream | null = null;
  return {
    text: (delta) => emit({ type: 'text', data: { turn: turn.turn, step, delta } }),
    thinking: (delta) => emit({ type: 'thinking', data: { turn: turn.turn, step, delta } }),
    toolStart: (id, name) => {
      tool = new ToolStream(emit, { turn: turn.turn, step, id }, name);
    },
    toolInput: (_id, json) => tool?.push(json),
    toolEnd: (_id, input) => tool?.end(input),
  };
}

/** @throws BudgetSpent where the operator's purse is empty */
async function reserve({ spend }: Turn, callId: string, usd: number, signal: AbortSignal): Promise<void> {
  if (!spend) return;
  const reserved = spend.reserve(callId, usd);
  try {
    if (!(await unlessAborted(reserved, signal))) throw new BudgetSpent();
  } catch (error) {
    // Nothing was asked: a reservation that comes now is given back.
    if (signal.aborted) void reserved.then((given) => given && spend.settle(callId, 0)).catch(() => undefined);
    throw error;
  }
}

function tellRateLimit(turn: Turn, headers: Headers, refused = false): void {
  const state = readRateLimit(headers, turn.claude.credentialKind, turn.clock.now(), refused);
  if (!state || sameRateLimit(state, turn.rateLimit)) return;
  turn.rateLimit = state;
  turn.journal.emit({ type: 'rate_limit', data: state });
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it is aborted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
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
