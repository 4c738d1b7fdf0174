import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { FileEntry } from '../protocol/resources.ts';

/** Formats that are compressed already: deflating them again costs time and saves nothing. */
const compressedFormats = /\.(png|jpe?g|gif|webp|avif|ico|woff2?|mp[34]|m4a|ogg|webm|mov|zip|gz|br|zst|7z|pdf|wasm)$/i;

/** One date for every file, so that equal files give equal bytes: the earliest date that zip can hold. */
const mtime = new Date(1980, 0, 1);

/** Writes a zip file by file, as fast as it is read: a Worker's memory does not hold a large project twice. */
export function zipFiles(
  files: readonly FileEntry[],
  read: (entry: FileEntry) => Uint8Array,
): ReadableStream<Uint8Array> {
  const remaining = files[Symbol.iterator]();
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  return new ReadableStream({
    pull(controller) {
      const next = remaining.next();
      if (next.done) {
        zip.end();
      } else {
        const { path } = next.value;
        const entry = compressedFormats.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path);
        entry.mtime = mtime;
        zip.add(entry);
        entry.push(read(next.value), true);
      }
      for (const chunk of chunks.splice(0)) controller.enqueue(chunk);
      if (next.done) controller.close();
    },
  });
}
