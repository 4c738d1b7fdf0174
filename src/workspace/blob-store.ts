import { createHash } from 'node:crypto';
import { firstRow, type SqlStore, writeRow } from '../storage/sql.ts';
import { pieceBytes, StagedBlob, stagedPrefix } from './staged-blob.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** SHA-256 in lower-case hex: the name of a blob and of a file's content. Text is hashed as UTF-8. */
export function sha256Hex(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Content-addressed storage: blobs by their SHA-256, in pieces that fit a row.
 *
 * A new blob is unpinned (table `blob_loose`): {@link collectGarbage} deletes it unless told that it is in use. A pinned blob is kept
 * until it is dropped. Versions pin their blobs, so collection need not read their trees.
 */
export class BlobStore {
  readonly #store: SqlStore;
  /** How many hold each blob that is being read piece by piece, or waits for its owner. */
  readonly #held = new Map<string, number>();
  /** Bytes of the pieces of blobs that have not arrived as a whole. */
  arrivingBytes = 0;

  constructor(store: SqlStore) {
    this.#store = store;
  }

  /** Stores a blob unpinned: its owner has to name it at each {@link collectGarbage}. @returns its hash */
  put(content: Uint8Array | string): string {
    const hash = sha256Hex(content);
    this.#store.transactionSync(() => {
      if (this.#insert(hash, content)) this.#store.sql.exec('INSERT INTO blob_loose (hash) VALUES (?)', hash);
    });
    return hash;
  }

  /** Stores a blob pinned. @returns its hash */
  putPinned(content: Uint8Array | string): string {
    const hash = sha256Hex(content);
    this.#store.transactionSync(() => {
      if (!this.#insert(hash, content)) this.#store.sql.exec('DELETE FROM blob_loose WHERE hash = ?', hash);
    });
    return hash;
  }

  /** Pins blobs: keeps them for ever. Blobs that are pinned already stay so. */
  pin(hashes: Iterable<string>): void {
    const wanted = new Set(hashes);
    for (const hash of this.#unpinned()) {
      if (wanted.has(hash)) this.#store.sql.exec('DELETE FROM blob_loose WHERE hash = ?', hash);
    }
  }

  get(hash: string): Uint8Array<ArrayBuffer> | null {
    const pieces = this.#store.sql
      .exec<{ bytes: ArrayBuffer }>('SELECT bytes FROM blob WHERE hash = ? ORDER BY piece', hash)
      .toArray();
    const [first] = pieces;
    if (!first) return null;
    if (pieces.length === 1) return new Uint8Array(first.bytes);
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.bytes.byteLength, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(new Uint8Array(piece.bytes), at);
      at += piece.bytes.byteLength;
    }
    return whole;
  }

  /**
   * The bytes of a blob from `start` to `end` (exclusive), in the pieces in which it is stored: one piece is in memory at a time. Reads each
   * when it is asked for, so the blob has to be held meanwhile.
   *
   * @throws Error where a piece is missing
   */
  *pieces(hash: string, start: number, end: number): Generator<Uint8Array<ArrayBuffer>, void, void> {
    for (let at = start; at < end; ) {
      const piece = Math.floor(at / pieceBytes);
      const query = 'SELECT bytes FROM blob WHERE hash = ? AND piece = ?';
      const row = firstRow<{ bytes: ArrayBuffer }>(this.#store.sql, query, hash, piece);
      if (!row) throw new Error(`A piece of the content ${hash} is missing.`);
      const from = at - piece * pieceBytes;
      const bytes = new Uint8Array(row.bytes).subarray(from, from + end - at);
      if (bytes.byteLength === 0) throw new Error(`The content ${hash} is shorter than it should be.`);
      at += bytes.byteLength;
      yield bytes;
    }
  }

  /** The bytes of a blob from `start` to `end` (exclusive) as a whole. Throws as `pieces` does. */
  part(hash: string, start: number, end: number): Uint8Array<ArrayBuffer> {
    const part = new Uint8Array(end - start);
    let at = 0;
    for (const piece of this.pieces(hash, start, end)) {
      part.set(piece, at);
      at += piece.byteLength;
    }
    return part;
  }

  /** Keeps blobs from collection. In memory only: no collection precedes the first hold after a start. @returns ends it; may be called again */
  hold(hashes: readonly string[]): () => void {
    for (const hash of hashes) this.#held.set(hash, (this.#held.get(hash) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      for (const hash of hashes) {
        const holders = (this.#held.get(hash) ?? 0) - 1;
        if (holders > 0) this.#held.set(hash, holders);
        else this.#held.delete(hash);
      }
    };
  }

  /** Begins a blob whose bytes arrive piece by piece. */
  stage(): StagedBlob {
    return new StagedBlob({ store: this.#store, blobs: this });
  }

  /** A blob decoded as UTF-8, or null where there is none. */
  getText(hash: string): string | null {
    const bytes = this.get(hash);
    return bytes && decoder.decode(bytes);
  }

  has(hash: string): boolean {
    return firstRow(this.#store.sql, 'SELECT 1 AS found FROM blob WHERE hash = ? AND piece = 0', hash) !== null;
  }

  /** Deletes the unpinned blobs whose hashes are not in `used`. @returns how many */
  collectGarbage(used: Iterable<string>): number {
    const usedHashes = new Set(used);
    const garbage = this.#unpinned().filter(
      (hash) => !usedHashes.has(hash) && !this.#held.has(hash) && !hash.startsWith(stagedPrefix),
    );
    this.#delete(garbage);
    return garbage.length;
  }

  /** Deletes what began to arrive and never was a blob. Only while nothing arrives: at the start of the object. */
  collectAbandoned(): void {
    this.#delete(this.#unpinned().filter((name) => name.startsWith(stagedPrefix)));
  }

  #delete(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    this.#store.transactionSync(() => {
      for (const hash of hashes) this.drop(hash);
    });
  }

  /** Deletes a blob, unless it is held: then it becomes one that is collected later. */
  drop(hash: string): void {
    const { sql } = this.#store;
    if (this.#held.has(hash)) {
      sql.exec('INSERT OR IGNORE INTO blob_loose (hash) VALUES (?)', hash);
      return;
    }
    sql.exec('DELETE FROM blob WHERE hash = ?', hash);
    sql.exec('DELETE FROM blob_loose WHERE hash = ?', hash);
  }

  #unpinned(): string[] {
    return this.#store.sql
      .exec<{ hash: string }>('SELECT hash FROM blob_loose')
      .toArray()
      .map((row) => row.hash);
  }

  /** @returns false where the blob is stored already */
  #insert(hash: string, content: Uint8Array | string): boolean {
    if (this.has(hash)) return false;
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    for (let piece = 0, at = 0; piece === 0 || at < bytes.byteLength; piece++, at += pieceBytes) {
      const part = bytes.slice(at, at + pieceBytes);
      writeRow(this.#store.sql, 'INSERT INTO blob (hash, piece, bytes) VALUES (?, ?, ?)', hash, piece, part);
    }
    return true;
  }
}
