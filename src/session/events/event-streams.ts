import type { StoredEvent } from './event-log.ts';

const encoder = new TextEncoder();

/** Bytes that may wait in a live stream; a reader that is further behind is fed from SQLite when it asks again. */
const maxAheadBytes = 1_000_000;

/** Events read from SQLite at a time. */
const pageSize = 256;

/** Time between two comment lines of an open stream. Milliseconds. */
const heartbeatMs = 10_000;

/** A reader that took nothing for so long is dropped; it may resume. Milliseconds. */
const stalledMs = 60_000;

const firstLine = encoder.encode('retry: 1000\n\n');
const heartbeatLine = encoder.encode(': \n\n');

/** One event as the SSE format frames it (HTML Living Standard, 9.2.5): `data` is one line of JSON. */
export function frame(events: readonly StoredEvent[]): Uint8Array {
  let text = '';
  for (const event of events) text += `id: ${event.seq}\nevent: ${event.type}\ndata: ${event.data}\n\n`;
  return encoder.encode(text);
}

interface Source {
  /** Durable events after a sequence number. */
  read(after: number, limit: number): StoredEvent[];
  /** True where nothing runs and nothing is queued: streams that have given all are closed. */
  idle(): boolean;
  now(): number;
}

interface Reader {
  controller: ReadableByteStreamController;
  /** The last sequence number that was handed over. */
  cursor: number;
  /** A turn whose end is the end of this stream, or null for one that goes on while the session is busy. */
  until: string | null;
  /** False while the reader catches up from SQLite. */
  live: boolean;
  /** When it was last known to read, UNIX milliseconds. */
  readAt: number;
}

function endsTurn(event: StoredEvent, turn: string | null): boolean {
  return turn !== null && event.type === 'turn_finished' && event.data.includes(`"turn":"${turn}"`);
}

/**
 * The open SSE streams of a session. Each is pulled by its reader: it catches up from SQLite, then goes live; one that falls behind
 * goes back to SQLite, so a slow reader costs no memory and never slows the turn.
 */
export class EventStreams {
  readonly #source: Source;
  readonly #readers = new Set<Reader>();
  /** Runs while a stream is open: a reader that never reads is not to keep the object alive. */
  #heart: ReturnType<typeof setInterval> | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Streams that are open. */
  get size(): number {
    return this.#readers.size;
  }

  /**
   * Opens a stream of the events after `after`.
   *
   * @param until id of the turn with whose `turn_finished` the stream ends; null: it ends when the session is idle
   */
  open(after: number, until: string | null): ReadableStream<Uint8Array> {
    let reader: Reader | undefined;
    return new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        controller.enqueue(firstLine.slice());
        reader = { controller, cursor: after, until, live: false, readAt: this.#source.now() };
        this.#readers.add(reader);
        this.#heart ??= setInterval(() => this.heartbeat(), heartbeatMs);
      },
      pull: () => {
        if (!reader) return;
        reader.readAt = this.#source.now();
        this.#catchUp(reader);
      },
      cancel: () => {
        if (reader) this.#forget(reader);
      },
    });
  }

  /** Hands events to the live streams: encoded once for all. */
  deliver(events: readonly StoredEvent[]): void {
    const bytes = this.#readers.size > 0 ? frame(events) : undefined;
    const first = events[0]?.seq;
    const last = events.at(-1)?.seq;
    if (bytes === undefined || first === undefined || last === undefined) return;
    for (const reader of [...this.#readers]) {
      if (!reader.live) continue;
      if ((reader.controller.desiredSize ?? 0) < -maxAheadBytes) {
        reader.live = false;
        continue;
      }
      if (reader.cursor !== first - 1) {
        // It was opened at an event that was not durable yet.
        this.#catchUp(reader);
        continue;
      }
      const end = events.findIndex((event) => endsTurn(event, reader.until));
      this.#push(reader, end === -1 ? bytes.slice() : frame(events.slice(0, end + 1)));
      reader.cursor = last;
      if (end !== -1) this.#close(reader);
    }
  }

  /** Closes the streams that have given all there is, when the session is idle. */
  closeIdle(): void {
    for (const reader of [...this.#readers]) {
      if (reader.live) this.#catchUp(reader);
    }
  }

  /** Writes a comment line to each live stream, and drops readers that have stopped reading. */
  heartbeat(): void {
    for (const reader of [...this.#readers]) {
      if (reader.live) this.#push(reader, heartbeatLine.slice());
      const behind = !reader.live || (reader.controller.desiredSize ?? 0) < 0;
      if (!behind) reader.readAt = this.#source.now();
      else if (this.#source.now() - reader.readAt > stalledMs) this.#drop(reader);
    }
  }

  /** Ends all streams, for a session that is deleted. */
  closeAll(): void {
    for (const reader of [...this.#readers]) this.#close(reader);
  }

  #catchUp(reader: Reader): void {
    const events = this.#source.read(reader.cursor, pageSize);
    if (events.length === 0) {
      reader.live = true;
      if (reader.until === null && this.#source.idle()) this.#close(reader);
      return;
    }
    const end = events.findIndex((event) => endsTurn(event, reader.until));
    this.#push(reader, frame(end === -1 ? events : events.slice(0, end + 1)));
    reader.cursor = events.at(-1)?.seq ?? reader.cursor;
    if (end !== -1) this.#close(reader);
  }

  #push(reader: Reader, bytes: Uint8Array): void {
    try {
      reader.controller.enqueue(bytes);
    } catch {
      this.#forget(reader);
    }
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#heart === null) return;
    clearInterval(this.#heart);
    this.#heart = null;
  }

  #drop(reader: Reader): void {
    this.#forget(reader);
    try {
      reader.controller.error(new Error('The reader stopped reading.'));
    } catch {
      // It was closed already.
    }
  }

  #close(reader: Reader): void {
    this.#forget(reader);
    try {
      reader.controller.close();
    } catch {
      // It was closed already.
    }
  }
}
