import type Anthropic from '@anthropic-ai/sdk';
import type { ClaudeRequest } from '../claude/claude-client.ts';
import { costUsd, modelOf } from '../claude/model-catalogue.ts';
import { imageCorrection } from './request-images.ts';
import { offeredTools } from './tool-definitions.ts';

interface RequestInput {
  model: string;
  system: string;
  shell: boolean;
  outputTokens: number;
  messages: Anthropic.MessageParam[];
}

/**
 * Builds the request for the next reply.
 *
 * Constant fields come first and `messages` last, so that the body begins with the bytes of the previous request and prompt caching hits
 * on all of them. One breakpoint covers tools and system prompt, which all sessions share; Claude puts the other on the last block
 * (top-level `cache_control`).
 */
export function buildRequest({ model, system, shell, outputTokens, messages }: RequestInput): ClaudeRequest {
  const { maxOutput, thinking } = modelOf(model);
  return {
    model,
    max_tokens: Math.min(outputTokens, maxOutput),
    stream: true,
    // Newer models send their text between tool calls as thinking, which is empty unless its display is requested.
    ...(thinking === 'adaptive' ? { thinking: { type: 'adaptive', display: 'summarized' } as const } : {}),
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    tools: [...offeredTools(shell)],
    cache_control: { type: 'ephemeral' },
    messages,
  };
}

/** Bytes of JSON per token, a low estimate: code has about 3.5, non-Latin scripts fewer. */
const bytesPerToken = 3;

/** Tokens of a text, overestimated. */
function estimateTokens(chars: number): number {
  return Math.ceil(chars / bytesPerToken);
}

/** Tokens of messages, overestimated. Images count with their own tokens, not with their base64 characters. */
export function messageTokens(messages: readonly Anthropic.MessageParam[]): number {
  return estimateTokens(JSON.stringify(messages).length) + imageCorrection(messages, estimateTokens);
}

/** The most that a request may cost, in dollars: nothing cached, and a reply of the maximum length. */
export function maxCostUsd(request: ClaudeRequest): number {
  return costUsd(request.model, {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens:
      estimateTokens(JSON.stringify(request).length) + imageCorrection(request.messages, estimateTokens),
    outputTokens: request.max_tokens,
  });
}
