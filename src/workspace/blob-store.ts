import { createHash } from 'node:crypto';
import { firstRow, type SqlStore, writeRow } from '../storage/sql.ts';

/** Bytes of one row's piece of a blob; well below the limit of a row. */
const pieceBytes = 1024 * 1024;

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
 * for ever. Versions pin their blobs: versions are never deleted, so collection need not read their trees.
 */
export class BlobStore {
  readonly #store: SqlStore;

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
    const garbage = this.#unpinned().filter((hash) => !usedHashes.has(hash));
    this.#store.transactionSync(() => {
      for (const hash of garbage) {
        this.#store.sql.exec('DELETE FROM blob WHERE hash = ?', hash);
        this.#store.sql.exec('DELETE FROM blob_loose WHERE hash = ?', hash);
      }
    });
    return garbage.length;
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
