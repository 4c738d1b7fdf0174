/**
 * Watches the bytes of one request and aborts it when none come for too long.
 *
 * The SDK drops pings before its caller could see them, so the bytes are counted below it. A timer looks a few times per limit whether
 * any came in between: nothing is done per chunk but setting a flag.
 */
export class StallWatchdog {
  /** Aborts with the turn's signal, or when nothing came for too long. */
  readonly signal: AbortSignal;
  stalled = false;

  #alive = false;
  #silentLooks = 0;
  #looksAllowed: number;
  readonly #looksBetween: number;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onParent = () => this.#controller.abort(this.#parent.reason);

  /** @param limits milliseconds without a byte: before the first one, and between two */
  constructor(parent: AbortSignal, limits: { stallMs: number; firstByteMs: number }) {
    this.#parent = parent;
    this.signal = this.#controller.signal;
    parent.addEventListener('abort', this.#onParent, { once: true });
    const lookMs = Math.max(1, limits.stallMs / 6);
    this.#looksBetween = 6;
    this.#looksAllowed = Math.ceil(limits.firstByteMs / lookMs);
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** The same answer, with its bytes counted while they are read. */
  listen(response: Response): Response {
    this.#alive = true;
    this.#looksAllowed = this.#looksBetween;
    const { body, ok } = response;
    if (!body || !ok) return response;
    // The SDK iterates over the body: an iterator of our own on it costs less per chunk than a stream in between.
    Object.defineProperty(body, Symbol.asyncIterator, { value: () => this.#counted(body.getReader()) });
    return response;
  }

  /** The reply is whole: what is left of the body has `ms` milliseconds to end by itself, so that the connection can be used again. */
  finish(end: Promise<unknown>, ms: number): void {
    this.#stop();
    const timer = setTimeout(() => this.#controller.abort(), ms);
    const done = (): void => clearTimeout(timer);
    end.then(done, done);
  }

  /** Nobody wants what may still come of the request. */
  abandon(): void {
    this.#stop();
    this.#controller.abort();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#parent.removeEventListener('abort', this.#onParent);
  }

  #counted(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterator<Uint8Array> {
    // An aborted fetch fails the read that waits, but not in every runtime and not for every kind of body.
    const onAbort = () => void reader.cancel().catch(() => {});
    this.signal.addEventListener('abort', onAbort, { once: true });
    return {
      next: async () => {
        const read = await reader.read();
        this.#alive = true;
        return read.done ? { done: true, value: undefined } : { done: false, value: read.value };
      },
      return: async () => {
        await reader.cancel();
        return { done: true, value: undefined };
      },
    };
  }

  #look(): void {
    this.#silentLooks = this.#alive ? 0 : this.#silentLooks + 1;
    this.#alive = false;
    if (this.#silentLooks < this.#looksAllowed) return;
    this.stalled = true;
    this.#controller.abort();
  }
}
