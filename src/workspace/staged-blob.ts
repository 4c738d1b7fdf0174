import { createHash, randomUUID } from 'node:crypto';
import { type SqlStore, writeRow } from '../storage/sql.ts';

/** Bytes of one row's piece of a blob; well below the limit of a row. */
export const pieceBytes = 1024 * 1024;

/** Bytes that a buffer begins with: most files are small. */
const firstBufferBytes = 64 * 1024;

/** Begins the name of a blob that has not arrived as a whole: no hash does. */
export const stagedPrefix = 'staged/';

/** A content that is stored. */
export interface StoredContent {
  /** SHA-256 in lower-case hex. */
  hash: string;
  bytes: number;
}

export interface StagedBlobDeps {
  store: SqlStore;
  blobs: {
    has(hash: string): boolean;
    put(content: Uint8Array): string;
    /** Bytes of the pieces of all blobs that have not arrived as a whole. */
    arrivingBytes: number;
  };
}

/**
 * A blob that arrives piece by piece: a piece is written as soon as it is there, under a name of its own, and one at the most is in
 * memory. Nobody finds it before {@link finish}, and {@link discard} leaves nothing of it. One that was lost with its object is collected
 * at the object's next start.
 */
export class StagedBlob {
  readonly #deps: StagedBlobDeps;
  readonly #name = stagedPrefix + randomUUID();
  readonly #hash = createHash('sha256');
  #buffer = new Uint8Array(0);
  /** Bytes in the buffer. */
  #filled = 0;
  #pieces = 0;
  #bytes = 0;
  #written = 0;

  constructor(deps: StagedBlobDeps) {
    this.#deps = deps;
  }

  /** Bytes that have arrived. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of the pieces that are written. */
  get written(): number {
    return this.#written;
  }

  /** Bytes of memory that it takes. */
  get buffered(): number {
    return this.#buffer.byteLength;
  }

  /** @returns whether a piece was written */
  push(chunk: Uint8Array): boolean {
    const before = this.#pieces;
    this.#hash.update(chunk);
    this.#bytes += chunk.byteLength;
    for (let at = 0; at < chunk.byteLength; ) {
      const part = chunk.subarray(at, at + pieceBytes - this.#filled);
      this.#append(part);
      at += part.byteLength;
      if (this.#filled === pieceBytes) this.#writePiece();
    }
    return this.#pieces > before;
  }

  /** Counts bytes that are not kept: what came before is discarded, too. */
  skip(bytes: number): void {
    this.discard();
    this.#bytes += bytes;
  }

  /** Makes it a blob, unpinned: its owner has to name or hold it at each collection. */
  finish(): StoredContent {
    const { store, blobs } = this.#deps;
    const bytes = this.#bytes;
    if (this.#pieces === 0) return { hash: blobs.put(this.#buffer.subarray(0, this.#filled)), bytes };
    if (this.#filled > 0) this.#writePiece();
    const hash = this.#hash.digest('hex');
    store.transactionSync(() => {
      if (blobs.has(hash)) return this.discard();
      for (let piece = 0; piece < this.#pieces; piece++)
        store.sql.exec('UPDATE blob SET hash = ? WHERE hash = ? AND piece = ?', hash, this.#name, piece);
      store.sql.exec('UPDATE blob_loose SET hash = ? WHERE hash = ?', hash, this.#name);
    });
    this.#buffer = new Uint8Array(0);
    this.#arrived();
    return { hash, bytes };
  }

  discard(): void {
    this.#buffer = new Uint8Array(0);
    this.#filled = 0;
    if (this.#pieces === 0) return;
    this.#deps.store.sql.exec('DELETE FROM blob WHERE hash = ?', this.#name);
    this.#deps.store.sql.exec('DELETE FROM blob_loose WHERE hash = ?', this.#name);
    this.#pieces = 0;
    this.#arrived();
  }

  /** Nothing of it is arriving any more. */
  #arrived(): void {
    this.#deps.blobs.arrivingBytes -= this.#written;
    this.#written = 0;
  }

  #append(part: Uint8Array): void {
    const needed = this.#filled + part.byteLength;
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.min(pieceBytes, Math.max(needed, firstBufferBytes, 2 * this.#filled)));
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    this.#buffer.set(part, this.#filled);
    this.#filled = needed;
  }

  #writePiece(): void {
    const { store } = this.#deps;
    store.transactionSync(() => {
      if (this.#pieces === 0) store.sql.exec('INSERT INTO blob_loose (hash) VALUES (?)', this.#name);
      const bytes = this.#buffer.slice(0, this.#filled);
      writeRow(store.sql, 'INSERT INTO blob (hash, piece, bytes) VALUES (?, ?, ?)', this.#name, this.#pieces, bytes);
    });
    this.#deps.blobs.arrivingBytes += this.#filled;
    this.#written += this.#filled;
    this.#pieces += 1;
    this.#filled = 0;
  }
}
