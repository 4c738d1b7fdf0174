import type { ErrorWords } from './error-words.ts';

/** Why one request to Claude failed. */
export type ClaudeFailure =
  /** Claude answered with an error status. */
  | ({ kind: 'http'; status: number; headers: Headers } & ErrorWords)
  /** The stream carried an `error` event. The status had been 200. */
  | ({ kind: 'stream_error'; headers: Headers } & ErrorWords)
  /** The connection broke: before the headers, before `message_stop`, or nothing came for too long. */
  | { kind: 'broken'; reason: 'unreachable' | 'cut' | 'stalled' }
  /** The request could not be made: a fault of our own. */
  | { kind: 'internal'; message: string };

/** A failed request to Claude. Its message is for logs and already redacted; visitors get the sentence of the verdict. */
export class ClaudeError extends Error {
  override readonly name = 'ClaudeError';

  readonly failure: ClaudeFailure;

  constructor(failure: ClaudeFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
