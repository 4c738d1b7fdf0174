/**
 * RPC interface of a container's Durable Object (container/src/project-sandbox.ts), as the main Worker calls it. The two Workers are
 * deployed apart and share this file, the output frames and the helpers in `src/async/`, and no other code.
 */
export interface ContainerCalls {
  /** Starts the container unless it runs. @param idleSeconds after which it sleeps, if that is longer than what is set for all */
  wakeUp(idleSeconds?: number): Promise<WakeResult>;
  /** Runs a program; answers a stream of frames (`output-frames.ts`). Cancelling the stream ends the run. */
  runCommand(run: RunCall, stdin?: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>;
  /** Ends a run or a server with all processes that it started. False: there is no such run. */
  endProcess(id: string): Promise<boolean>;
  /** Starts a server and waits until its port answers. */
  serve(call: ServeCall): Promise<ServeResult>;
  /** The last `bytes` of a server's output. */
  serverLog(id: string, bytes: number): Promise<string>;
  isServing(id: string): Promise<boolean>;
  isAwake(): Promise<boolean>;
  /** Sets the hosts that the project may reach in addition to the package registries. */
  allowOnly(hosts: string[]): Promise<void>;
  /** Destroys the container with all that runs in it. */
  wipe(): Promise<void>;
  /** Forwards a request to `http://localhost:<port>/…`; 503 with `x-redraw-sandbox: asleep` where the container does not run. */
  fetch(request: Request): Promise<Response>;
}

/** Binding of the containers' Worker. */
export interface ContainerNamespace {
  getByName(name: string): ContainerCalls;
}

export interface WakeResult {
  /** Changes whenever the container may have lost its files. */
  boot: string;
  /** True where this call started the container: it holds no files. */
  fresh: boolean;
}

export interface RunCall {
  /** Letters, digits and dashes. */
  id: string;
  argv: string[];
  /** Time limit in seconds. */
  seconds: number;
  /** Whether stderr is merged into stdout, in order. */
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

/** `listening`: the port answers. `ended`: the command ended before. `silent`: the command runs, but nothing listens yet. */
export type ServeResult = 'listening' | 'ended' | 'silent';
