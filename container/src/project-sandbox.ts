import { Sandbox } from '@cloudflare/sandbox';
import { unlessAborted } from '../../src/async/abortable.ts';
import { TimeoutError, withTimeout } from '../../src/async/with-timeout.ts';
import type { ContainerCalls, RunCall, ServeCall, ServeResult, WakeResult } from '../../src/sandbox/container-rpc.ts';
import { type ContainerEnv, registries } from './egress.ts';
import { createRunStream } from './run-stream.ts';

/** Where the image's init answers. */
const readyPort = 8099;
/** How long an idle container stays, where nothing is set. Seconds. */
const idleSeconds = 120;
const scriptPath = '/opt/redraw/run.sh';
/** What the runtime may take for an answer about a container that runs. Milliseconds. */
const answerMs = 15_000;
/** The same, where the container has to be started. */
const wakeMs = 60_000;

/**
 * The container of one project. Lifecycle, idle sleep and egress are those of `Container`, from which `Sandbox` comes; commands and files go
 * through the runtime's own `exec`, so that the image needs no server. Methods are not named as those of `Sandbox`, which ask for one.
 */
export class ProjectSandbox extends Sandbox<ContainerEnv> implements ContainerCalls {
  override enableInternet = false;
  override interceptHttps = true;
  override allowedHosts = Object.keys(registries);
  override sleepAfter = Number(this.env.SANDBOX_SLEEP_SECONDS) || idleSeconds;

  static {
    // An assignment, not a field: the base class keeps the handlers in a setter.
    ProjectSandbox.outboundByHost = registries;
  }

  /** Names this start of the container. It outlives this object, as the container does. */
  #boot = this.ctx.storage.kv.get<string>('boot') ?? '';
  #activeCalls = 0;
  #starting: Promise<void> | undefined;
  /** Aborted when the container that runs now has ended. */
  #containerEnd: AbortController | undefined;

  async wakeUp(): Promise<WakeResult> {
    const before = this.#boot;
    await this.#ensureRunning();
    return { boot: this.#boot, fresh: before !== this.#boot };
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
   * A request for a port. An open WebSocket alone keeps no container awake: a tab that was left open would cost for ever. That is why this is
   * not `containerFetch`, which counts one as a request that runs.
   */
  override async fetch(request: Request): Promise<Response> {
    const container = this.ctx.container;
    if (!container?.running)
      return new Response('The container is asleep.\n', { status: 503, headers: { 'x-redraw-sandbox': 'asleep' } });
    this.renewActivityTimeout();
    const port = container.getTcpPort(Number(new URL(request.url).port));
    const isRepeatable = request.method === 'GET' || request.method === 'HEAD';
    try {
      // A connection that is kept may have been closed meanwhile: then the first request on it fails.
      return await port.fetch(request).catch((error) => (isRepeatable ? port.fetch(request) : Promise.reject(error)));
    } catch {
      return new Response('Nothing answers on this port.\n', {
        status: 502,
        headers: { 'x-redraw-sandbox': 'silent' },
      });
    }
  }

  /** Not `super.onStart()`: it asks for a server on port 3000 which is not there, and can revive a container that was stopped. */
  override async onStart(): Promise<void> {
    this.#boot = crypto.randomUUID();
    this.ctx.storage.kv.put('boot', this.#boot);
  }

  /** A command does not count as activity, so that a long one would be put to sleep. The base class asks again later. */
  override async onActivityExpired(): Promise<void> {
    if (this.#activeCalls === 0) await this.stop();
  }

  override onError(): void {
    // What failed is told to the caller.
  }

  /** Starts the container where it does not run. A plain `start()` would wait for port 3000, for good. */
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

  /** Runs the image's script where the container runs. @param ms how long it may take @returns its exit code */
  async #runScript(ms: number, ...args: string[]): Promise<number> {
    const { container } = this.ctx;
    if (!container?.running) return 1;
    const { signal: containerEnd } = this.#watchEnd(container);
    try {
      // Ignored, not left unread: the exit code stays pending while output waits for a reader.
      const { process } = await this.#exec(container, [scriptPath, ...args], { stdout: 'ignore', stderr: 'ignore' });
      return await withTimeout(ms, unlessAborted(process.exitCode, containerEnd));
    } catch (error) {
      if (containerEnd.aborted) return 1;
      throw error;
    }
  }

  /** Starts a program. `containerEnd` is aborted when the container has ended. */
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
   * Waits for an answer of the runtime. The local one asks Docker one thing after the other, and a program that was about to start when its
   * container was killed is never answered: then all that comes after waits for good, `monitor` too. A new object asks anew.
   */
  async #withRuntimeTimeout<T>(ms: number, answer: Promise<T>): Promise<T> {
    try {
      return await withTimeout(ms, answer);
    } catch (error) {
      if (error instanceof TimeoutError) this.ctx.abort(error.message);
      throw error;
    }
  }

  /** Hears of the end of the container that runs now: what waits for something in it may otherwise wait for good. */
  #watchEnd(container: Container): AbortController {
    if (this.#containerEnd && !this.#containerEnd.signal.aborted) return this.#containerEnd;
    const end = new AbortController();
    this.#containerEnd = end;
    const ended = (): void => end.abort(new Error('The container went away.'));
    container.monitor().then(ended, ended);
    return end;
  }
}

/** @throws RangeError where an id could be read as anything else */
function checkedId(id: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) throw new RangeError('This is no id of a process.');
  return id;
}
