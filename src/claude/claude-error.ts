import type { ApiErrorFields } from './api-error-fields.ts';

/** Why one request to Claude failed. */
export type ClaudeFailure =
  /** Claude answered with an error status. */
  | ({ kind: 'http'; status: number; headers: Headers } & ApiErrorFields)
  /** The stream carried an `error` event, after status 200. */
  | ({ kind: 'stream_error'; headers: Headers } & ApiErrorFields)
  /** The connection broke: before the headers (`unreachable`), before `message_stop` (`cut`), or by silence (`stalled`). */
  | { kind: 'broken'; reason: 'unreachable' | 'cut' | 'stalled' }
  /** The reply ended where the model's context window ends: stop reason `model_context_window_exceeded`. */
  | { kind: 'window_exceeded' }
  /** The request could not be made: a fault of Redraw's own. */
  | { kind: 'internal'; message: string };

/** A failed request to Claude. Its message is for logs and already redacted; visitors get the message of `TurnFailure`. */
export class ClaudeError extends Error {
  override readonly name = 'ClaudeError';

  readonly failure: ClaudeFailure;

  constructor(failure: ClaudeFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
