/** Tokens of one model reply, as Claude reports them. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** A tool call as it stands in a reply. `input` is whatever JSON Claude wrote; nothing has been checked. */
export interface ToolCall {
  type: 'tool_use';
  id: string;
  name: string;
  input: unknown;
}

/**
 * One block of a reply, as it goes back to Claude in the next request: fields that only answers have (`citations`, `caller`) are gone,
 * so that a block has the same bytes in every request.
 */
export type ReplyBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | ToolCall;

/** One complete reply of Claude (it ended with `message_stop`). */
export interface ModelReply {
  content: ReplyBlock[];
  stopReason: string | null;
  usage: TokenUsage;
}
