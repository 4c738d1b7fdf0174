/** Tokens of one model reply, as Claude reports them. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** A tool call of a reply. `input` is the JSON that Claude wrote, unvalidated. */
export interface ToolCall {
  type: 'tool_use';
  id: string;
  name: string;
  input: unknown;
}

/**
 * One block of a reply, as the next request sends it back: without the fields that only answers have (`citations`, `caller`), so that a
 * block has the same bytes in every request.
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
