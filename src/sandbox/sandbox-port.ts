import type { FileEntry } from '../protocol/resources.ts';
import type { ServeResult } from './container-rpc.ts';
import type { RunEvent } from './output-frames.ts';

/**
 * Where a project's commands run. One port, a driver each for where that is: a container, or nowhere.
 *
 * The files belong to the project; what runs has a copy. Everything in a sandbox but that copy may be lost at any time.
 */
export interface Sandbox {
  readonly capabilities: Capabilities;
  /**
   * Runs a program. Ends with one `end` event. What it started and left behind is ended with it.
   *
   * @param signal ends the run, and all that it started, within two seconds
   */
  exec(request: ExecRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void, void>;
  readonly processes: Processes;
  readonly files: SandboxFiles;
  /** What listens on a port of the sandbox. */
  port(port: number): SandboxPort;
  /** Hosts that may be reached beside the package registries. It lasts; what runs now has it at once. */
  allow(hosts: readonly string[]): Promise<void>;
  /** Whether it runs now. To ask does not wake it. */
  isAwake(): Promise<boolean>;
  /** Ends all that runs there and forgets its files. */
  destroy(): Promise<void>;
}

export interface Capabilities {
  /** Whether commands can run here at all. */
  commands: boolean;
  /** Why not, in a sentence; null where they can. */
  why: string | null;
}

export interface ExecRequest {
  /** A shell line, or a program with its arguments. */
  command: string | readonly string[];
  stdin?: ReadableStream<Uint8Array>;
  /** Whether stderr comes as stdout, in order. */
  mergeStderr?: boolean;
  /** Seconds. */
  timeLimit?: number;
  /** Bytes that it may print before it is ended. */
  maxOutputBytes?: number;
}

export interface Processes {
  /** Starts a shell line in the background and waits until its port answers. */
  start(server: ServerRequest): Promise<ServeResult>;
  /** The end of what it has said: at most `bytes` of it. */
  logs(id: string, bytes: number): Promise<string>;
  isRunning(id: string): Promise<boolean>;
  /** Ends it with all that it started. False: there is none. */
  stop(id: string): Promise<boolean>;
}

export interface ServerRequest {
  /** Letters, digits and dashes. */
  id: string;
  command: string;
  port: number;
  /** Seconds until the port should answer. */
  timeLimit: number;
}

/** The files of the project, as its owner has them. */
export interface ProjectFiles {
  list(): FileEntry[];
  read(path: string): Uint8Array<ArrayBuffer> | null;
}

export interface SandboxFiles {
  /** Makes the copy that of the project: what differs travels, and what the project has no more goes. */
  fill(project: ProjectFiles): Promise<FillResult>;
  /** What differs from the project there: the contents too, as far as they may be taken over. */
  collect(project: ProjectFiles): Promise<CollectResult>;
  /** The project has taken over a collected file, or the end of one. */
  markAccepted(path: string): void;
  /** What a command has left half done is not to come back: the next fill makes the copy that of the project again. */
  invalidate(): void;
}

export interface FillResult {
  /** True where this was another container than the last time: nothing is left of what ran, and of what was not the project's. */
  isNewContainer: boolean;
  /** How many files were written and removed. */
  changed: number;
}

export interface CollectResult {
  written: { path: string; bytes: Uint8Array<ArrayBuffer> }[];
  deleted: string[];
  /** What is there and did not come along, with a reason. Not all of it, where there is much. */
  refused: { path: string; why: string }[];
  /** Whether there is more than was looked at. */
  more: boolean;
  /** Whether there are installed packages (`node_modules`). */
  modules: boolean;
  /** True where the container is not the one that was filled: it says nothing about the project. */
  lost: boolean;
}

export interface SandboxPort {
  /**
   * Sends a request there; its URL counts from the path on. A WebSocket is the `webSocket` of the answer.
   *
   * @returns 502 where nothing listens, 503 where the sandbox is asleep, either with a header `x-redraw-sandbox`
   */
  fetch(request: Request): Promise<Response>;
}
