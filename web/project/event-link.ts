import * as v from 'valibot';
import { parseEvent, type RedrawEvent } from '../../src/protocol/events.ts';
import type { ChatRequest } from '../../src/protocol/requests.ts';
import type { Api } from '../api/api.ts';
import { ApiError, toApiError } from '../api/api-error.ts';
import { readSse, type SseMessage } from '../api/sse.ts';

/** The server writes at least a comment every 10 s while a turn runs. */
const SILENCE_MS = 35_000;
const LONGEST_WAIT_MS = 15_000;
const DEFAULT_RETRY_MS = 1000;

export type LinkState =
  /** Nothing runs; no connection is open. */
  | 'idle'
  | 'open'
  /** The connection broke and is being made again. */
  | 'reconnecting';

/** What the stream needs of its surroundings, so that a test can hold it. */
export interface LinkWorld {
  /** Resolves after so many milliseconds, or earlier when the network comes back; rejects when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

export interface EventLinkDeps {
  api: Api;
  /** Null until the first `session` event of a new project has named it. */
  session: string | null;
  world: LinkWorld;
  onEvent(event: RedrawEvent): void;
  onState(state: LinkState): void;
  /** Reading was given up: the session is not there, or not ours. */
  onLost(error: ApiError): void;
  /** Whether more is to come: a turn runs, or prompts wait. */
  isBusy(): boolean;
}

export type Sent = { kind: 'streaming' } | { kind: 'queued'; position: number };

/** How one stream ended: by the server, by a broken connection, or there was none to read (204). */
type Outcome = 'read' | 'broken' | 'ended';

const Queued = v.looseObject({ position: v.number() });

/**
 * The one reader of a session's event log.
 *
 * At any time at most one stream is read. What `POST /api/chat` streams is read where it follows on what is known; else its
 * connection is let go (the turn outlives it) and the log is read from the last known event on, so that nothing is missed.
 */
export class EventLink {
  #options: EventLinkDeps;
  #session: string | null;
  #closed = new AbortController();
  #last = 0;
  #wanted = 0;
  #retryMs = DEFAULT_RETRY_MS;
  #reading: Promise<void> | null = null;

  constructor(options: EventLinkDeps) {
    this.#options = options;
    this.#session = options.session;
  }

  /** The newest sequence number that was received. */
  get last(): number {
    return this.#last;
  }

  get session(): string | null {
    return this.#session;
  }

  /**
   * Sends a prompt. Resolves once its first event has been read, or it was queued; the rest of the stream is read on.
   *
   * @throws ApiError
   */
  async send(request: ChatRequest): Promise<Sent> {
    const response = await this.#options.api.chat(request, this.#closed.signal);
    if (response.status === 202) {
      const answer = v.safeParse(Queued, await response.json());
      this.follow(this.#last + 1);
      return { kind: 'queued', position: answer.success ? answer.output.position : 0 };
    }
    if (!response.body) throw new ApiError('unreadable', 'The answer had no stream.');
    await this.#readTurn(response.body);
    return { kind: 'streaming' };
  }

  /**
   * Reads on from the last known event, unless a reader is at it already, until nothing more is to come.
   *
   * @param wanted a sequence number that is known to exist
   */
  follow(wanted = 0): void {
    this.#wanted = Math.max(this.#wanted, wanted);
    if (this.#reading || this.#closed.signal.aborted) return;
    this.#startReading(null);
  }

  /** Resolves when no stream is read any more. */
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
          first = false;
          resolve();
          const follows = !this.#reading && (this.#session === null || message.id === this.#last + 1);
          if (!follows) {
            this.follow(message.id);
            throw new LetGo();
          }
          this.#startReading(stream);
        }
        this.#take(message);
      };
      const stream = readSse(body, { onMessage, onRetry: (ms) => this.#setRetry(ms) }, SILENCE_MS);
      stream.then(
        () => reject(new ApiError('unreadable', 'The answer broke off before it began.')),
        (error) => reject(toApiError(error)),
      );
    });
  }

  #setRetry(ms: number): void {
    this.#retryMs = ms;
  }

  #take(message: SseMessage): void {
    if (message.id <= this.#last) return;
    this.#last = message.id;
    const event = parseEvent(message.id, message.type, message.data);
    if (!event) return;
    if (event.type === 'session') this.#session = event.data.session;
    this.#options.onEvent(event);
  }

  #startReading(stream: Promise<void> | null): void {
    this.#options.onState('open');
    const reading = this.#readOn(stream)
      .catch((error: unknown) => {
        if (!this.#closed.signal.aborted) this.#options.onLost(toApiError(error));
      })
      .finally(() => {
        this.#reading = null;
        if (!this.#closed.signal.aborted) this.#options.onState('idle');
      });
    this.#reading = reading;
  }

  /** Reads streams one after the other until nothing more is to come. */
  async #readOn(stream: Promise<void> | null): Promise<void> {
    if (stream) {
      const broken = await outcomeOf(stream);
      if (broken && this.#session === null) throw broken;
    }
    let failures = 0;
    let outcome: Outcome | null = null;
    while (!this.#closed.signal.aborted) {
      const asked = outcome !== null || stream !== null;
      if (asked && outcome !== 'broken' && !this.#isExpecting()) return;
      if (failures > 0) {
        this.#options.onState('reconnecting');
        await this.#pause(failures);
      }
      const before = this.#last;
      outcome = await this.#readOnce();
      if (outcome === 'ended' && this.#wanted <= this.#last) return;
      failures = this.#last > before || outcome === 'ended' ? 0 : failures + 1;
    }
  }

  #isExpecting(): boolean {
    return this.#options.isBusy() || this.#wanted > this.#last;
  }

  async #readOnce(): Promise<Outcome> {
    const session = this.#session;
    if (session === null) return 'ended';
    const before = this.#last;
    const hoped = this.#wanted;
    // There is no more, whatever was hoped for when it was asked. What was told of since then may have come too late for the answer.
    const giveUp = () => {
      if (this.#wanted === hoped) this.#wanted = this.#last;
    };
    try {
      const response = await this.#options.api.events(session, this.#last, this.#closed.signal);
      if (response.status === 204 || !response.body) {
        giveUp();
        return 'ended';
      }
      this.#options.onState('open');
      const handlers = { onMessage: (m: SseMessage) => this.#take(m), onRetry: (ms: number) => this.#setRetry(ms) };
      await readSse(response.body, handlers, SILENCE_MS);
      if (this.#last === before) giveUp();
      return 'read';
    } catch (error) {
      if (this.#closed.signal.aborted) return 'ended';
      const problem = toApiError(error);
      if (isFinal(problem)) throw problem;
      // Any other failure passes: a lost network, a restart, a limit on requests.
      return 'broken';
    }
  }

  async #pause(failures: number): Promise<void> {
    const full = Math.min(LONGEST_WAIT_MS, this.#retryMs * 2 ** (failures - 1));
    await this.#options.world.wait(full * (0.5 + this.#options.world.random() / 2), this.#closed.signal);
  }
}

/** Thrown into the reader of a stream that another reader replaces. */
class LetGo extends Error {}

async function outcomeOf(stream: Promise<void>): Promise<unknown> {
  try {
    await stream;
    return null;
  } catch (error) {
    return error;
  }
}

/** Whether asking again is no use. */
function isFinal(error: ApiError): boolean {
  return error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}
