import type { SentEvent, StoredEvent } from './event-log.ts';

const encoder = new TextEncoder();

/** Bytes buffered in a live stream. A reader further behind goes back to reading from SQLite. */
const maxBufferedBytes = 1_000_000;

/** Events per read from SQLite. */
const pageSize = 256;

/** Interval of the heartbeat, an SSE comment line. Milliseconds. */
const heartbeatMs = 10_000;

/** A reader that has read nothing for this long is dropped; it may resume. Milliseconds. */
const stallTimeoutMs = 60_000;

const openingLine = 'retry: 1000\n\n';
const heartbeatLine = ': \n\n';

/** Frames events as server-sent events (HTML Living Standard, 9.2.5). `data` must be one line, as JSON is. */
function sseFrame(events: readonly SentEvent[]): string {
  let text = '';
  for (const { seq, type, data } of events)
    text += `${seq === null ? '' : `id: ${seq}\n`}event: ${type}\ndata: ${data}\n\n`;
  return text;
}

interface Deps {
  /** Durable events after a sequence number. */
  read(after: number, limit: number): StoredEvent[];
  /** The text in flight, as far as it was delivered. */
  inFlight(): SentEvent[];
  /** Whether no turn runs and no prompt is due: streams that have delivered everything are closed. */
  isIdle(): boolean;
  /** A stream whose bytes come out as they are put in; a write is done once its bytes are read. */
  createPipe(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
  now(): number;
}

interface Reader {
  writer: WritableStreamDefaultWriter<Uint8Array>;
  /** The login of the browser that reads; null: none, or not known. */
  login: string | null;
  /** Bytes that were written and not read yet. */
  pendingBytes: number;
  /** The last sequence number written to the stream. */
  cursor: number;
  /** The turn whose `turn_finished` closes the stream; null: it stays open until the session is idle. */
  untilTurn: string | null;
  /** False while the reader catches up from SQLite. */
  live: boolean;
  /** Whether nothing more is written: the stream ends once its reader has read what is pending. */
  closing: boolean;
  /** When the reader last took bytes, UNIX milliseconds. */
  readAt: number;
}

function endsTurn(event: SentEvent, turn: string | null): boolean {
  return turn !== null && event.type === 'turn_finished' && event.data.includes(`"turn":"${turn}"`);
}

/**
 * The open SSE streams of a session: a reader catches up from SQLite, gets the text in flight, then goes live. A reader that
 * falls behind goes back to SQLite, so a slow reader costs no memory and never slows the turn (backpressure).
 */
export class EventStreams {
  readonly #deps: Deps;
  readonly #readers = new Set<Reader>();
  /** Runs while a stream is open, and drops stalled readers: they must not keep the object alive. */
  #heartbeatTimer: ReturnType<typeof setInterval> | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Number of open streams. */
  get size(): number {
    return this.#readers.size;
  }

  /**
   * Opens a stream of events.
   *
   * @param after sequence number of the last event that the reader has
   * @param untilTurn id of the turn whose `turn_finished` ends the stream; null: it ends when the session is idle
   * @param login digest of the login of the browser that reads; null: none
   */
  open(after: number, untilTurn: string | null, login: string | null = null): ReadableStream<Uint8Array> {
    const { readable, writable } = this.#deps.createPipe();
    const writer = writable.getWriter();
    const reader = {
      writer,
      login,
      pendingBytes: 0,
      cursor: after,
      untilTurn,
      live: false,
      closing: false,
      readAt: this.#deps.now(),
    };
    this.#readers.add(reader);
    // Rejected where the reader has gone away.
    writer.closed.catch(() => this.#forget(reader));
    this.#heartbeatTimer ??= setInterval(() => this.heartbeat(), heartbeatMs);
    this.#push(reader, openingLine);
    this.#catchUp(reader);
    return readable;
  }

  /** Writes events to the live streams, framed once for all of them. */
  deliver(events: readonly SentEvent[]): void {
    if (this.#readers.size === 0) return;
    const frame = sseFrame(events);
    const stored = events.filter((event) => event.seq !== null);
    const first = stored[0]?.seq;
    for (const reader of [...this.#readers]) {
      if (!reader.live) continue;
      if (reader.pendingBytes > maxBufferedBytes) {
        reader.live = false;
        continue;
      }
      if (first !== undefined && reader.cursor !== first - 1) {
        // The stream was opened at an event that was not durable yet.
        reader.live = false;
        this.#catchUp(reader);
        continue;
      }
      const end = reader.untilTurn === null ? -1 : events.findIndex((event) => endsTurn(event, reader.untilTurn));
      this.#push(reader, end === -1 ? frame : sseFrame(events.slice(0, end + 1)));
      reader.cursor = stored.at(-1)?.seq ?? reader.cursor;
      if (end !== -1) this.#close(reader);
    }
    // An event outside turns ends no turn, whose end would close the streams that were waiting for it.
    if (first !== undefined && this.#deps.isIdle()) this.closeIdle();
  }

  /** When the session is idle, closes the streams that have delivered everything. */
  closeIdle(): void {
    for (const reader of [...this.#readers]) {
      if (reader.live) this.#catchUp(reader);
    }
  }

  /** Writes the heartbeat to each live stream and drops stalled readers. */
  heartbeat(): void {
    for (const reader of [...this.#readers]) {
      if (reader.live) this.#push(reader, heartbeatLine);
      const behind = !reader.live || reader.pendingBytes > 0;
      if (!behind) reader.readAt = this.#deps.now();
      else if (this.#deps.now() - reader.readAt > stallTimeoutMs) this.#drop(reader);
    }
  }

  /** Ends all streams: the session is being deleted. */
  closeAll(): void {
    for (const reader of [...this.#readers]) this.#close(reader);
  }

  /** Ends the streams of these logins, and those of which no login is known. What was written before is still read. */
  closeLogins(logins: readonly string[]): void {
    for (const reader of [...this.#readers])
      if (reader.login === null || logins.includes(reader.login)) this.#close(reader);
  }

  #catchUp(reader: Reader): void {
    const events = this.#deps.read(reader.cursor, pageSize);
    if (events.length === 0) {
      if (!reader.live) {
        reader.live = true;
        const inFlight = this.#deps.inFlight();
        if (inFlight.length > 0) this.#push(reader, sseFrame(inFlight));
      }
      if (reader.untilTurn === null && this.#deps.isIdle()) this.#close(reader);
      return;
    }
    const end = events.findIndex((event) => endsTurn(event, reader.untilTurn));
    this.#push(reader, sseFrame(end === -1 ? events : events.slice(0, end + 1)));
    reader.cursor = events.at(-1)?.seq ?? reader.cursor;
    if (end !== -1) this.#close(reader);
  }

  #push(reader: Reader, frame: string): void {
    const bytes = encoder.encode(frame);
    reader.pendingBytes += bytes.byteLength;
    reader.writer.write(bytes).then(
      () => this.#onRead(reader, bytes.byteLength),
      () => this.#forget(reader),
    );
  }

  #onRead(reader: Reader, bytes: number): void {
    reader.pendingBytes -= bytes;
    reader.readAt = this.#deps.now();
    if (!reader.live && !reader.closing && reader.pendingBytes === 0 && this.#readers.has(reader))
      this.#catchUp(reader);
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#heartbeatTimer === null) return;
    clearInterval(this.#heartbeatTimer);
    this.#heartbeatTimer = null;
  }

  #drop(reader: Reader): void {
    this.#forget(reader);
    reader.writer.abort(new Error('The reader stopped reading.')).catch(() => undefined);
  }

  /** A reader is known until it has read the end: one that never does is dropped. */
  #close(reader: Reader): void {
    if (reader.closing) return;
    reader.closing = true;
    reader.live = false;
    const forget = (): void => this.#forget(reader);
    reader.writer.close().then(forget, forget);
  }
}
