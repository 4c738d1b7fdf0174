import type Anthropic from '@anthropic-ai/sdk';
import type { ClaudeRequest } from '../claude/claude-client.ts';
import { costUsd, modelOf } from '../claude/model-catalogue.ts';
import { imageCorrection } from './request-images.ts';
import { offeredTools } from './tool-definitions.ts';

export interface RequestParts {
  model: string;
  system: string;
  shell: boolean;
  outputTokens: number;
  messages: Anthropic.MessageParam[];
}

/**
 * The request for the next reply.
 *
 * What never changes stands first and `messages` last, so that the body of a request begins with the bytes of the one before: caching
 * hits on all of it. One breakpoint stands on tools and system prompt, which all sessions share; the other is put on the last block by
 * Claude (top-level `cache_control`).
 */
export function buildRequest({ model, system, shell, outputTokens, messages }: RequestParts): ClaudeRequest {
  const { maxOutput, thinking } = modelOf(model);
  return {
    model,
    max_tokens: Math.min(outputTokens, maxOutput),
    stream: true,
    // What newer models write between tool calls arrives as thinking, and is empty unless its display is asked for.
    ...(thinking === 'adaptive' ? { thinking: { type: 'adaptive', display: 'summarized' } as const } : {}),
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    tools: [...offeredTools(shell)],
    cache_control: { type: 'ephemeral' },
    messages,
  };
}

/** Bytes of JSON per token, on the low side: code has about 3.5, other scripts than Latin fewer. */
const bytesPerToken = 3;

/** Tokens of a text, rather too many than too few. */
export function estimateTokens(chars: number): number {
  return Math.ceil(chars / bytesPerToken);
}

/** Tokens of messages. Images count for what Claude makes of them, not for the characters that they travel in. */
export function messageTokens(messages: readonly Anthropic.MessageParam[]): number {
  return estimateTokens(JSON.stringify(messages).length) + imageCorrection(messages, estimateTokens);
}

/** The most that a request may cost, in dollars: nothing of it cached before, and a reply as long as it may be. */
export function mostUsd(request: ClaudeRequest): number {
  return costUsd(request.model, {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens:
      estimateTokens(JSON.stringify(request).length) + imageCorrection(request.messages, estimateTokens),
    outputTokens: request.max_tokens,
  });
}
