import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { newId } from './ids.ts';
import type { Answer, Block } from './script.ts';

/** One SSE event. `delayMs` applies to events with `delta`. */
export interface StreamEvent {
  type: string;
  delta: boolean;
  data: object;
}

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

const defaultChunkSize = 24;

/** The signature of a thinking block: derived from its text, so that a changed block is detected. */
export function signThinking(thinking: string): string {
  return createHash('sha512').update(`simulated signature\n${thinking}`).digest('base64');
}

/** Characters per token, roughly. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function toContentBlock(block: Block): Anthropic.ContentBlock {
  if (typeof block === 'string') return { type: 'text', text: block, citations: null };
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, citations: null };
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking, signature: signThinking(block.thinking) };
    case 'redacted_thinking':
      return block;
    case 'tool_use':
      return {
        type: 'tool_use',
        id: block.id ?? newId('toolu'),
        name: block.name,
        input: block.input,
        caller: { type: 'direct' },
      };
  }
}

/** The message of an answer, as a request without `stream` gets it. */
export function composeMessage(answer: Answer, model: string, usage: Omit<Usage, 'output_tokens'>): Anthropic.Message {
  const content = (answer.content ?? ['Hello.']).map(toContentBlock);
  const written = content.reduce((sum, block) => sum + estimateTokens(JSON.stringify(block)), 0);
  const calls = content.some((block) => block.type === 'tool_use');
  const counts = { ...usage, output_tokens: written, ...answer.usage };
  return {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content,
    container: null,
    diagnostics: null,
    stop_reason: (answer.stopReason ?? (calls ? 'tool_use' : 'end_turn')) as Anthropic.StopReason,
    stop_details: null,
    stop_sequence: null,
    usage: {
      ...counts,
      cache_creation: {
        ephemeral_5m_input_tokens: counts.cache_creation_input_tokens,
        ephemeral_1h_input_tokens: 0,
      },
      inference_geo: null,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: null,
    },
  };
}

/** Splits a text into pieces of `size` UTF-16 units, never inside a surrogate pair. */
export function* pieces(text: string, size: number): Generator<string> {
  if (size <= 0) {
    yield text;
    return;
  }
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + size, text.length);
    const last = text.charCodeAt(end - 1);
    if (last >= 0xd800 && last < 0xdc00 && end < text.length) end += 1;
    yield text.slice(start, end);
    start = end;
  }
}

function event(type: string, data: object, delta = false): StreamEvent {
  return { type, delta, data: { type, ...data } };
}

function* blockEvents(block: Anthropic.ContentBlock, index: number, answer: Answer): Generator<StreamEvent> {
  const size = answer.chunkSize ?? defaultChunkSize;
  const start = (content_block: object) => event('content_block_start', { index, content_block });
  const delta = (data: object) => event('content_block_delta', { index, delta: data }, true);
  switch (block.type) {
    case 'text':
      yield start({ type: 'text', text: '' });
      for (const text of pieces(block.text, size)) yield delta({ type: 'text_delta', text });
      break;
    case 'thinking':
      yield start({ type: 'thinking', thinking: '', signature: '' });
      for (const thinking of pieces(block.thinking, size)) yield delta({ type: 'thinking_delta', thinking });
      yield delta({ type: 'signature_delta', signature: block.signature });
      break;
    case 'tool_use':
      yield start({ ...block, input: {} });
      yield delta({ type: 'input_json_delta', partial_json: '' });
      for (const partial_json of pieces(JSON.stringify(block.input), answer.toolChunkSize ?? size)) {
        yield delta({ type: 'input_json_delta', partial_json });
      }
      break;
    default:
      yield start(block);
  }
  yield event('content_block_stop', { index });
}

/** A message as the events of a stream, in the order in which Anthropic sends them. */
export function* messageEvents(message: Anthropic.Message, answer: Answer): Generator<StreamEvent> {
  const { usage, stop_reason, stop_sequence } = message;
  yield event('message_start', {
    message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  });
  yield event('ping', {});
  for (const [index, block] of message.content.entries()) yield* blockEvents(block, index, answer);
  yield event('message_delta', {
    delta: { stop_reason, stop_sequence, stop_details: null, container: null },
    usage: {
      input_tokens: usage.input_tokens,
      cache_creation_input_tokens: usage.cache_creation_input_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      output_tokens: usage.output_tokens,
      output_tokens_details: null,
      server_tool_use: null,
    },
  });
  yield event('message_stop', {});
}
