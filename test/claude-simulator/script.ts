import type { RecordedRequest } from './recorded-request.ts';

/** A block of the reply. A bare string is a text block. */
export type Block =
  | string
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id?: string; name: string; input: Record<string, unknown> };

/** Tokens to report. Absent counts are estimated from the request and the reply. */
export interface AnswerUsage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
}

/**
 * A point at which the answer waits for a release.
 *
 * `before`: the index of the SSE event that waits (0 is `message_start`), `headers` for the whole answer, or `each` for every event.
 * A gate is opened by `release(name)`, or by the promise `until` where the script is given in code.
 */
export interface Gate {
  before: number | 'headers' | 'each';
  name?: string;
  until?: Promise<unknown>;
}

/** The answer to one request. An empty object is a short text reply with status 200. */
export interface Answer {
  /** `reset`: the connection is reset before a byte is sent. `hang`: the request is accepted and never answered. */
  kind?: 'message' | 'reset' | 'hang';
  status?: number;
  headers?: Record<string, string>;
  /** A JSON body in place of a message. */
  body?: unknown;
  /** A raw body in place of a message. */
  rawBody?: string;
  /** A failure in Anthropic's format; the status follows from the type unless given. */
  error?: { type: string; message?: string };
  content?: Block[];
  /** Default: `tool_use` where the content has a tool call, else `end_turn`. */
  stopReason?: string;
  usage?: AnswerUsage;
  /** Characters of one delta; 0 for a single delta. Default 24. */
  chunkSize?: number;
  /** The same for the input of tools. Default: `chunkSize`. */
  toolChunkSize?: number;
  /** Milliseconds before the first byte. */
  waitMs?: number;
  /** Milliseconds before each delta. */
  delayMs?: number;
  gates?: Gate[];
  /** Replaces the event with index `at` by an SSE `error` event. Default type `overloaded_error`. */
  streamError?: { at: number; type?: string; message?: string };
  /** The stream ends after this many events. */
  cut?: number;
  /** `end` (default): the HTTP response ends properly. `fin`: the connection is closed in the middle of it. `reset`: RST. */
  cutMode?: 'end' | 'fin' | 'reset';
  /** Sends nothing more after this many events, and keeps the connection open. */
  hangAfter?: number;
}

/** Computes the answer to a request. `number` counts the requests of its script from 1. */
export type Handler = (request: RecordedRequest, number: number) => Answer | Promise<Answer>;

export type Script = readonly Answer[] | Handler;

/** The requests that a script answers; without key and text, all that no other script answers. */
export interface Binding {
  /** The API key or token of the request. */
  key?: string;
  /** A text that occurs in the request's messages. */
  text?: string;
}

export interface ScriptOptions extends Binding {
  /** Whether the last answer serves all further requests. Default: a request too many gets a 400 that says so. */
  repeatLast?: boolean;
}
