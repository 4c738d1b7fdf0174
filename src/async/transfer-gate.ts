import type { Place, TransferPool, Waiter } from './transfer-pool.ts';

export interface TransferGateDeps {
  pool: TransferPool;
  /** UNIX milliseconds. */
  now(): number;
}

/** One transfer that has a place. */
export interface Transfer {
  /** Aborted where the transfer has lost its place. */
  readonly signal: AbortSignal;
  /** Accounts for bytes that came into memory, or left it (negative). */
  account(bytes: number): void;
  /** Counts bytes that the other side has sent or taken. */
  moved(bytes: number): void;
  /** Gives the place back. May be called again. */
  end(): void;
}

/** How often a gate with transfers looks at the pool. Milliseconds. */
const lookMs = 500;

/**
 * The way to the pool for the transfers of one object. It bounds how many run at a time, and so how many bytes are in memory for them.
 * Those beyond wait for a while: a page that loads many pictures is served, if later.
 */
export class TransferGate {
  readonly #deps: TransferGateDeps;
  readonly #open = new Map<Place, { abort: AbortController; end: () => void }>();
  readonly #waiting = new Map<Waiter, (transfer: Transfer | null) => void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #bytes = 0;
  #mostBytes = 0;

  constructor(deps: TransferGateDeps) {
    this.#deps = deps;
  }

  /** Bytes in memory for transfers now, and the most there ever were; transfers that have a place. */
  get load(): { bytes: number; mostBytes: number; open: number; waiting: number } {
    return { bytes: this.#bytes, mostBytes: this.#mostBytes, open: this.#open.size, waiting: this.#waiting.size };
  }

  /**
   * Takes a place, as soon as there is one.
   *
   * @param party who is served: places are shared out among parties
   * @returns null where there was none in time
   */
  async enter(party: string): Promise<Transfer | null> {
    const { now, pool } = this.#deps;
    if (this.#waiting.size >= pool.limits.waiting) return null;
    // What is its own is not lost, however long this object was kept from looking.
    this.#renew(now());
    const waiter = pool.join(party, this, now());
    if (waiter === null) return null;
    const { promise, resolve } = Promise.withResolvers<Transfer | null>();
    const timer = setTimeout(() => this.#sendAway(waiter), pool.limits.waitMs);
    this.#waiting.set(waiter, (transfer) => {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
      resolve(transfer);
    });
    this.#timer ??= setInterval(() => this.#look(), lookMs);
    this.#look();
    return promise;
  }

  /** One that has waited for too long: what stands still by now is ended for it, if anything does. */
  #sendAway(waiter: Waiter): void {
    this.#look();
    if (!this.#waiting.has(waiter)) return;
    this.#deps.pool.leave(waiter);
    this.#waiting.get(waiter)?.(null);
    this.#rest();
  }

  /** Ends what has to end, lets in who may come in. */
  #look(): void {
    const { now, pool } = this.#deps;
    const at = now();
    this.#renew(at);
    for (const [waiter, settle] of this.#waiting) {
      if (waiter.isSentAway) settle(null);
      else pool.claim(waiter, at);
    }
    for (const [{ givesWay }, { abort, end }] of this.#open) {
      if (givesWay === null) continue;
      abort.abort(new Error(givesWay));
      end();
    }
    this.#letIn();
    this.#rest();
  }

  #renew(at: number): void {
    this.#deps.pool.renew([...this.#open.keys(), ...this.#waiting.keys()], at);
  }

  #letIn(): void {
    const { now, pool } = this.#deps;
    for (const [waiter, settle] of this.#waiting) {
      const place = waiter.isSentAway ? null : pool.take(waiter, now());
      if (place) settle(this.#transfer(place));
    }
  }

  #transfer(place: Place): Transfer {
    const { now, pool } = this.#deps;
    const abort = new AbortController();
    let bytes = 0;
    const account = (change: number): void => {
      if (!this.#open.has(place)) return;
      bytes += change;
      this.#bytes += change;
      this.#mostBytes = Math.max(this.#mostBytes, this.#bytes);
    };
    const end = (): void => {
      if (!this.#open.delete(place)) return;
      this.#bytes -= bytes;
      pool.giveBack(place);
      // Handed over at once: nobody who comes meanwhile takes it.
      this.#letIn();
      this.#rest();
    };
    this.#open.set(place, { abort, end });
    return { signal: abort.signal, account, moved: (count) => pool.move(place, count, now()), end };
  }

  /** An object without transfers need not stay awake. */
  #rest(): void {
    if (this.#timer === null || this.#open.size > 0 || this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
