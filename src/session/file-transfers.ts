import { streamPieces } from '../async/stream-pieces.ts';
import { type SharedPlaces, type Transfer, TransferGate, type TransferLimits } from '../async/transfer-gate.ts';
import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { FileEntry } from '../protocol/resources.ts';
import type { SnapshotPieces } from '../workspace/export-zip.ts';
import { busy } from '../workspace/project-room.ts';
import type { StagedBlob, StoredContent } from '../workspace/staged-blob.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Bytes up to which a body is sent whole: it costs no more memory than a stream would. */
const wholeBytes = 256 * 1024;

const perSession: TransferLimits = { most: 16, waiting: 256, waitMs: 10_000, stallMs: 30_000 };

/** Of all sessions of this isolate, whose memory of 128 MB is one. Each transfer has about one piece of 1 MiB in it. */
const downloadsOfIsolate: SharedPlaces = { open: 0, most: 48 };
const uploadsOfIsolate: SharedPlaces = { open: 0, most: 32 };

/** The content of a file on its way to who asked for it. */
export interface FileAnswer {
  body: ReadableStream<Uint8Array> | Uint8Array;
  bytes: number;
  hash: string;
}

export interface FileTransfersDeps {
  workspace: Workspace;
  createPipe(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
  now(): number;
}

/** File contents on their way in and out of a session: in pieces, so that none is in memory as a whole, and a bounded number at a time. */
export class FileTransfers {
  readonly #deps: FileTransfersDeps;
  readonly downloads: TransferGate;
  readonly uploads: TransferGate;

  constructor(deps: FileTransfersDeps) {
    this.#deps = deps;
    const { now } = deps;
    this.downloads = new TransferGate({ limits: perSession, shared: downloadsOfIsolate, now });
    this.uploads = new TransferGate({ limits: perSession, shared: uploadsOfIsolate, now });
  }

  /**
   * The bytes of a file from `start` to `end` (exclusive), as they were at the call.
   *
   * @throws ProblemError `busy` where they are many, and too many others are being sent
   */
  send(file: Pick<FileEntry, 'hash'>, start: number, end: number): Promise<ReadableStream<Uint8Array>> | Uint8Array {
    if (end - start <= wholeBytes) return this.#deps.workspace.blobs.part(file.hash, start, end);
    return this.#stream(this.#deps.workspace.readPieces(file, start, end));
  }

  /** The files as a zip, as they were at the call. @throws ProblemError `busy` */
  sendZip(): Promise<ReadableStream<Uint8Array>> {
    return this.#stream(this.#deps.workspace.exportZip());
  }

  /**
   * Stores a body as it arrives. A refused one is read on, up to twice the size that a file may have: a client that is still sending would see a
   * broken connection instead of the refusal. Nothing is left of one that does not arrive as a whole.
   *
   * @param path of the file that it is for
   * @returns the stored content, which is held until `release` is called
   * @throws ProblemError `busy`, `payload_too_large`
   */
  async receive(
    path: string,
    body: ReadableStream<Uint8Array> | null,
  ): Promise<{ content: StoredContent; release: () => void }> {
    const { blobs, room } = this.#deps.workspace;
    const transfer = await this.uploads.enter();
    if (!transfer) throw busy();
    const staged = blobs.stage();
    try {
      if (body) await readInto(body, staged, transfer, room.arrival(path));
      if (staged.bytes > limits.fileBytes)
        throw new ProblemError('payload_too_large', `The body may have ${limits.fileBytes} bytes.`, {
          reason: 'body',
          limit: limits.fileBytes,
        });
      const content = staged.finish();
      return { content, release: blobs.hold([content.hash]) };
    } finally {
      staged.discard();
      transfer.end();
    }
  }

  async #stream({ pieces, release }: SnapshotPieces): Promise<ReadableStream<Uint8Array>> {
    const transfer = await this.downloads.enter();
    if (transfer) return streamPieces(pieces, this.#deps.createPipe(), transfer, release);
    release();
    throw busy();
  }
}

async function readInto(
  body: ReadableStream<Uint8Array>,
  staged: StagedBlob,
  transfer: Transfer,
  checkRoom: () => void,
): Promise<void> {
  const reader = body.getReader();
  const stop = (): void => void reader.cancel(transfer.signal.reason).catch(() => undefined);
  transfer.signal.addEventListener('abort', stop, { once: true });
  let size = 0;
  let refusal: unknown = null;
  for (let counted = 0; size <= 2 * limits.fileBytes; ) {
    const { done, value } = await reader.read();
    if (transfer.signal.aborted) throw busy();
    if (done) break;
    size += value.byteLength;
    if (refusal !== null || size > limits.fileBytes) staged.skip(value.byteLength);
    else if (staged.push(value))
      try {
        checkRoom();
      } catch (error) {
        refusal = error;
      }
    transfer.account(staged.buffered - counted);
    counted = staged.buffered;
  }
  stop();
  if (refusal !== null) throw refusal;
}
