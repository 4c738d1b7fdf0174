import { createHash } from 'node:crypto';
import { createTarDecoder, createTarPacker } from 'modern-tar';
import * as v from 'valibot';
import type { FileEntry } from '../protocol/resources.ts';
import { truncateText } from '../protocol/truncate-text.ts';
import type { ContainerCalls } from './container-rpc.ts';
import type { CollectResult, ExecRequest, FillResult, ProjectFiles, SandboxFiles } from './sandbox-interface.ts';

/** Bytes collected after one command: all of them are in memory at once. */
const maxCollectedBytes = 32 * 1024 * 1024;

/** Seconds that comparing or transferring files may take. */
const transferSeconds = 40;
/** Paths that one program gets as arguments. */
const maxArguments = 500;
/** Bytes of the answer of a comparison. */
const maxComparisonBytes = 8 * 1024 * 1024;

/** Output and exit code of a program. */
export interface ProgramResult {
  code: number;
  output: Uint8Array<ArrayBuffer>;
}

/** Names the container start (`boot`) whose files were last synced completely. Stored by the project's owner: it outlives this object. */
export interface SyncedBoot {
  get(): string | null;
  set(boot: string | null): void;
}

interface Deps {
  calls: Pick<ContainerCalls, 'wakeUp'>;
  syncedBoot: SyncedBoot;
  /** Runs a program to its end, its whole output in memory. */
  run(request: ExecRequest): Promise<ProgramResult>;
  /** Runs a program and streams its output. */
  stream(request: ExecRequest): ReadableStream<Uint8Array>;
}

const truncated = (chars: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => truncateText(text, chars)),
  );

/** The answer of `files.mjs` in the image. Not trustworthy: code in the container may have tampered with it. */
const Difference = v.object({
  written: v.array(v.object({ path: v.string(), bytes: v.number() })),
  deleted: v.array(v.string()),
  refused: v.array(v.object({ path: truncated(200), why: truncated(300) })),
  more: v.boolean(),
  /** Whether there are installed packages (`node_modules`). */
  modules: v.boolean(),
});

/**
 * Syncs a project's files with its container. Compares by hash, writes and reads tar streams, deletes with `rm`.
 *
 * All state in memory is a cache about one start of the container; `Deps.syncedBoot` alone survives an eviction.
 */
export class ContainerFileSync implements SandboxFiles {
  readonly #deps: Deps;
  /** The container start that the two fields below describe; null where unknown. */
  #knownBoot: string | null = null;
  /** Files that the container is known to hold: hash by path. */
  #containerHashes = new Map<string, string>();
  /** The project's paths at the last sync. A path that the project has lost since has to be deleted in the container. */
  #syncedPaths = new Set<string>();
  /** Serialises transfers: concurrent ones would overwrite each other's view of the container. */
  #lastTransfer: Promise<unknown> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  fill(project: ProjectFiles): Promise<FillResult> {
    return this.#serialised(() => this.#fill(project));
  }

  collect(project: ProjectFiles): Promise<CollectResult> {
    return this.#serialised(() => this.#collect(project));
  }

  markAccepted(path: string): void {
    if (this.#containerHashes.has(path)) this.#syncedPaths.add(path);
    else this.#syncedPaths.delete(path);
  }

  #serialised<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastTransfer.then(work, work);
    this.#lastTransfer = done.catch(() => undefined);
    return done;
  }

  invalidate(): void {
    this.#knownBoot = null;
  }

  async #fill(project: ProjectFiles): Promise<FillResult> {
    const files = project.list();
    const { boot, fresh } = await this.#deps.calls.wakeUp();
    const isNewContainer = boot !== this.#deps.syncedBoot.get();
    const extraPaths = new Set<string>();
    if (boot !== this.#knownBoot) {
      this.#deps.syncedBoot.set(null);
      this.#syncedPaths.clear();
      this.#containerHashes = fresh ? new Map() : await this.#inspect(files, extraPaths);
    }
    const paths = new Set(files.map(({ path }) => path));
    const removed = [...new Set([...this.#syncedPaths, ...extraPaths])].filter((path) => !paths.has(path));
    const changed = files.filter(({ path, hash }) => this.#containerHashes.get(path) !== hash);
    if (removed.length > 0) {
      await this.#removeFiles(removed);
      for (const path of removed) this.#containerHashes.delete(path);
    }
    if (
      changed.length > 0 &&
      !(await this.#writeFiles(changed, project)) &&
      !(await this.#writeFiles(changed, project))
    )
      throw new Error('The files could not be written.');
    for (const { path, hash } of changed) this.#containerHashes.set(path, hash);
    this.#syncedPaths = paths;
    this.#knownBoot = boot;
    if ((await this.#deps.calls.wakeUp()).boot !== boot)
      throw new Error('The container went away while it was filled.');
    this.#deps.syncedBoot.set(boot);
    return { isNewContainer, changed: changed.length + removed.length };
  }

  async #collect(project: ProjectFiles): Promise<CollectResult> {
    const files = project.list();
    // A container whose sync did not complete says nothing about the project.
    const { boot } = await this.#deps.calls.wakeUp();
    if (boot !== this.#deps.syncedBoot.get()) return { ...nothingCollected, lost: true };
    const difference = await this.#compare(files);
    const paths = new Set(files.map(({ path }) => path));
    const deleted = difference.deleted.filter((path) => paths.has(path));
    const refused = [...difference.refused];
    const pathsToRead = new Set<string>();
    let bytes = 0;
    for (const file of difference.written) {
      bytes += file.bytes;
      if (bytes <= maxCollectedBytes) pathsToRead.add(file.path);
      else refused.push({ path: file.path, why: 'more than 32 MB changed at once' });
    }
    const written: CollectResult['written'] = [];
    let remainingBytes = maxCollectedBytes;
    // A second attempt reads what did not arrive in the first.
    for (let attempt = 1; attempt <= 2 && pathsToRead.size > 0; attempt++) {
      for (const file of await this.#readFiles(pathsToRead, remainingBytes)) {
        written.push(file);
        pathsToRead.delete(file.path);
        remainingBytes -= file.bytes.byteLength;
      }
    }
    for (const path of pathsToRead) refused.push({ path, why: 'could not be read' });
    if ((await this.#deps.calls.wakeUp()).boot !== boot) return { ...nothingCollected, lost: true };
    if (boot === this.#knownBoot) {
      for (const { path, bytes: content } of written) this.#containerHashes.set(path, hashOf(content));
      for (const path of deleted) this.#containerHashes.delete(path);
    }
    const { more, modules } = difference;
    return { written, deleted, refused, more, modules, lost: false };
  }

  /** Removes files. Paths are passed as arguments: under load, stdin may not arrive. */
  async #removeFiles(paths: readonly string[]): Promise<void> {
    for (let at = 0; at < paths.length; at += maxArguments) {
      const command = ['rm', '-f', '--', ...paths.slice(at, at + maxArguments)];
      const { code } = await this.#deps.run({ command, timeLimit: transferSeconds });
      if (code !== 0) throw new Error(`Files could not be removed: exit code ${code}.`);
    }
  }

  /** Writes files. @returns false where some did not arrive */
  async #writeFiles(files: readonly FileEntry[], project: ProjectFiles): Promise<boolean> {
    const { code, output } = await this.#deps.run({
      command: ['node', '/opt/redraw/place.mjs'],
      stdin: packTar(files, project),
      timeLimit: transferSeconds,
    });
    return code === 0 && new TextDecoder().decode(output) === String(files.length);
  }

  /**
   * Reads files from the container. Skips everything else in the archive: links, other paths, files that are too large.
   *
   * @param maxBytes bytes of all files together
   */
  async #readFiles(wanted: ReadonlySet<string>, maxBytes: number): Promise<CollectResult['written']> {
    const command = ['tar', '-C', '/app', '-cf', '-', '--no-recursion', '--verbatim-files-from', '--null', '-T', '-'];
    const archive = this.#deps.stream({ command, stdin: nulSeparated([...wanted]), timeLimit: transferSeconds });
    const written = new Map<string, Uint8Array<ArrayBuffer>>();
    let remainingBytes = maxBytes;
    for await (const { header, body } of archive.pipeThrough(createTarDecoder())) {
      const { name, size, type } = header;
      if (type !== 'file' || !wanted.has(name) || written.has(name) || size > remainingBytes) {
        await body.cancel();
        continue;
      }
      remainingBytes -= size;
      written.set(name, new Uint8Array(await new Response(body).arrayBuffer()));
    }
    return [...written].map(([path, bytes]) => ({ path, bytes }));
  }

  /** Hashes by path of the project's files that a running container already holds. Adds the paths of its other files to `extraPaths`. */
  async #inspect(files: readonly FileEntry[], extraPaths: Set<string>): Promise<Map<string, string>> {
    const { written, deleted, refused } = await this.#compare(files);
    const paths = new Set(files.map(({ path }) => path));
    for (const { path } of written) if (!paths.has(path)) extraPaths.add(path);
    const differing = new Set([...deleted, ...[...written, ...refused].map(({ path }) => path)]);
    return new Map(files.filter(({ path }) => !differing.has(path)).map(({ path, hash }) => [path, hash]));
  }

  async #compare(files: readonly FileEntry[]): Promise<v.InferOutput<typeof Difference>> {
    const hashesByPath = JSON.stringify(Object.fromEntries(files.map(({ path, hash }) => [path, hash])));
    const { code, output } = await this.#deps.run({
      command: ['node', '/opt/redraw/files.mjs'],
      stdin: new Blob([hashesByPath]).stream(),
      maxOutputBytes: maxComparisonBytes,
      timeLimit: transferSeconds,
    });
    if (code !== 0) throw new Error(`The files could not be compared: exit code ${code}.`);
    return v.parse(Difference, JSON.parse(new TextDecoder().decode(output)));
  }
}

const nothingCollected: CollectResult = {
  written: [],
  deleted: [],
  refused: [],
  more: false,
  modules: false,
  lost: false,
};

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function nulSeparated(paths: readonly string[]): ReadableStream<Uint8Array> {
  return new Blob([paths.map((path) => `${path}\0`).join('')]).stream();
}

/** Files as a tar stream; reads each piece of a file only when the stream gets to it. */
function packTar(files: readonly FileEntry[], project: ProjectFiles): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const write = async (): Promise<void> => {
    for (const file of files) {
      const { pieces, release } = project.readPieces(file, 0, file.bytes);
      try {
        let piece = pieces.next();
        const isExecutable = !piece.done && piece.value[0] === 0x23 && piece.value[1] === 0x21; // #!
        const mode = isExecutable ? 0o755 : 0o644;
        const writer = controller.add({ name: file.path, size: file.bytes, mode, type: 'file' }).getWriter();
        for (; !piece.done; piece = pieces.next()) await writer.write(piece.value);
        await writer.close();
      } finally {
        release();
      }
    }
    controller.finalize();
  };
  write().catch((error: unknown) => controller.error(error));
  return readable;
}
