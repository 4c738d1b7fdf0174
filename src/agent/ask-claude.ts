import type Anthropic from '@anthropic-ai/sdk';
import { unlessAborted } from '../async/abortable.ts';
import type { FailureEnd } from '../claude/classify-failure.ts';
import { costUsd } from '../claude/model-catalogue.ts';
import type { ModelReply } from '../claude/model-reply.ts';
import { readRateLimit, sameRateLimit } from '../claude/rate-limit-headers.ts';
import type { ReplyListener } from '../claude/reply-builder.ts';
import { withRetries } from '../claude/retry-backoff.ts';
import type { EventData } from '../protocol/events.ts';
import { buildRequest, mostUsd } from './build-request.ts';
import type { Renewal } from './ports.ts';
import { ToolInputStream } from './tool-input-stream.ts';
import type { Clock, TurnDeps, TurnLimits } from './turn-deps.ts';

/** A turn while it runs. */
export interface Turn extends TurnDeps {
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
  /** What came of the last refusal of the credential, until the fresh one is used. */
  let renewal: Renewal | null = null;
  let hasFollowed = false;
  let sent: Anthropic.MessageParam[] = [];

  async function attempt(n: number): Promise<ModelReply> {
    sent = journal.transcript();
    const request = buildRequest({
      model: turn.model,
      system: turn.system,
      shell: turn.shell !== undefined,
      outputTokens: turn.limits.outputTokens,
      messages: sent,
    });
    // A turn that goes on after a crash counts its attempts from 1 again: the time keeps their ids apart.
    const callId = `${turn.turn}/${step}/${n}/${clock.now().toString(36)}`;
    await reserve(turn, callId, mostUsd(request), signal);
    headers = null;
    if (renewal?.ok) renewal = null;
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
        // What could not be renewed a moment ago cannot be now.
        if (!connection || renewal) return;
        if (claude.credentialKind === 'oauth') renewal = await unlessAborted(connection.renew(), signal);
        // A key cannot be renewed, but the visitor may have put another in its place. Looked for once: what is told to be refused in the
        // end is the key that was.
        else if (!hasFollowed) await unlessAborted(connection.follow(), signal);
        hasFollowed = true;
      },
      forgetThinking: () => {
        const had = sent.some(hasThinking);
        if (had) journal.forgetThinking();
        return had;
      },
      sleep: (ms) => sleep(clock, ms, signal),
      now: clock.now,
      random: clock.random,
    });
    if (!asked.ok) {
      const { failure, verdict } = asked;
      // What an answer says that is made up for is not told: the recorded client reads no other failure than the last [d35o, d38o].
      if (verdict.limited && failure.kind === 'http') tellRateLimit(turn, failure.headers, failure.status === 429);
      return { kind: 'failed', end: await unlessAborted(refusedEnd(verdict.end, turn, renewal), signal) };
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

/**
 * How a turn ends whose credential was refused. The connection learns of the last refusal: it is broken then, and says itself why, unless
 * it has another token by now. Of a key Claude's own words tell more.
 */
async function refusedEnd(
  end: FailureEnd,
  { claude, connection }: Pick<Turn, 'claude' | 'connection'>,
  renewal: Renewal | null,
): Promise<FailureEnd> {
  if (end.code !== 'connection_broken' || !connection) return end;
  const renewed = renewal ?? (await connection.renew());
  if (claude.credentialKind === 'api_key') return end;
  if (renewed.ok) return { ...end, message: renewedLate, retryable: true };
  const { code, message } = renewed;
  return { ...end, code, message, retryable: code !== 'connection_broken' };
}

const renewedLate =
  'Claude refused the connection, which has been renewed since. Send the prompt again, or connect again.';

const hasThinking = ({ content }: Anthropic.MessageParam): boolean =>
  Array.isArray(content) && content.some(({ type }) => type === 'thinking' || type === 'redacted_thinking');

function listenerOf(turn: Turn, step: number): ReplyListener {
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
  if (!state) return;
  if (sameRateLimit(state, turn.rateLimit)) {
    turn.onSameLimit?.();
    return;
  }
  turn.rateLimit = state;
  turn.journal.emit({ type: 'rate_limit', data: state });
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
