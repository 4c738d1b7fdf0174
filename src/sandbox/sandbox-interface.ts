import type { FileEntry } from '../protocol/resources.ts';
import type { ServeResult } from './container-rpc.ts';
import type { RunEvent } from './output-frames.ts';

/**
 * Where a project's commands run: a port with two drivers, `container-sandbox.ts` and `no-sandbox.ts`.
 *
 * The files belong to the project; the sandbox holds a copy. Everything in a sandbox may be lost at any time.
 */
export interface Sandbox {
  readonly capabilities: Capabilities;
  /**
   * Runs a program. The last event is the only `end`. Processes that the program leaves behind are killed with it.
   *
   * @param signal ends the run with all its processes, within two seconds
   */
  exec(request: ExecRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void, void>;
  readonly processes: Processes;
  readonly files: SandboxFiles;
  /** A port of the sandbox, for requests to the server that listens there. */
  port(port: number): SandboxPort;
  /** Sets the hosts that may be reached in addition to the package registries. Lasting, and in force at once for running programs. */
  allow(hosts: readonly string[]): Promise<void>;
  /** Whether the sandbox runs now. Does not wake it. */
  isAwake(): Promise<boolean>;
  /** Ends everything that runs in the sandbox and discards its files. */
  destroy(): Promise<void>;
}

export interface Capabilities {
  /** Whether commands can run here at all. */
  commands: boolean;
  /** The reason in a sentence where they cannot; null where they can. */
  why: string | null;
}

export interface ExecRequest {
  /** A shell line, or a program with its arguments. */
  command: string | readonly string[];
  stdin?: ReadableStream<Uint8Array>;
  /** Whether stderr is merged into stdout, in order. */
  mergeStderr?: boolean;
  /** Seconds. */
  timeLimit?: number;
  /** Bytes of output after which the run is ended. */
  maxOutputBytes?: number;
}

export interface Processes {
  /** Starts a shell line in the background and waits until its port answers. */
  start(server: ServerRequest): Promise<ServeResult>;
  /** The last `bytes` of a server's output. */
  logs(id: string, bytes: number): Promise<string>;
  isRunning(id: string): Promise<boolean>;
  /** Ends a server with all processes that it started. False: there is no such server. */
  stop(id: string): Promise<boolean>;
}

export interface ServerRequest {
  /** Letters, digits and dashes. */
  id: string;
  command: string;
  port: number;
  /** Seconds to wait until the port answers. */
  timeLimit: number;
}

/** The files of a project, as its owner has them. */
export interface ProjectFiles {
  list(): FileEntry[];
  /** The bytes of a file from `start` to `end`, piece by piece, as they were at the call. `release` ends it. */
  readPieces(file: FileEntry, start: number, end: number): { pieces: Iterator<Uint8Array>; release: () => void };
}

export interface SandboxFiles {
  /** Makes the sandbox's copy equal to the project: transfers differences, deletes files that the project has lost. */
  fill(project: ProjectFiles): Promise<FillResult>;
  /** Reads how the copy differs from the project, with the contents of all files that may be taken over. */
  collect(project: ProjectFiles): Promise<CollectResult>;
  /** Tells that the project has taken over the change or the deletion of a collected file. */
  markAccepted(path: string): void;
  /** Discards what is known of the copy: the next fill undoes whatever an aborted command has left half done. */
  invalidate(): void;
}

export interface FillResult {
  /** True where the container is another one than at the last fill: its processes, and files outside the project, are lost. */
  isNewContainer: boolean;
  /** How many files were written and removed. */
  changed: number;
}

export interface CollectResult {
  written: { path: string; bytes: Uint8Array<ArrayBuffer> }[];
  deleted: string[];
  /** Entries that cannot be files of the project, with the reason. Incomplete where there are many. */
  refused: { path: string; why: string }[];
  /** Whether some changes were not examined. */
  more: boolean;
  /** Whether there are installed packages (`node_modules`). */
  modules: boolean;
  /** True where the container is not the one that was filled: its files say nothing about the project. */
  lost: boolean;
}

export interface SandboxPort {
  /**
   * Forwards a request to the port; only path and query of its URL count. A WebSocket is the `webSocket` of the answer.
   *
   * @returns 502 where nothing listens, 503 where the sandbox is asleep; both with a header `x-redraw-sandbox`
   */
  fetch(request: Request): Promise<Response>;
}
