import type { IncomingHttpHeaders } from 'node:http';
import type Anthropic from '@anthropic-ai/sdk';

/** How a request ended. `severed`: the script cut or reset the connection. */
export type End = 'finished' | 'aborted' | 'severed';

/** One `POST /v1/messages` as received, and its outcome. Times are milliseconds of `performance.now()`. */
export class RecordedRequest {
  readonly id: string;
  /** Sequence number among the simulator's requests, from 1. */
  readonly number: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly key: string | null;
  readonly rawBody: string;
  readonly arrivedAt: number;
  /** The binding of the script that answered; null for the default script. */
  servedBy: string | null = null;
  status: number | null = null;
  /** SSE events written so far. */
  eventsSent = 0;
  /** The time at which each event was written. */
  readonly sentAt: number[] = [];
  end: End | null = null;
  endedAt: number | null = null;
  /** Settles when the response is over, however it ended. */
  readonly ended: Promise<End>;
  /** Settles when the client disconnects before the response is over; never otherwise. */
  readonly aborted: Promise<void>;

  readonly #settleEnded: (end: End) => void;
  readonly #settleAborted: () => void;
  #body: Anthropic.MessageCreateParams | null | undefined;

  constructor(parts: {
    id: string;
    number: number;
    path: string;
    headers: IncomingHttpHeaders;
    key: string | null;
    rawBody: string;
    arrivedAt: number;
  }) {
    this.id = parts.id;
    this.number = parts.number;
    this.path = parts.path;
    this.headers = parts.headers;
    this.key = parts.key;
    this.rawBody = parts.rawBody;
    this.arrivedAt = parts.arrivedAt;
    const ended = Promise.withResolvers<End>();
    const aborted = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.aborted = aborted.promise;
    this.#settleEnded = ended.resolve;
    this.#settleAborted = aborted.resolve;
  }

  /** The parsed body, or null where it is not JSON. */
  get body(): Anthropic.MessageCreateParams | null {
    if (this.#body === undefined) {
      try {
        this.#body = JSON.parse(this.rawBody) as Anthropic.MessageCreateParams;
      } catch {
        this.#body = null;
      }
    }
    return this.#body;
  }

  /** Records how the response ended; only the first call counts. */
  finish(end: End): void {
    if (this.end !== null) return;
    this.end = end;
    this.endedAt = performance.now();
    this.#settleEnded(end);
    if (end === 'aborted') this.#settleAborted();
  }

  toJSON(): object {
    const { id, number, path, headers, key, rawBody, arrivedAt, servedBy, status, eventsSent, end, endedAt } = this;
    return { id, number, path, headers, key, rawBody, arrivedAt, servedBy, status, eventsSent, end, endedAt };
  }
}
