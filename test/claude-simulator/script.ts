import type { RecordedRequest } from './recorded-request.ts';

/** A piece of the reply. A bare string is a text block. */
export type Block =
  | string
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id?: string; name: string; input: Record<string, unknown> };

/** Tokens to report. What is absent is estimated from the request and the reply. */
export interface AnswerUsage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
}

/**
 * A place where the answer waits until it is let go.
 *
 * `before` is the index of the SSE event that waits (0 is `message_start`), `headers` for everything, or `each` for every event.
 * A gate is opened by `release(name)`, or by a promise where the script is given in code.
 */
export interface Gate {
  before: number | 'headers' | 'each';
  name?: string;
  until?: Promise<unknown>;
}

/** What one request gets. An empty object is a short text reply with status 200. */
export interface Answer {
  /** `reset`: the connection is reset before a byte is sent. `hang`: it is accepted and never answered. */
  kind?: 'message' | 'reset' | 'hang';
  status?: number;
  headers?: Record<string, string>;
  /** A JSON body in place of a message. */
  body?: unknown;
  /** A body in place of a message, as it stands. */
  rawBody?: string;
  /** A failure as Anthropic words it: the body is made of it, the status follows from the type unless given. */
  error?: { type: string; message?: string };
  content?: Block[];
  /** Default: `tool_use` where the content has a tool call, else `end_turn`. */
  stopReason?: string;
  usage?: AnswerUsage;
  /** Characters of one delta; 0 for one piece. Default 24. */
  chunkSize?: number;
  /** The same for the input of tools. Default: `chunkSize`. */
  toolChunkSize?: number;
  /** Milliseconds before the first byte. */
  waitMs?: number;
  /** Milliseconds before each delta. */
  delayMs?: number;
  gates?: Gate[];
  /** An SSE `error` event takes the place of the event with this index. Default type `overloaded_error`. */
  streamError?: { at: number; type?: string; message?: string };
  /** The stream ends after this many events. */
  cut?: number;
  /** `end` (default): the HTTP response ends well. `fin`: the connection is closed in the middle of it. `reset`: RST. */
  cutMode?: 'end' | 'fin' | 'reset';
  /** Nothing more is sent after this many events, and the connection stays open. */
  hangAfter?: number;
}

/** Says what a request gets. `number` counts the requests of its script from 1. */
export type Handler = (request: RecordedRequest, number: number) => Answer | Promise<Answer>;

export type Script = readonly Answer[] | Handler;

/** Which requests a script is for; without either, all that no other script is for. */
export interface Binding {
  /** The API key or token of the request. */
  key?: string;
  /** A text that stands somewhere in the request's messages. */
  text?: string;
}

export interface ScriptOptions extends Binding {
  /** The last answer serves all further requests too. Default: a request too many gets a 400 that says so. */
  repeatLast?: boolean;
}
