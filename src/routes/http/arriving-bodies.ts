import { type Transfer, TransferGate } from '../../async/transfer-gate.ts';
import { TransferPool } from '../../async/transfer-pool.ts';
import { unlessAborted } from '../../async/unless-aborted.ts';
import { withDeadline } from '../../async/with-deadline.ts';
import { ProblemError } from '../../protocol/problems.ts';

/** Time limit for the body of a call, from its head to its end. Milliseconds. */
const arrivalMs = 30_000;

/** Bytes that all bodies without a place may take in an isolate. */
const withoutPlaceBytes = 8 * 1024 * 1024;

/** Bytes that a chunk counts for at least: it costs some memory however small it is. */
const leastOfChunk = 4 * 1024;

/** Seconds after which a refused call may be repeated. */
const retryAfter = 5;

/** A body that is arriving without a place. */
interface Arrival {
  bytes: number;
  /** When it has arrived or failed at the latest. UNIX milliseconds. */
  until: number;
}

/** The sender of a body. */
export interface Sender {
  /** Places are shared out among parties. */
  party: string;
  /** Bytes, by the call's head. */
  announced: number;
}

/**
 * The bodies of calls on their way into an isolate, whose memory of 128 MB is one. Senders may stand still, a thousand of them: bodies that
 * arrive in pieces share a number of bytes, and beyond that need a place each. One that is there with its first piece is not counted.
 */
export class ArrivingBodies {
  /** A body, of at most 256 KiB, has a place of its own. */
  readonly #places = new TransferPool({
    most: 32,
    mostOfParty: 8,
    mostOfGate: 1,
    waiting: 1,
    waitingAtAll: 64,
    waitMs: 10_000,
    graceMs: 5_000,
    stallMs: 5_000,
    minRate: 4 * 1024,
    leaseMs: 5_000,
  });
  /** In the order in which they began. */
  readonly #withoutPlace = new Set<Arrival>();
  #bytes = 0;

  /** Bytes of bodies without a place. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Reads a body piece by piece.
   *
   * @param take called with each piece; false: break off
   * @throws ProblemError `busy` where it does not arrive in time, has to give way to others, or gets no place
   */
  async read(
    body: ReadableStream<Uint8Array>,
    { party, announced }: Sender,
    take: (piece: Uint8Array) => boolean,
  ): Promise<void> {
    const reader = body.getReader();
    const arrival: Arrival = { bytes: 0, until: Number.POSITIVE_INFINITY };
    const open: { transfer: Transfer | null; signal: AbortSignal | null; isRead: boolean } = {
      transfer: null,
      signal: null,
      isRead: false,
    };
    try {
      await withDeadline(arrivalMs, async (deadline) => {
        open.signal = deadline;
        for (let size = 0; ; ) {
          const { done, value } = await unlessAborted(reader.read(), open.signal);
          open.isRead = done;
          if (done) return;
          size += value.byteLength;
          if (!take(value)) return;
          if (size === announced) continue;
          if (!open.transfer && !this.#hasRoom(arrival, value.byteLength)) {
            open.transfer = await this.#enter(party);
            open.signal = AbortSignal.any([deadline, open.transfer.signal]);
            this.#forget(arrival);
          }
          open.transfer?.moved(value.byteLength);
        }
      });
    } catch (error) {
      throw open.signal?.aborted ? busy('This call did not arrive in time.') : error;
    } finally {
      this.#forget(arrival);
      open.transfer?.end();
      if (!open.isRead) reader.cancel().catch(() => undefined);
    }
  }

  /** Counts a piece, if it needs no place. */
  #hasRoom(arrival: Arrival, pieceBytes: number): boolean {
    const bytes = Math.max(pieceBytes, leastOfChunk);
    const now = Date.now();
    if (this.#bytes + bytes > withoutPlaceBytes) this.#forgetLost(now);
    if (this.#bytes + bytes > withoutPlaceBytes) return false;
    if (!this.#withoutPlace.has(arrival)) arrival.until = now + arrivalMs;
    this.#withoutPlace.add(arrival);
    arrival.bytes += bytes;
    this.#bytes += bytes;
    return true;
  }

  #forget(arrival: Arrival): void {
    if (this.#withoutPlace.delete(arrival)) this.#bytes -= arrival.bytes;
  }

  /** An invocation whose client goes away may be ended without a word. */
  #forgetLost(now: number): void {
    for (const arrival of this.#withoutPlace) {
      if (arrival.until > now) return;
      this.#forget(arrival);
    }
  }

  /** @throws ProblemError `busy` */
  async #enter(party: string): Promise<Transfer> {
    // A gate of its own: an invocation of a Worker must not touch what belongs to another.
    const transfer = await new TransferGate({ pool: this.#places, now: Date.now }).enter(party);
    if (!transfer) throw busy('Too much is arriving at the moment.');
    return transfer;
  }
}

const busy = (detail: string): ProblemError =>
  new ProblemError('busy', `${detail} Try again in ${retryAfter} seconds.`, { reason: 'call', retryAfter });
