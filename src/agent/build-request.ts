import type Anthropic from '@anthropic-ai/sdk';
import type { ClaudeRequest } from '../claude/claude-client.ts';
import { modelOf } from '../claude/model-catalogue.ts';
import { imageCorrection } from './request-images.ts';
import { tokensOfJson } from './token-estimate.ts';
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

/** Tokens of what stands before the messages of every request, overestimated. */
export function prefixTokens({ system, shell }: Pick<RequestInput, 'system' | 'shell'>): number {
  return tokensOfJson([system, offeredTools(shell)]);
}

/** Tokens of a request, overestimated. */
export const requestTokens = (request: ClaudeRequest): number =>
  tokensOfJson(request) + imageCorrection(request.messages);
