import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { FileEntry } from '../protocol/resources.ts';
import type { BlobStore } from './blob-store.ts';

/** Formats that are compressed already: deflating them again costs time and saves nothing. */
const compressedFormats = /\.(png|jpe?g|gif|webp|avif|ico|woff2?|mp[34]|m4a|ogg|webm|mov|zip|gz|br|zst|7z|pdf|wasm)$/i;

/** One date for every file, so that equal files give equal bytes: the earliest date that zip can hold. */
const mtime = new Date(1980, 0, 1);

/**
 * The bytes of a zip. Files are read piece by piece as the zip is asked for, so that no file is in memory as a whole.
 *
 * @param piecesOf the content of a file
 */
function* zipFiles(
  files: readonly FileEntry[],
  piecesOf: (entry: FileEntry) => Iterable<Uint8Array>,
): Generator<Uint8Array, void, void> {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    if (chunk.byteLength > 0) chunks.push(chunk);
  });
  for (const file of files) {
    const entry = compressedFormats.test(file.path) ? new ZipPassThrough(file.path) : new ZipDeflate(file.path);
    entry.mtime = mtime;
    zip.add(entry);
    for (const piece of piecesOf(file)) {
      entry.push(piece, false);
      yield* chunks.splice(0);
    }
    entry.push(nothing, true);
    yield* chunks.splice(0);
  }
  zip.end();
  yield* chunks.splice(0);
}

/** Bytes as they were when they were asked for, whatever happens to the files. Read one piece after the other. */
export interface SnapshotPieces {
  pieces: Generator<Uint8Array, void, void>;
  /** To be called when nothing more is read. */
  release: () => void;
}

/** A zip of files whose contents are in `blobs`. */
export function piecesOfZip(blobs: BlobStore, files: readonly FileEntry[]): SnapshotPieces {
  const release = blobs.hold(files.map(({ hash }) => hash));
  return { pieces: zipFiles(files, ({ hash, bytes }) => blobs.pieces(hash, 0, bytes)), release };
}

const nothing = new Uint8Array();
