/** Places of several gates together: those of all objects of one isolate, which share its memory. */
export interface SharedPlaces {
  open: number;
  readonly most: number;
}

export interface TransferLimits {
  /** Transfers at a time. */
  most: number;
  /** Transfers that may wait for a place. */
  waiting: number;
  /** Milliseconds that one waits. */
  waitMs: number;
  /** Milliseconds without progress after which a transfer loses its place to one that waits. */
  stallMs: number;
}

export interface TransferGateDeps {
  limits: TransferLimits;
  shared: SharedPlaces;
  /** UNIX milliseconds. */
  now(): number;
}

/** One transfer that has a place. */
export interface Transfer {
  /** Aborted where the transfer has lost its place. */
  readonly signal: AbortSignal;
  /** Accounts for bytes that came into memory, or left it (negative). */
  account(bytes: number): void;
  /** Gives the place back. May be called again. */
  end(): void;
}

/**
 * Bounds the transfers of large contents: how many run at a time, and so how many bytes are in memory for them. Those beyond wait for a
 * while: a page that loads many pictures is served, if later, and a reader that never reads keeps its place only until another wants it.
 */
export class TransferGate {
  readonly #deps: TransferGateDeps;
  /** In the order of their last progress. */
  readonly #open = new Map<object, { at: number; abort: AbortController; end: () => void }>();
  readonly #waiting = new Set<(transfer: Transfer | null) => void>();
  #bytes = 0;
  #mostBytes = 0;

  constructor(deps: TransferGateDeps) {
    this.#deps = deps;
  }

  /** Bytes in memory for transfers now, and the most there ever were; transfers that have a place. */
  get load(): { bytes: number; mostBytes: number; open: number; waiting: number } {
    return { bytes: this.#bytes, mostBytes: this.#mostBytes, open: this.#open.size, waiting: this.#waiting.size };
  }

  /** Takes a place, as soon as there is one. @returns null where there was none in time */
  async enter(): Promise<Transfer | null> {
    if (!this.#hasPlace()) this.#endStalled();
    return this.#hasPlace() ? this.#take() : this.#placeInTime();
  }

  #hasPlace(): boolean {
    const { limits, shared } = this.#deps;
    return this.#open.size < limits.most && shared.open < shared.most;
  }

  #placeInTime(): Promise<Transfer | null> {
    const { waiting, waitMs } = this.#deps.limits;
    if (this.#waiting.size >= waiting) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#endStalled();
        if (this.#waiting.has(settle)) settle(this.#hasPlace() ? this.#take() : null);
      }, waitMs);
      const settle = (transfer: Transfer | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve(transfer);
      };
      this.#waiting.add(settle);
    });
  }

  #take(): Transfer {
    const { now, shared } = this.#deps;
    const key = {};
    const abort = new AbortController();
    let bytes = 0;
    const account = (change: number): void => {
      if (!this.#open.has(key)) return;
      bytes += change;
      this.#bytes += change;
      this.#mostBytes = Math.max(this.#mostBytes, this.#bytes);
      this.#open.delete(key);
      this.#open.set(key, { at: now(), abort, end });
    };
    const end = (): void => {
      if (!this.#open.delete(key)) return;
      this.#bytes -= bytes;
      shared.open -= 1;
      const [next] = this.#waiting;
      // Handed over at once: nobody who comes meanwhile takes it.
      if (next && this.#hasPlace()) next(this.#take());
    };
    this.#open.set(key, { at: now(), abort, end });
    shared.open += 1;
    return { signal: abort.signal, account, end };
  }

  /** Takes its place from the transfer that has been stalled for longest. */
  #endStalled(): void {
    const [oldest] = this.#open.values();
    if (!oldest || this.#deps.now() - oldest.at < this.#deps.limits.stallMs) return;
    oldest.abort.abort(new Error('The transfer made no progress.'));
    oldest.end();
  }
}
