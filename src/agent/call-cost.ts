import type { ClaudeRequest } from '../claude/claude-client.ts';
import { ClaudeError } from '../claude/claude-error.ts';
import { costUsd, modelOf } from '../claude/model-catalogue.ts';
import type { TokenUsage } from '../claude/model-reply.ts';
import type { ReplyProgress } from '../claude/reply-builder.ts';
import { requestTokens } from './build-request.ts';
import { tokensOfBytes } from './token-estimate.ts';
import { leastOutputTokens } from './turn-limits.ts';

/** Tokens of thinking for each token of its summary that has arrived, an overestimate: only the reply's end tells the true number. */
const thinkingFactor = 2;

/** What a lost object may have received and not stored: two seconds of text, the input of a tool that writes no file. Tokens. */
const unstoredTokens = 1_000;

/**
 * The cost of a reply as far as it came, in dollars, rounded up: the prompt as Claude reported it, else as it is estimated with nothing
 * cached; the output that has arrived, and no less than Claude reported.
 */
export function streamedCostUsd(request: ClaudeRequest, progress: ReplyProgress | null): number {
  const usage = progress?.usage ?? { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const { output = 0, thinking = 0 } = progress?.bytes ?? {};
  const arrived = tokensOfBytes(output + thinkingFactor * thinking);
  return costUsd(request.model, {
    ...(reportsPrompt(progress) ? usage : promptEstimate(request)),
    outputTokens: Math.max(usage.outputTokens, Math.min(arrived, request.max_tokens)),
  });
}

/** The cost of a complete reply, in dollars: as Claude reported it, or as a streamed one where it reported no prompt. */
export function completeCostUsd(request: ClaudeRequest, usage: TokenUsage, progress: ReplyProgress | null): number {
  return promptTokens(usage) > 0 ? costUsd(request.model, usage) : streamedCostUsd(request, progress);
}

/**
 * The cost of a request that failed, in dollars. Nothing where Claude refused it or was not reached; a request that was sent and got no
 * answer has cost its prompt.
 *
 * @param progress null: the request was not made
 * @param isAnswered whether the answer began with status 200
 */
export function failedCostUsd(
  request: ClaudeRequest,
  progress: ReplyProgress | null,
  { error, isAnswered, isAborted }: { error: unknown; isAnswered: boolean; isAborted: boolean },
): number {
  const isStalled =
    error instanceof ClaudeError && error.failure.kind === 'broken' && error.failure.reason === 'stalled';
  return progress && (isAnswered || isAborted || isStalled) ? streamedCostUsd(request, progress) : 0;
}

/** The cost of a call that was lost with its object, in dollars. @param storedBytes bytes of its output that were stored */
export function lostCostUsd(request: ClaudeRequest, storedBytes: number): number {
  const outputTokens = Math.min(request.max_tokens, tokensOfBytes(thinkingFactor * storedBytes) + unstoredTokens);
  return costUsd(request.model, { ...promptEstimate(request), outputTokens });
}

/** What a call may cost, in dollars. */
export interface CostBounds {
  /** With the shortest reply that is worth asking for. */
  least: number;
  /** With a reply of the maximum length. */
  most: number;
}

/** The bounds of a call's cost, nothing cached. @param maxTokens tokens of the longest reply */
export function costBounds(model: string, promptTokens: number, maxTokens: number): CostBounds {
  const most = Math.min(maxTokens, modelOf(model).maxOutput);
  const cost = (outputTokens: number) => uncachedUsd(model, promptTokens, outputTokens);
  return { least: cost(Math.min(leastOutputTokens, most)), most: cost(most) };
}

/** Tokens of reply that so many dollars pay for, nothing cached. */
export function affordableTokens(model: string, promptTokens: number, usd: number): number {
  const promptUsd = uncachedUsd(model, promptTokens, 0);
  const millionUsd = uncachedUsd(model, promptTokens, 1_000_000) - promptUsd;
  // Of a sum of dollars the last token is not lost to rounding.
  return Math.max(0, Math.floor(((usd - promptUsd) / millionUsd) * 1_000_000 + 1e-6));
}

const uncachedUsd = (model: string, promptTokens: number, outputTokens: number): number =>
  costUsd(model, { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: promptTokens, outputTokens });

const promptEstimate = (request: ClaudeRequest) => ({
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: requestTokens(request),
});

const promptTokens = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens;

/** Whether Claude has reported the tokens of the prompt: no prompt has none. */
const reportsPrompt = (progress: ReplyProgress | null): boolean =>
  progress?.isStarted === true && promptTokens(progress.usage) > 0;
