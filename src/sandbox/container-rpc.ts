/**
 * What the Durable Object of a container (container/src/project-sandbox.ts) answers to, as the main Worker sees it: the two Workers share this
 * file, `frames.ts`, `within.ts` and one helper of `protocol/`, and no code else.
 */
export interface ContainerCalls {
  /** Starts the container where it does not run. */
  wakeUp(): Promise<WakeResult>;
  /** Runs a program; the stream is of frames. Cancelling it ends the run. */
  runCommand(run: RunCall, stdin?: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>;
  /** Ends a run or a server with all that it started. False: there is none. */
  endProcess(id: string): Promise<boolean>;
  /** Starts a server and waits until its port answers. */
  serve(call: ServeCall): Promise<ServeResult>;
  /** The end of a server's output. */
  serverLog(id: string, bytes: number): Promise<string>;
  isServing(id: string): Promise<boolean>;
  isAwake(): Promise<boolean>;
  /** Hosts that the project may reach beside the package registries. */
  allowOnly(hosts: string[]): Promise<void>;
  /** Ends the container and all that runs in it. */
  wipe(): Promise<void>;
  /** A request for `http://localhost:<port>/…`; 503 with `x-redraw-sandbox: asleep` where the container does not run. */
  fetch(request: Request): Promise<Response>;
}

/** The binding of the containers' Worker. */
export interface ContainerNamespace {
  getByName(name: string): ContainerCalls;
}

export interface WakeResult {
  /** Changes whenever the container may have lost its files. */
  boot: string;
  /** True where this call started it: there are no files in it. */
  fresh: boolean;
}

export interface RunCall {
  /** Letters, digits and dashes. */
  id: string;
  argv: string[];
  /** Seconds; the run is ended after that. */
  seconds: number;
  /** Whether what goes to stderr comes as stdout, in order. */
  merged: boolean;
  /** Bytes of output after which the run is ended. */
  mostOutput: number;
}

export interface ServeCall {
  id: string;
  /** A shell line. */
  line: string;
  port: number;
  /** Seconds to wait for the port. */
  seconds: number;
}

/** `listening`: the port answers. `ended`: the command came to its end before. `silent`: it runs, and nothing listens yet. */
export type ServeResult = 'listening' | 'ended' | 'silent';
