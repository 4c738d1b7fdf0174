import type { FileEntry } from '../../src/protocol/resources.ts';
import type { Api } from '../api/api.ts';

/** Characters of cached texts at the most. */
const MAX_CACHED_CHARS = 12_000_000;
/** Bytes of a file that is read as text at the most. */
export const READABLE_BYTES = 1024 * 1024;

/** Decodes UTF-8 text; null if the bytes are no text. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.subarray(0, 8000).includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Reads the files of a project, in any version. Caches lists by version and texts by hash. */
export class FileStore {
  readonly #api: Pick<Api, 'files' | 'file'>;
  readonly #session: string;
  readonly #lists = new Map<number, Promise<readonly FileEntry[]>>();
  readonly #texts = new Map<string, Promise<string | null>>();
  #chars = 0;

  constructor(api: Pick<Api, 'files' | 'file'>, session: string) {
    this.#api = api;
    this.#session = session;
  }

  /**
   * The files of a version, which never change; null for the current files, which are not cached.
   *
   * @throws ApiError
   */
  list(version: number | null): Promise<readonly FileEntry[]> {
    if (version === null) return this.#api.files(this.#session);
    const known = this.#lists.get(version);
    if (known) return known;
    const list = this.#api.files(this.#session, version);
    this.#lists.set(version, list);
    list.catch(() => this.#lists.delete(version));
    return list;
  }

  /**
   * The text of a file; null if it is binary or longer than {@link READABLE_BYTES}.
   *
   * @throws ApiError
   */
  text(entry: FileEntry, version: number | null): Promise<string | null> {
    if (entry.bytes > READABLE_BYTES) return Promise.resolve(null);
    const known = this.#texts.get(entry.hash);
    if (known) {
      this.#texts.delete(entry.hash);
      this.#texts.set(entry.hash, known);
      return known;
    }
    const text = this.#read(entry, version);
    this.#texts.set(entry.hash, text);
    text.catch(() => this.#texts.delete(entry.hash));
    return text;
  }

  async #read(entry: FileEntry, version: number | null): Promise<string | null> {
    const response = await this.#api.file(this.#session, entry.path, version ?? undefined);
    const text = textOf(new Uint8Array(await response.arrayBuffer()));
    // A current file may have changed since the list was read.
    if (response.headers.get('etag') !== `"${entry.hash}"`) this.#texts.delete(entry.hash);
    this.#chars += text?.length ?? 0;
    for (const hash of this.#texts.keys()) {
      if (this.#chars <= MAX_CACHED_CHARS || hash === entry.hash) break;
      void this.#texts.get(hash)?.then((old) => {
        this.#chars -= old?.length ?? 0;
      });
      this.#texts.delete(hash);
    }
    return text;
  }
}

/** A file that differs between two lists. */
export interface FileDifference {
  path: string;
  kind: 'added' | 'deleted' | 'changed';
  before: FileEntry | null;
  after: FileEntry | null;
}

/** The differences between two lists of files, sorted by path. */
export function differences(before: readonly FileEntry[], after: readonly FileEntry[]): FileDifference[] {
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const found: FileDifference[] = [];
  for (const entry of after) {
    const was = old.get(entry.path) ?? null;
    old.delete(entry.path);
    if (was?.hash !== entry.hash) {
      found.push({ path: entry.path, kind: was ? 'changed' : 'added', before: was, after: entry });
    }
  }
  for (const entry of old.values()) found.push({ path: entry.path, kind: 'deleted', before: entry, after: null });
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
