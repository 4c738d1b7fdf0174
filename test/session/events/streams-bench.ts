import type { SentEvent, StoredEvent } from '../../../src/session/events/event-log.ts';
import { EventStreams } from '../../../src/session/events/event-streams.ts';

/** A log in memory, and the streams over it. */
export class StreamsBench {
  readonly log: StoredEvent[] = [];
  inFlight: SentEvent[] = [];
  idle = false;
  now = 0;
  reads = 0;
  readonly streams = new EventStreams({
    read: (after, limit) => {
      this.reads++;
      return this.log.filter(({ seq }) => seq > after).slice(0, limit);
    },
    inFlight: () => this.inFlight,
    isIdle: () => this.idle,
    createPipe: () => new TransformStream<Uint8Array, Uint8Array>(),
    now: () => this.now,
  });

  /** Appends events to the log without delivering them, as `emit` does. */
  store(
    count: number,
    make: (seq: number) => Omit<StoredEvent, 'seq'> = () => ({ type: 'text', data: '{}' }),
  ): StoredEvent[] {
    const events = Array.from({ length: count }, (_, index) => {
      const seq = this.log.length + index + 1;
      return { seq, ...make(seq) };
    });
    this.log.push(...events);
    return events;
  }

  /** Sends text in flight. */
  say(delta: string): void {
    const event: SentEvent = { seq: null, type: 'text', data: JSON.stringify({ delta }) };
    this.inFlight.push(event);
    this.streams.deliver([event]);
  }

  emit(count = 1, make?: (seq: number) => Omit<StoredEvent, 'seq'>): void {
    this.streams.deliver(this.store(count, make));
  }
}

/** Reads a stream chunk by chunk, as a client does. */
export class StreamClient {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  text = '';
  ended: 'closed' | 'failed' | null = null;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  }

  /** The texts that came without an id. */
  get said(): string[] {
    const frames = this.text.split('\n\n').filter((frame) => frame.startsWith('event: text'));
    return frames.map((frame) => (JSON.parse(frame.slice(frame.indexOf('data: ') + 6)) as { delta: string }).delta);
  }

  /** Reads one chunk. */
  async take(): Promise<void> {
    try {
      const { done, value } = await this.#reader.read();
      if (done) this.ended = 'closed';
      else this.text += new TextDecoder().decode(value);
    } catch {
      this.ended = 'failed';
    }
  }

  /** Reads until the stream ends. */
  async drain(): Promise<void> {
    while (this.ended === null) await this.take();
  }

  /** Reads until the given event. */
  async until(seq: number): Promise<void> {
    while (this.ended === null && (this.ids.at(-1) ?? 0) < seq) await this.take();
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
