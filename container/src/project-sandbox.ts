import { Sandbox } from '@cloudflare/sandbox';
import { unlessAborted } from '../../src/async/unless-aborted.ts';
import { TimeoutError, withTimeout } from '../../src/async/with-timeout.ts';
import type { ContainerCalls, RunCall, ServeCall, ServeResult, WakeResult } from '../../src/sandbox/container-rpc.ts';
import { type ContainerEnv, registries } from './egress.ts';
import { createRunStream } from './run-stream.ts';

/** Port on which the image's init answers. */
const readyPort = 8099;
/** Default time until an idle container sleeps. Seconds. */
const idleSeconds = 120;
const scriptPath = '/opt/redraw/run.sh';
/** Timeout of a call to the runtime about a running container. Milliseconds. */
const answerMs = 15_000;
/** Timeout of a container start. Milliseconds. */
const wakeMs = 60_000;

/**
 * The container of one project. Lifecycle, idle sleep and egress come from `Container`, the base class of `Sandbox`. Commands and files use
 * the runtime's `exec`, so the image needs no server. Method names differ from those of `Sandbox`, whose methods do need one.
 */
export class ProjectSandbox extends Sandbox<ContainerEnv> implements ContainerCalls {
  override enableInternet = false;
  override interceptHttps = true;
  override allowedHosts = Object.keys(registries);
  override sleepAfter = this.#sleepAfter(this.ctx.storage.kv.get<number>('idle'));

  static {
    // An assignment, not a field: the base class has a setter that registers the handlers.
    ProjectSandbox.outboundByHost = registries;
  }

  /** Identifies this start of the container. Stored, because the container may outlive this object. */
  #boot = this.ctx.storage.kv.get<string>('boot') ?? '';
  #activeCalls = 0;
  #starting: Promise<void> | undefined;
  /** Aborted when the running container ends. */
  #containerEnd: AbortController | undefined;

  async wakeUp(idle?: number): Promise<WakeResult> {
    const { kv } = this.ctx.storage;
    // Stored, because the container may outlive this object.
    if (idle !== undefined && idle !== kv.get<number>('idle')) kv.put('idle', idle);
    this.sleepAfter = this.#sleepAfter(idle);
    const before = this.#boot;
    await this.#ensureRunning();
    return { boot: this.#boot, fresh: before !== this.#boot };
  }

  /** Seconds after which the container sleeps: the longer of what is set for all and of what the project's owner has by their plan. */
  #sleepAfter(idle = 0): number {
    return Math.max(Number(this.env.SANDBOX_SLEEP_SECONDS) || idleSeconds, idle);
  }

  async runCommand(run: RunCall, stdin?: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
    const container = await this.#ensureRunning();
    const argv = [
      scriptPath,
      'run',
      checkedId(run.id),
      String(run.seconds),
      run.merged ? 'merged' : 'apart',
      ...run.argv,
    ];
    const boot = this.#boot;
    this.#activeCalls += 1;
    const onClosed = (): void => {
      this.#activeCalls -= 1;
      this.renewActivityTimeout();
    };
    try {
      const { process, containerEnd } = await this.#exec(container, argv, { cwd: '/app', ...(stdin ? { stdin } : {}) });
      return createRunStream(process, {
        containerEnd,
        maxOutputBytes: run.mostOutput,
        timeoutMs: run.seconds * 1000 + 5_000,
        endRun: () => this.endProcess(run.id),
        isSameContainer: async () =>
          boot === this.#boot && (await this.#runScript(answerMs, 'there').catch(() => -1)) === 0,
        onClosed,
      });
    } catch (error) {
      onClosed();
      throw error;
    }
  }

  async endProcess(id: string): Promise<boolean> {
    return (await this.#runScript(answerMs, 'end', checkedId(id))) === 0;
  }

  async serve({ id, line, port, seconds }: ServeCall): Promise<ServeResult> {
    await this.#ensureRunning();
    await this.#runScript(answerMs, 'serve', checkedId(id), line);
    this.#activeCalls += 1;
    try {
      const code = await this.#runScript(seconds * 1000 + answerMs, 'await', id, String(port), String(seconds));
      return code === 0 ? 'listening' : code === 2 ? 'silent' : 'ended';
    } finally {
      this.#activeCalls -= 1;
      this.renewActivityTimeout();
    }
  }

  async isServing(id: string): Promise<boolean> {
    return (await this.#runScript(answerMs, 'alive', checkedId(id))) === 0;
  }

  async serverLog(id: string, bytes: number): Promise<string> {
    const container = this.ctx.container;
    if (!container?.running) return '';
    const { process, containerEnd } = await this.#exec(container, [scriptPath, 'log', checkedId(id), String(bytes)]);
    const { stdout } = await withTimeout(answerMs, unlessAborted(process.output(), containerEnd));
    return new TextDecoder().decode(stdout);
  }

  async isAwake(): Promise<boolean> {
    return this.ctx.container?.running ?? false;
  }

  async allowOnly(hosts: string[]): Promise<void> {
    await this.#withRuntimeTimeout(answerMs, this.setAllowedHosts([...Object.keys(registries), ...hosts]));
  }

  async wipe(): Promise<void> {
    this.#boot = '';
    if (this.ctx.container?.running) await this.#withRuntimeTimeout(answerMs, this.destroy());
  }

  /**
   * Forwards a request to a port. An open WebSocket does not keep the container awake: a forgotten tab would cost for ever. Hence not
   * `containerFetch`, which counts an open WebSocket as activity.
   */
  override async fetch(request: Request): Promise<Response> {
    const container = this.ctx.container;
    if (!container?.running)
      return new Response('The container is asleep.\n', { status: 503, headers: { 'x-redraw-sandbox': 'asleep' } });
    this.renewActivityTimeout();
    const port = container.getTcpPort(Number(new URL(request.url).port));
    const isRepeatable = request.method === 'GET' || request.method === 'HEAD';
    try {
      // The first request on a kept-alive connection fails where the server has closed it meanwhile.
      return await port.fetch(request).catch((error) => (isRepeatable ? port.fetch(request) : Promise.reject(error)));
    } catch {
      return new Response('Nothing answers on this port.\n', {
        status: 502,
        headers: { 'x-redraw-sandbox': 'silent' },
      });
    }
  }

  /** Without `super.onStart()`, which asks for a server on port 3000 that the image lacks, and can revive a stopped container. */
  override async onStart(): Promise<void> {
    this.#boot = crypto.randomUUID();
    this.ctx.storage.kv.put('boot', this.#boot);
  }

  /** Stays awake during calls: the base class does not count a long command as activity. It asks again later. */
  override async onActivityExpired(): Promise<void> {
    if (this.#activeCalls === 0) await this.stop();
  }

  override onError(): void {
    // The caller of the failed method gets the error.
  }

  /** Starts the container unless it runs. A plain `start()` would wait for port 3000 for ever. */
  async #ensureRunning(): Promise<Container> {
    const { container } = this.ctx;
    if (!container) throw new Error('This Durable Object has no container.');
    if (!container.running || this.#starting) {
      this.#starting ??= this.startAndWaitForPorts({
        ports: readyPort,
        cancellationOptions: { waitInterval: 50, instanceGetTimeoutMS: 30_000, portReadyTimeoutMS: 30_000 },
      }).finally(() => {
        this.#starting = undefined;
      });
      await this.#withRuntimeTimeout(wakeMs, this.#starting);
    }
    this.renewActivityTimeout();
    return container;
  }

  /** Runs the image's script. @param ms timeout @returns its exit code; 1 where the container does not run */
  async #runScript(ms: number, ...args: string[]): Promise<number> {
    const { container } = this.ctx;
    if (!container?.running) return 1;
    const { signal: containerEnd } = this.#watchEnd(container);
    try {
      // Output is ignored, not just left unread: the exit code stays pending while output waits for a reader.
      const { process } = await this.#exec(container, [scriptPath, ...args], { stdout: 'ignore', stderr: 'ignore' });
      return await withTimeout(ms, unlessAborted(process.exitCode, containerEnd));
    } catch (error) {
      if (containerEnd.aborted) return 1;
      throw error;
    }
  }

  /** Starts a program. `containerEnd` is aborted when the container ends. */
  async #exec(
    container: Container,
    argv: string[],
    options: ContainerExecOptions = {},
  ): Promise<{ process: ExecProcess; containerEnd: AbortSignal }> {
    const { signal: containerEnd } = this.#watchEnd(container);
    return {
      process: await this.#withRuntimeTimeout(answerMs, unlessAborted(container.exec(argv, options), containerEnd)),
      containerEnd,
    };
  }

  /**
   * Waits for an answer of the runtime; a timeout aborts this object. The local runtime sends its requests to Docker one at a time, and
   * Docker never answers the start of a program whose container was just killed: every later request, `monitor` included, would wait for
   * ever. A new object has a new connection.
   */
  async #withRuntimeTimeout<T>(ms: number, answer: Promise<T>): Promise<T> {
    try {
      return await withTimeout(ms, answer);
    } catch (error) {
      if (error instanceof TimeoutError) this.ctx.abort(error.message);
      throw error;
    }
  }

  /** Watches for the end of the running container: a call that waits for something in it might otherwise wait for ever. */
  #watchEnd(container: Container): AbortController {
    if (this.#containerEnd && !this.#containerEnd.signal.aborted) return this.#containerEnd;
    const end = new AbortController();
    this.#containerEnd = end;
    const ended = (): void => end.abort(new Error('The container went away.'));
    container.monitor().then(ended, ended);
    return end;
  }
}

/** An id that is safe as a script argument and file name. @throws RangeError for any other */
function checkedId(id: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) throw new RangeError('This is no id of a process.');
  return id;
}
