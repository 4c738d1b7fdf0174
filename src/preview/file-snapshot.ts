import type { BuildFault } from '../protocol/build-fault.ts';
/** The files of one state of a workspace, as a preview reads them. Paths are workspace-relative: `src/App.tsx`. */
export interface FileSnapshot {
  /** Null where there is no such file, or it has more than {@link maxReadBytes}. */
  read(path: string): Uint8Array | null;
  /** Bytes of a file; 0 where there is none. */
  size(path: string): number;
  /** Content hash, or null where there is no such file. */
  hash(path: string): string | null;
  list(): readonly SnapshotFile[];
}

export interface SnapshotFile {
  path: string;
  bytes: number;
  hash: string;
}

/** Bytes of the largest file that is read as a whole, to be made into what a browser can load: that takes dozens of times its size. */
export const maxReadBytes = 2 * 1024 * 1024;

/** Whether a file is too large to be read as a whole. */
export const isTooLarge = (files: FileSnapshot, path: string): boolean => files.size(path) > maxReadBytes;

/** The fault of such a file that would have to be transformed. */
export const tooLarge: BuildFault = { code: 'too_large', what: String(maxReadBytes / 1024 / 1024) };

/** A part of a file: bytes from `start` to `end` (exclusive) of the content `hash`. */
export interface FilePart {
  path: string;
  hash: string;
  start: number;
  end: number;
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** A file as text (UTF-8, with its byte-order mark), or null where there is none. */
export function readText(files: FileSnapshot, path: string): string | null {
  const bytes = files.read(path);
  return bytes && decoder.decode(bytes);
}
