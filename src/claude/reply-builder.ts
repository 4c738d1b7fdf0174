import { Buffer } from 'node:buffer';
import type Anthropic from '@anthropic-ai/sdk';
import { wellFormedJson } from '../protocol/well-formed-json.ts';
import type { ModelReply, ReplyBlock, TokenUsage } from './model-reply.ts';
import { isWhiteSpace } from './python-whitespace.ts';
import { isToolUseId, newToolUseId, validToolName } from './tool-identity.ts';

/** Receives a reply while it streams. Called in the order of the stream; must not throw. */
export interface ReplyListener {
  text(delta: string): void;
  thinking(delta: string): void;
  toolStart(id: string, name: string): void;
  /** A chunk of the tool's input: partial JSON. */
  toolInput(id: string, json: string): void;
  /** The input as it is stored in the reply. */
  toolEnd(id: string, input: unknown): void;
}

/** A reply while it streams: what Claude has reported of it, and how much has arrived. */
export interface ReplyProgress {
  /** Whether `message_start` has arrived, which reports the tokens of the prompt. */
  readonly isStarted: boolean;
  readonly usage: Readonly<TokenUsage>;
  /** Bytes (UTF-8) of text and tool input, and of thinking: Claude's own thinking is longer than the summary that it sends. */
  readonly bytes: Readonly<{ output: number; thinking: number }>;
}

/** The key for an input that is not a JSON object, as in Anthropic's guide to fine-grained streaming. */
export const invalidJsonKey = 'INVALID_JSON';

/** Characters kept of an invalid input: enough for Claude to recognise it. */
const invalidJsonChars = 1_000;

type OpenBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; json: string; initialInput: unknown };

/** Assembles a reply from the events of its stream. */
export class ReplyBuilder implements ReplyProgress {
  /** True after `message_stop`; the reply is incomplete before it. */
  complete = false;
  isStarted = false;
  readonly usage: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  readonly bytes = { output: 0, thinking: 0 };

  /** Null between blocks, and within a block of a type that is not kept. */
  #open: OpenBlock | null = null;
  #content: ReplyBlock[] = [];
  #stopReason: string | null = null;
  readonly #toolUseIds = new Set<string>();
  readonly #listener: ReplyListener;

  constructor(listener: ReplyListener) {
    this.#listener = listener;
  }

  add(event: Anthropic.RawMessageStreamEvent): void {
    switch (event.type) {
      case 'content_block_delta':
        this.#delta(event.delta);
        break;
      case 'content_block_start':
        this.#start(event.content_block);
        break;
      case 'content_block_stop':
        this.#close();
        break;
      case 'message_start':
        this.isStarted = true;
        this.#count(event.message.usage);
        break;
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        this.#count(event.usage);
        break;
      case 'message_stop':
        this.#close();
        this.complete = true;
        break;
    }
  }

  reply(): ModelReply {
    return { content: this.#content, stopReason: this.#stopReason, usage: this.usage };
  }

  #start(block: Anthropic.RawContentBlockStartEvent['content_block']): void {
    this.#close();
    switch (block.type) {
      case 'text':
        this.#open = { type: 'text', text: block.text };
        if (block.text) this.#listener.text(block.text);
        break;
      case 'thinking':
        this.#open = { type: 'thinking', thinking: block.thinking, signature: block.signature ?? '' };
        if (block.thinking) this.#listener.thinking(block.thinking);
        break;
      case 'redacted_thinking':
        this.#open = { type: 'redacted_thinking', data: block.data };
        break;
      case 'tool_use':
        this.#startTool(block);
        break;
    }
  }

  #startTool({ id: sentId, name: sentName, input }: Anthropic.ToolUseBlock): void {
    const id = isToolUseId(sentId) && !this.#toolUseIds.has(sentId) ? sentId : newToolUseId();
    const name = validToolName(sentName);
    this.#toolUseIds.add(id);
    this.#open = { type: 'tool_use', id, name, json: '', initialInput: input };
    this.#listener.toolStart(id, name);
  }

  #delta(delta: Anthropic.RawContentBlockDelta): void {
    this.#measure(delta);
    const open = this.#open;
    if (!open) return;
    if (delta.type === 'text_delta' && open.type === 'text') {
      open.text += delta.text;
      this.#listener.text(delta.text);
    } else if (delta.type === 'input_json_delta' && open.type === 'tool_use') {
      open.json += delta.partial_json;
      this.#listener.toolInput(open.id, delta.partial_json);
    } else if (delta.type === 'thinking_delta' && open.type === 'thinking') {
      open.thinking += delta.thinking;
      this.#listener.thinking(delta.thinking);
    } else if (delta.type === 'signature_delta' && open.type === 'thinking') {
      open.signature += delta.signature;
    }
  }

  /** Counts a delta of any block, those that are not kept included: Claude bills them all. */
  #measure(delta: Anthropic.RawContentBlockDelta): void {
    if (delta.type === 'text_delta') this.bytes.output += Buffer.byteLength(delta.text);
    else if (delta.type === 'input_json_delta') this.bytes.output += Buffer.byteLength(delta.partial_json);
    else if (delta.type === 'thinking_delta') this.bytes.thinking += Buffer.byteLength(delta.thinking);
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    if (open.type === 'tool_use') {
      const input = readInput(open.json, open.initialInput);
      this.#content.push({ type: 'tool_use', id: open.id, name: open.name, input });
      this.#listener.toolEnd(open.id, input);
    } else if (open.type === 'text') {
      // In the next request the API would refuse blank text blocks, and half surrogate pairs anywhere.
      if (!isWhiteSpace(open.text)) this.#content.push({ type: 'text', text: open.text.toWellFormed() });
    } else if (open.type === 'redacted_thinking' ? open.data : open.signature) {
      // Thinking that was truncated at the token limit has no signature; the API would refuse it too.
      this.#content.push(open);
    }
  }

  #count(usage: Partial<Anthropic.MessageDeltaUsage> | null | undefined): void {
    if (!usage) return;
    // The counts are cumulative; a count that a later event omits keeps its value.
    this.usage.inputTokens = countOr(usage.input_tokens, this.usage.inputTokens);
    this.usage.outputTokens = countOr(usage.output_tokens, this.usage.outputTokens);
    this.usage.cacheReadTokens = countOr(usage.cache_read_input_tokens, this.usage.cacheReadTokens);
    this.usage.cacheWriteTokens = countOr(usage.cache_creation_input_tokens, this.usage.cacheWriteTokens);
  }
}

/** Costs and receipts are sums of the counts: what is no count of an odd endpoint must not get into them. */
const countOr = (value: unknown, known: number): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : known;

function readInput(json: string, initialInput: unknown): unknown {
  if (json === '') return isObject(initialInput) ? wellFormedJson(initialInput) : {};
  try {
    const value: unknown = JSON.parse(json);
    // The API accepts only objects as the input of a tool call.
    if (isObject(value)) return wellFormedJson(value);
  } catch {
    // Fine-grained streaming does not validate its JSON, and a reply may end in the middle of an input.
  }
  return { [invalidJsonKey]: json.slice(0, invalidJsonChars).toWellFormed() };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
