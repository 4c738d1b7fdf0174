import { createHash } from 'node:crypto';
import { createTarDecoder, createTarPacker } from 'modern-tar';
import * as v from 'valibot';
import type { FileEntry } from '../protocol/resources.ts';
import type { ContainerCalls } from './container-rpc.ts';
import type { Collected, ExecRequest, Filled, ProjectFiles, SandboxFiles } from './sandbox-port.ts';

/** Bytes that are taken over after one command at the most: all of it is in memory at once. */
const mostCollected = 32 * 1024 * 1024;

/** Seconds that files may take to be compared or moved. */
const moveSeconds = 40;
/** Paths that are given to one program. */
const mostArguments = 500;
/** Bytes of the answer on what differs. */
const mostTold = 8 * 1024 * 1024;

/** What a program said, and its exit code. */
export interface Finished {
  code: number;
  out: Uint8Array<ArrayBuffer>;
}

/** Which container was filled last, wholly; kept by the owner of the project, who may lose this object at any time. */
export interface FilledMark {
  get(): string | null;
  set(boot: string | null): void;
}

interface FilesBase {
  calls: Pick<ContainerCalls, 'wakeUp'>;
  filled: FilledMark;
  /** Runs a program to its end, its whole output in memory. */
  run(request: ExecRequest): Promise<Finished>;
  /** Runs a program and hands its output on as it comes. */
  stream(request: ExecRequest): ReadableStream<Uint8Array>;
}

const cut = (chars: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => text.slice(0, chars)),
  );

/** The answer of `files.mjs` in the image. What runs in the container may have meddled with it. */
const Difference = v.object({
  written: v.array(v.object({ path: v.string(), bytes: v.number() })),
  deleted: v.array(v.string()),
  refused: v.array(v.object({ path: cut(200), why: cut(300) })),
  more: v.boolean(),
  /** Whether there are installed packages. */
  modules: v.boolean(),
});

/** The files of a container, brought in and out as tar streams, by hash. */
export class ContainerFiles implements SandboxFiles {
  readonly #base: FilesBase;
  /** The container of which the following is known. */
  #known: string | null = null;
  /** Contents that the container is known to hold: hash by path. */
  #holds = new Map<string, string>();
  /** Paths that were the project's when the two were last compared: one that the project has no more is to go. */
  #shared = new Set<string>();
  /** One at a time: two that move files would not know of each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(base: FilesBase) {
    this.#base = base;
  }

  fill(project: ProjectFiles): Promise<Filled> {
    return this.#alone(() => this.#fill(project));
  }

  collect(project: ProjectFiles): Promise<Collected> {
    return this.#alone(() => this.#collect(project));
  }

  took(path: string): void {
    if (this.#holds.has(path)) this.#shared.add(path);
    else this.#shared.delete(path);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  forget(): void {
    this.#known = null;
  }

  async #fill(project: ProjectFiles): Promise<Filled> {
    const files = project.list();
    const { boot, fresh } = await this.#base.calls.wakeUp();
    const anew = boot !== this.#base.filled.get();
    const extra = new Set<string>();
    if (boot !== this.#known) {
      this.#base.filled.set(null);
      this.#shared.clear();
      this.#holds = fresh ? new Map() : await this.#look(files, extra);
    }
    const paths = new Set(files.map(({ path }) => path));
    const gone = [...new Set([...this.#shared, ...extra])].filter((path) => !paths.has(path));
    const changed = files.filter(({ path, hash }) => this.#holds.get(path) !== hash);
    if (gone.length > 0) {
      await this.#remove(gone);
      for (const path of gone) this.#holds.delete(path);
    }
    if (changed.length > 0 && !(await this.#place(changed, project)) && !(await this.#place(changed, project)))
      throw new Error('The files could not be written.');
    for (const { path, hash } of changed) this.#holds.set(path, hash);
    this.#shared = paths;
    this.#known = boot;
    if ((await this.#base.calls.wakeUp()).boot !== boot)
      throw new Error('The container went away while it was filled.');
    this.#base.filled.set(boot);
    return { anew, changed: changed.length + gone.length };
  }

  async #collect(project: ProjectFiles): Promise<Collected> {
    const files = project.list();
    // A container that was not filled, or not to the end, says nothing about the project.
    const { boot } = await this.#base.calls.wakeUp();
    if (boot !== this.#base.filled.get()) return { ...nothing, lost: true };
    const difference = await this.#compare(files);
    const paths = new Set(files.map(({ path }) => path));
    const deleted = difference.deleted.filter((path) => paths.has(path));
    const refused = [...difference.refused];
    const wanted = new Set<string>();
    let bytes = 0;
    for (const file of difference.written) {
      bytes += file.bytes;
      if (bytes <= mostCollected) wanted.add(file.path);
      else refused.push({ path: file.path, why: 'more than 32 MB changed at once' });
    }
    const written: Collected['written'] = [];
    let left = mostCollected;
    // Twice, where the first time not all of it arrived.
    for (let attempt = 1; attempt <= 2 && wanted.size > 0; attempt++) {
      for (const file of await this.#take(wanted, left)) {
        written.push(file);
        wanted.delete(file.path);
        left -= file.bytes.byteLength;
      }
    }
    for (const path of wanted) refused.push({ path, why: 'could not be read' });
    if ((await this.#base.calls.wakeUp()).boot !== boot) return { ...nothing, lost: true };
    if (boot === this.#known) {
      for (const { path, bytes: content } of written) this.#holds.set(path, hashOf(content));
      for (const path of deleted) this.#holds.delete(path);
    }
    const { more, modules } = difference;
    return { written, deleted, refused, more, modules, lost: false };
  }

  /** Removes files. Their names go as arguments: what comes by stdin may, on a machine under load, not arrive. */
  async #remove(paths: readonly string[]): Promise<void> {
    for (let at = 0; at < paths.length; at += mostArguments) {
      const command = ['rm', '-f', '--', ...paths.slice(at, at + mostArguments)];
      const { code } = await this.#base.run({ command, timeLimit: moveSeconds });
      if (code !== 0) throw new Error(`Files could not be removed: exit code ${code}.`);
    }
  }

  /** Writes files. @returns false where not all of them arrived */
  async #place(files: readonly FileEntry[], project: ProjectFiles): Promise<boolean> {
    const { code, out } = await this.#base.run({
      command: ['node', '/opt/redraw/place.mjs'],
      stdin: packed(files, project),
      timeLimit: moveSeconds,
    });
    return code === 0 && new TextDecoder().decode(out) === String(files.length);
  }

  /** Reads files from the container. Whatever else the archive holds is passed over: links, other paths, what is too large. @param most bytes */
  async #take(wanted: ReadonlySet<string>, most: number): Promise<Collected['written']> {
    const command = ['tar', '-C', '/app', '-cf', '-', '--no-recursion', '--verbatim-files-from', '--null', '-T', '-'];
    const archive = this.#base.stream({ command, stdin: nulSeparated([...wanted]), timeLimit: moveSeconds });
    const written = new Map<string, Uint8Array<ArrayBuffer>>();
    let left = most;
    for await (const { header, body } of archive.pipeThrough(createTarDecoder())) {
      const { name, size, type } = header;
      if (type !== 'file' || !wanted.has(name) || written.has(name) || size > left) {
        await body.cancel();
        continue;
      }
      left -= size;
      written.set(name, new Uint8Array(await new Response(body).arrayBuffer()));
    }
    return [...written].map(([path, bytes]) => ({ path, bytes }));
  }

  /** What a container that runs already has of the project; `extra` takes what it has beside. */
  async #look(files: readonly FileEntry[], extra: Set<string>): Promise<Map<string, string>> {
    const { written, deleted, refused } = await this.#compare(files);
    const paths = new Set(files.map(({ path }) => path));
    for (const { path } of written) if (!paths.has(path)) extra.add(path);
    const other = new Set([...deleted, ...[...written, ...refused].map(({ path }) => path)]);
    return new Map(files.filter(({ path }) => !other.has(path)).map(({ path, hash }) => [path, hash]));
  }

  async #compare(files: readonly FileEntry[]): Promise<v.InferOutput<typeof Difference>> {
    const known = JSON.stringify(Object.fromEntries(files.map(({ path, hash }) => [path, hash])));
    const { code, out } = await this.#base.run({
      command: ['node', '/opt/redraw/files.mjs'],
      stdin: new Blob([known]).stream(),
      mostOutput: mostTold,
      timeLimit: moveSeconds,
    });
    if (code !== 0) throw new Error(`The files could not be compared: exit code ${code}.`);
    return v.parse(Difference, JSON.parse(new TextDecoder().decode(out)));
  }
}

const nothing: Collected = { written: [], deleted: [], refused: [], more: false, modules: false, lost: false };

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function nulSeparated(paths: readonly string[]): ReadableStream<Uint8Array> {
  return new Blob([paths.map((path) => `${path}\0`).join('')]).stream();
}

/** Files as a tar stream, read one after the other as they are needed. */
function packed(files: readonly FileEntry[], project: ProjectFiles): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const write = async (): Promise<void> => {
    for (const { path } of files) {
      const bytes = project.read(path);
      if (!bytes) continue;
      const isProgram = bytes[0] === 0x23 && bytes[1] === 0x21; // #!
      const header = { name: path, size: bytes.byteLength, mode: isProgram ? 0o755 : 0o644, type: 'file' } as const;
      const writer = controller.add(header).getWriter();
      if (bytes.byteLength > 0) await writer.write(bytes);
      await writer.close();
    }
    controller.finalize();
  };
  write().catch((error: unknown) => controller.error(error));
  return readable;
}
