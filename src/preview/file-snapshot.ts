/** The files of one state of a workspace, as a preview reads them. Paths are workspace-relative: `src/App.tsx`. */
export interface FileSnapshot {
  read(path: string): Uint8Array | null;
  /** Content hash, or null where there is no such file. */
  hash(path: string): string | null;
  list(): readonly SnapshotFile[];
}

export interface SnapshotFile {
  path: string;
  bytes: number;
  hash: string;
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** A file as text (UTF-8, with its byte-order mark), or null where there is none. */
export function readText(files: FileSnapshot, path: string): string | null {
  const bytes = files.read(path);
  return bytes && decoder.decode(bytes);
}
