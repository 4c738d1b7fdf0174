/** Ticks of the timer per `stallMs`. */
const ticksPerStall = 6;

/**
 * Watches the bytes of one request and aborts it after too long a silence.
 *
 * The SDK swallows pings, so the watchdog observes the bytes below it. A timer checks a few times per limit whether any arrived: the
 * only work per chunk is setting a flag.
 */
export class StallWatchdog {
  /** Aborts with the turn's signal, or after too long a silence. */
  readonly signal: AbortSignal;
  stalled = false;

  #receivedBytes = false;
  #silentTicks = 0;
  #maxSilentTicks: number;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onParent = () => this.#controller.abort(this.#parent.reason);

  /** @param limits milliseconds without a byte: `firstByteMs` before the first one, `stallMs` between two */
  constructor(parent: AbortSignal, limits: { stallMs: number; firstByteMs: number }) {
    this.#parent = parent;
    this.signal = this.#controller.signal;
    parent.addEventListener('abort', this.#onParent);
    const tickMs = Math.max(1, limits.stallMs / ticksPerStall);
    this.#maxSilentTicks = Math.ceil(limits.firstByteMs / tickMs);
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Begins to observe the body. @returns the same response */
  watchBody(response: Response): Response {
    this.#receivedBytes = true;
    this.#maxSilentTicks = ticksPerStall;
    const { body } = response;
    // The SDK iterates over the body: replacing its iterator costs less per chunk than a stream in between.
    if (body)
      Object.defineProperty(body, Symbol.asyncIterator, { value: () => this.#observedChunks(body.getReader()) });
    return response;
  }

  /** Ends the watch of a complete reply. The rest of the body gets `ms` milliseconds to end, so that the connection can be reused. */
  finish(end: Promise<unknown>, ms: number): void {
    this.#stop();
    const timer = setTimeout(() => this.#controller.abort(), ms);
    const done = (): void => clearTimeout(timer);
    end.then(done, done);
  }

  /** Aborts the request: the rest of its answer is not needed. */
  abandon(): void {
    this.#stop();
    this.#controller.abort();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#parent.removeEventListener('abort', this.#onParent);
  }

  #observedChunks(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
    // An aborted fetch fails a pending read, but not in every runtime and not for every kind of body.
    const onAbort = () => void reader.cancel().catch(() => {});
    if (this.signal.aborted) onAbort();
    else this.signal.addEventListener('abort', onAbort);
    return {
      next: async () => {
        const read = await reader.read();
        this.#receivedBytes = true;
        return read.done ? { done: true, value: undefined } : { done: false, value: read.value };
      },
      return: async () => {
        await reader.cancel();
        return { done: true, value: undefined };
      },
    };
  }

  #tick(): void {
    this.#silentTicks = this.#receivedBytes ? 0 : this.#silentTicks + 1;
    this.#receivedBytes = false;
    if (this.#silentTicks < this.#maxSilentTicks) return;
    this.stalled = true;
    this.#controller.abort();
  }
}
