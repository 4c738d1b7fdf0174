import * as v from 'valibot';
import { parseEvent, type RedrawEvent } from '../../src/protocol/events.ts';
import type { ChatRequest } from '../../src/protocol/requests.ts';
import type { Api } from '../api/api.ts';
import { ApiError, toApiError } from '../api/api-error.ts';
import { hearServerTime } from '../api/server-clock.ts';
import { readSse, type SseMessage } from '../api/sse.ts';
import { backoffMs, isFinal, type RetryTiming } from './retry-timing.ts';

/** Silence after which a stream counts as broken. The server writes at least a comment every 10 s while a turn runs. */
const SILENCE_MS = 35_000;
const DEFAULT_RETRY_MS = 1000;
/**
 * Answers in a row by which a project that was read before is lost: 3.5 to 7 s from the first to the last. One alone tells nothing: while a
 * sign-in moves the project to the user, the browser still sends the visitor's cookie.
 */
const MISSES = 4;

export type LinkState =
  /** No connection is open, and no event is expected. */
  | 'idle'
  | 'open'
  /** The connection broke; the link waits or connects again. */
  | 'reconnecting';

export interface EventStreamClientDeps {
  api: Api;
  /** Null for a new project: its first `session` event brings the id. */
  session: string | null;
  timing: RetryTiming;
  onEvent(event: RedrawEvent): void;
  onState(state: LinkState): void;
  /** The link gave up: the session does not exist, or belongs to another visitor. */
  onLost(error: ApiError): void;
  /** Whether more events will come: a turn runs, or a queued prompt is due. */
  isBusy(): boolean;
}

export type SendResult = { kind: 'streaming' } | { kind: 'queued'; position: number };

/** How one stream ended: `read` closed by the server, `broken` by the connection, `ended` without a stream (204). */
type Outcome = 'read' | 'broken' | 'ended';

const Queued = v.looseObject({ position: v.number() });

/**
 * The only reader of a session's event log.
 *
 * At most one stream is read at any time. The stream of `POST /api/chat` is read if its first event directly follows the last known
 * one. Otherwise its connection is dropped (the turn outlives it), and the log is read from the last known event on, so that no
 * event is missed. Text in flight has no place in the log and is passed on as it comes: a stream that is resumed has all of it again.
 */
export class EventStreamClient {
  #deps: EventStreamClientDeps;
  #session: string | null;
  #closed = new AbortController();
  #lastSeq = 0;
  /** The highest sequence number known to exist. */
  #expectedSeq = 0;
  #retryMs = DEFAULT_RETRY_MS;
  /** Answers in a row that there is no such project. */
  #misses = 0;
  #reading: Promise<void> | null = null;

  constructor(deps: EventStreamClientDeps) {
    this.#deps = deps;
    this.#session = deps.session;
  }

  /** The newest received sequence number; 0 before the first event. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get session(): string | null {
    return this.#session;
  }

  /**
   * Sends a prompt. Resolves once its first event was read, or it was queued. The rest of the stream is read in the background.
   *
   * @throws ApiError
   */
  async send(request: ChatRequest): Promise<SendResult> {
    const response = await this.#deps.api.chat(request, this.#closed.signal);
    if (response.status === 202) {
      const answer = v.safeParse(Queued, await response.json());
      this.follow(this.#lastSeq + 1);
      return { kind: 'queued', position: answer.success ? answer.output.position : 0 };
    }
    if (!response.body) throw new ApiError('unreadable', '');
    await this.#readTurn(response.body);
    return { kind: 'streaming' };
  }

  /**
   * Reads from the last known event on until no more events are expected. Does nothing if a reader is active.
   *
   * @param expectedSeq a sequence number that is known to exist
   */
  follow(expectedSeq = 0): void {
    this.#expectedSeq = Math.max(this.#expectedSeq, expectedSeq);
    if (this.#reading || this.#closed.signal.aborted) return;
    this.#startReading(null);
  }

  /** Resolves when no stream is being read. */
  async idle(): Promise<void> {
    while (this.#reading) await this.#reading;
  }

  close(): void {
    this.#closed.abort();
  }

  #readTurn(body: ReadableStream<Uint8Array>): Promise<void> {
    return new Promise((resolve, reject) => {
      let first = true;
      const onMessage = (message: SseMessage) => {
        if (first) {
          // Text in flight does not tell where in the log the stream begins.
          if (message.id === null) return;
          first = false;
          resolve();
          const follows = !this.#reading && (this.#session === null || message.id === this.#lastSeq + 1);
          if (!follows) {
            this.follow(message.id);
            throw new ReaderReplaced();
          }
          this.#startReading(stream);
        }
        this.#accept(message);
      };
      const stream = readSse(body, { onMessage, onRetry: (ms) => this.#setRetry(ms) }, SILENCE_MS);
      stream.then(
        () => reject(new ApiError('unreadable', '')),
        (error) => reject(toApiError(error)),
      );
    });
  }

  #setRetry(ms: number): void {
    this.#retryMs = ms;
  }

  #accept(message: SseMessage): void {
    const { id } = message;
    if (id !== null) {
      if (id <= this.#lastSeq) return;
      this.#lastSeq = id;
    }
    const event = parseEvent(id, message.type, message.data);
    if (!event) return;
    if ('now' in event.data) hearServerTime(event.data.now ?? Number.NaN, false);
    if (event.type === 'session') this.#session = event.data.session;
    this.#deps.onEvent(event);
  }

  #startReading(stream: Promise<void> | null): void {
    this.#deps.onState('open');
    const reading = this.#readOn(stream)
      .catch((error: unknown) => {
        if (!this.#closed.signal.aborted) this.#deps.onLost(toApiError(error));
      })
      .finally(() => {
        this.#reading = null;
        if (!this.#closed.signal.aborted) this.#deps.onState('idle');
      });
    this.#reading = reading;
  }

  /** Reads streams one after the other until no more events are expected. */
  async #readOn(stream: Promise<void> | null): Promise<void> {
    if (stream) {
      const error = await errorOf(stream);
      if (error && this.#session === null) throw error;
    }
    let failures = 0;
    let outcome: Outcome | null = null;
    while (!this.#closed.signal.aborted) {
      const hasRead = outcome !== null || stream !== null;
      if (hasRead && outcome !== 'broken' && !this.#isExpecting()) return;
      if (failures > 0) {
        this.#deps.onState('reconnecting');
        const { timing } = this.#deps;
        await timing.wait(backoffMs(failures, timing, this.#retryMs), this.#closed.signal);
      }
      const before = this.#lastSeq;
      outcome = await this.#readOnce();
      if (outcome === 'ended' && this.#expectedSeq <= this.#lastSeq) return;
      failures = this.#lastSeq > before || outcome === 'ended' ? 0 : failures + 1;
    }
  }

  /** Whether the project may be on its way from a visitor to a user. */
  #isMoving({ status, fields }: ApiError): boolean {
    this.#misses += 1;
    return status === 404 && fields.reason !== 'cookie' && this.#lastSeq > 0 && this.#misses < MISSES;
  }

  #isExpecting(): boolean {
    return this.#deps.isBusy() || this.#expectedSeq > this.#lastSeq;
  }

  async #readOnce(): Promise<Outcome> {
    const session = this.#session;
    if (session === null) return 'ended';
    const before = this.#lastSeq;
    const expectedBefore = this.#expectedSeq;
    // The server has no more events. An expectation that was raised during the request stays: the answer may be older.
    const dropExpectation = () => {
      if (this.#expectedSeq === expectedBefore) this.#expectedSeq = this.#lastSeq;
    };
    try {
      const response = await this.#deps.api.events(session, this.#lastSeq, this.#closed.signal);
      this.#misses = 0;
      if (response.status === 204 || !response.body) {
        dropExpectation();
        return 'ended';
      }
      this.#deps.onState('open');
      const handlers = { onMessage: (m: SseMessage) => this.#accept(m), onRetry: (ms: number) => this.#setRetry(ms) };
      await readSse(response.body, handlers, SILENCE_MS);
      if (this.#lastSeq === before) dropExpectation();
      return 'read';
    } catch (error) {
      const problem = toApiError(error);
      if (isFinal(problem) && !this.#isMoving(problem)) throw problem;
      // Any other failure is transient: a lost network, a restart, a limit on requests.
      return 'broken';
    }
  }
}

/** Thrown into the reader of a stream to end it: another reader takes over. */
class ReaderReplaced extends Error {}

/** The error that a stream ended with, or null. */
async function errorOf(stream: Promise<void>): Promise<unknown> {
  try {
    await stream;
    return null;
  } catch (error) {
    return error;
  }
}
