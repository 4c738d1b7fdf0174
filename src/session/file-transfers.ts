import { streamPieces } from '../async/stream-pieces.ts';
import { type Transfer, TransferGate } from '../async/transfer-gate.ts';
import { type TransferLimits, TransferPool } from '../async/transfer-pool.ts';
import { unlessAborted } from '../async/unless-aborted.ts';
import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { FileEntry } from '../protocol/resources.ts';
import type { SnapshotPieces } from '../workspace/export-zip.ts';
import type { StagedBlob, StoredContent } from '../workspace/staged-blob.ts';
import { busy } from '../workspace/storage-quota.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { unknownCaller } from './caller.ts';

/** Bytes up to which a body is sent whole, and received without a place: it costs no more memory than JSON would. */
const wholeBytes = 256 * 1024;

/** Bytes that all bodies without a place may take in an isolate. Beyond that, small ones need a place, too. */
const withoutPlaceBytes = 16 * 1024 * 1024;

/** Of all sessions of an isolate, whose memory of 128 MB is one. Each transfer has about one piece of 1 MiB in it. */
const limitsOfIsolate = (most: number): TransferLimits => ({
  most,
  mostOfParty: most / 2,
  mostOfGate: 16,
  waiting: 256,
  waitingAtAll: 1024,
  waitMs: 10_000,
  graceMs: 5_000,
  stallMs: 30_000,
  minRate: 64 * 1024,
  leaseMs: 15_000,
});

/** What the sessions of an isolate share. */
export interface IsolateMemory {
  downloads: TransferPool;
  uploads: TransferPool;
  /** Bytes of bodies that arrive without a place. */
  withoutPlace: number;
}

export const newIsolateMemory = (): IsolateMemory => ({
  downloads: new TransferPool(limitsOfIsolate(48)),
  uploads: new TransferPool(limitsOfIsolate(32)),
  withoutPlace: 0,
});

const isolate = newIsolateMemory();

/** The content of a file on its way to who asked for it. */
export interface FileAnswer {
  body: ReadableStream<Uint8Array> | Uint8Array;
  bytes: number;
  hash: string;
}

export interface FileTransfersDeps {
  workspace: Workspace;
  /** The project's owner, with whom it shares a part of the isolate. */
  owner(): string;
  createPipe(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
  now(): number;
  /** That of this isolate by default. */
  memory?: IsolateMemory;
}

/** File contents on their way in and out of a session: in pieces, so that none is in memory as a whole, and a bounded number at a time. */
export class FileTransfers {
  readonly #deps: FileTransfersDeps;
  readonly #memory: IsolateMemory;
  readonly downloads: TransferGate;
  readonly uploads: TransferGate;
  readonly #underWay = new Set<UnderWay>();

  constructor(deps: FileTransfersDeps) {
    this.#deps = deps;
    const { now, memory = isolate } = deps;
    this.#memory = memory;
    this.downloads = new TransferGate({ pool: memory.downloads, now });
    this.uploads = new TransferGate({ pool: memory.uploads, now });
  }

  /**
   * The bytes of a file from `start` to `end` (exclusive), as they were at the call.
   *
   * @param login digest of the login that they are sent to; null: none; undefined: no login is needed
   * @throws ProblemError `busy` where they are many, and too many others are being sent
   */
  send(
    file: Pick<FileEntry, 'hash'>,
    start: number,
    end: number,
    login?: string | null,
  ): Promise<ReadableStream<Uint8Array>> | Uint8Array {
    if (end - start <= wholeBytes) return this.#deps.workspace.blobs.part(file.hash, start, end);
    return this.#stream(this.#deps.workspace.readPieces(file, start, end), login);
  }

  /** The files as a zip, as they were at the call. @param login as in `send` @throws ProblemError `busy` */
  sendZip(login: string | null): Promise<ReadableStream<Uint8Array>> {
    return this.#stream(this.#deps.workspace.exportZip(), login);
  }

  /** Breaks off what these logins send and get, and what began before a sign-in. */
  closeLogins(logins: readonly string[]): void {
    for (const { login, abort } of this.#underWay)
      if (login === null || (login !== undefined && logins.includes(login))) abort.abort(unknownCaller());
  }

  /**
   * Stores a body as it arrives. A refused one is read on, up to twice the size that a file may have: a client that is still sending would see a
   * broken connection instead of the refusal. Nothing is left of one that does not arrive as a whole.
   *
   * @param path of the file that it is for
   * @param login digest of the login that sends it; null: none
   * @param confirm called once it has arrived. Throws where it is not to be stored
   * @returns the stored content, which is held until `release` is called
   * @throws ProblemError `busy`, `payload_too_large`, `not_found` where the login has ended meanwhile
   */
  async receive(
    path: string,
    body: ReadableStream<Uint8Array> | null,
    login: string | null,
    confirm: () => Promise<void>,
  ): Promise<{ content: StoredContent; release: () => void }> {
    const { blobs, quota } = this.#deps.workspace;
    const staged = blobs.stage();
    const underWay = { login, abort: new AbortController() };
    const memory = new BodyMemory(staged, this.#memory, async () => {
      const transfer = await this.uploads.enter(this.#deps.owner());
      if (!transfer) throw busy();
      transfer.signal.addEventListener('abort', () => underWay.abort.abort(busy()), { once: true });
      return transfer;
    });
    this.#underWay.add(underWay);
    try {
      if (body) await readInto(body, staged, memory, quota.arrival(path, staged), underWay.abort.signal);
      if (staged.bytes > limits.fileBytes)
        throw new ProblemError('payload_too_large', `The body may have ${limits.fileBytes} bytes.`, {
          reason: 'body',
          limit: limits.fileBytes,
        });
      await confirm();
      const content = staged.finish();
      return { content, release: blobs.hold([content.hash]) };
    } finally {
      staged.discard();
      memory.end();
      this.#underWay.delete(underWay);
    }
  }

  async #stream({ pieces, release }: SnapshotPieces, login?: string | null): Promise<ReadableStream<Uint8Array>> {
    const underWay = { login, abort: new AbortController() };
    this.#underWay.add(underWay);
    const end = (): void => {
      this.#underWay.delete(underWay);
      release();
    };
    const transfer = await this.downloads.enter(this.#deps.owner());
    if (transfer) {
      const signal = AbortSignal.any([transfer.signal, underWay.abort.signal]);
      return streamPieces(pieces, this.#deps.createPipe(), { ...transfer, signal }, end);
    }
    end();
    throw busy();
  }
}

/** A transfer that may have to end with a login. */
interface UnderWay {
  login: string | null | undefined;
  abort: AbortController;
}

/** What one body takes of the isolate's memory: without a place at first, with one as soon as it is large. */
class BodyMemory {
  readonly #staged: StagedBlob;
  readonly #memory: IsolateMemory;
  readonly #enter: () => Promise<Transfer>;
  #transfer: Transfer | null = null;
  #counted = 0;

  constructor(staged: StagedBlob, memory: IsolateMemory, enter: () => Promise<Transfer>) {
    this.#staged = staged;
    this.#memory = memory;
    this.#enter = enter;
  }

  /** Makes room for bytes that come next. @throws ProblemError `busy` */
  async admit(bytes: number): Promise<void> {
    const isSmall = this.#staged.bytes + bytes <= wholeBytes;
    if (this.#transfer || (isSmall && this.#memory.withoutPlace < withoutPlaceBytes)) return;
    const transfer = await this.#enter();
    this.#memory.withoutPlace -= this.#counted;
    transfer.account(this.#counted);
    this.#transfer = transfer;
  }

  /** Notes that bytes have arrived. */
  arrived(bytes: number): void {
    const change = this.#staged.buffered - this.#counted;
    this.#counted += change;
    if (!this.#transfer) this.#memory.withoutPlace += change;
    this.#transfer?.account(change);
    this.#transfer?.moved(bytes);
  }

  end(): void {
    if (!this.#transfer) this.#memory.withoutPlace -= this.#counted;
    this.#counted = 0;
    this.#transfer?.end();
  }
}

async function readInto(
  body: ReadableStream<Uint8Array>,
  staged: StagedBlob,
  memory: BodyMemory,
  checkQuota: () => void,
  signal: AbortSignal,
): Promise<void> {
  // Before anything is read: a body that is refused here can still be read to its end.
  await memory.admit(0);
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    let refusal: unknown = null;
    for (let size = 0; size <= 2 * limits.fileBytes; ) {
      const { done, value } = await unlessAborted(reader.read(), signal);
      if (done) break;
      await memory.admit(value.byteLength);
      size += value.byteLength;
      if (refusal !== null || size > limits.fileBytes) staged.skip(value.byteLength);
      else if (staged.push(value))
        try {
          checkQuota();
        } catch (error) {
          refusal = error;
        }
      memory.arrived(value.byteLength);
    }
    cancel();
    if (refusal !== null) throw refusal;
  } finally {
    signal.removeEventListener('abort', cancel);
    // Workerd releases none whose read is still pending.
    if (!signal.aborted) reader.releaseLock();
  }
}
