import * as v from 'valibot';
import type { EventData } from '../../protocol/events.ts';
import type { Sandbox } from '../../sandbox/sandbox-interface.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { EventLog } from '../events/event-log.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** The server that a project is meant to run: it is started again whenever its container was lost. */
const DesiredServer = v.object({ command: v.string(), port: v.number() });
export type DesiredServer = v.InferOutput<typeof DesiredServer>;

/** Result of starting a server. `silent`: nothing listened in time. */
export interface ServerStart {
  served: 'listening' | 'ended' | 'silent';
  log: string;
}

/** Process id of a project's only server. */
const serverId = 'server';
/** Seconds for a server to listen on its port. */
const listenTimeoutSeconds = 60;
/** Seconds for reinstalling the packages. */
const installTimeoutSeconds = 300;
/** Minimum time between two starts of a server that keeps ending. Milliseconds. */
const minRestartMs = 30_000;
/** Bytes read from the end of a server's log. */
const logBytes = 16_000;

const neverAborted = new AbortController().signal;

interface Deps {
  sandbox: Sandbox;
  workspace: Workspace;
  meta: MetaStore;
  log: EventLog;
  /** Id of the running turn, for the events; null: none runs. */
  activeTurn(): string | null;
}

type SandboxState = EventData<'sandbox'>['state'];
type ServerState = NonNullable<EventData<'sandbox'>['server']>['state'];

/**
 * Manages a project's sandbox. Before any work there, it reconciles the sandbox with the project's desired state: its files, its packages
 * (if the container that had them was lost) and its server.
 */
export class SandboxManager {
  readonly sandbox: Sandbox;
  readonly #deps: Deps;
  #lastJob: Promise<unknown> = Promise.resolve();
  /** The push that waits for its turn; null: none. */
  #queuedPush: Promise<boolean> | null = null;
  #lastEmitted = '';
  #waking: Promise<void> | null = null;
  #startedAt = 0;
  #command: AbortController | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.sandbox = deps.sandbox;
  }

  /** The server that is meant to run, or null. */
  get desiredServer(): DesiredServer | null {
    return parseStoredOr(DesiredServer, this.#deps.meta.get('server') || null, null);
  }

  /** Whether the preview is answered by a server in the sandbox. */
  get isServing(): boolean {
    return this.sandbox.capabilities.commands && this.desiredServer !== null;
  }

  /** Serialises work in the sandbox: runs it after all earlier work has settled. */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const job = this.#lastJob.then(work, work);
    this.#lastJob = job.catch(() => undefined);
    return job;
  }

  /** Reconciles the sandbox with the project before the next command. Call inside {@link runExclusive}. @param signal of the caller */
  async ensureReady(signal: AbortSignal): Promise<void> {
    const { meta, workspace } = this.#deps;
    if (!(await this.sandbox.isAwake())) this.emitState('starting', this.desiredServer && 'starting');
    const { isNewContainer } = await this.sandbox.files.fill(workspace).catch(() => {
      signal.throwIfAborted();
      // For a moment, a killed container still counts as running: the second attempt starts it.
      return this.sandbox.files.fill(workspace);
    });
    if (!isNewContainer) return;
    if (meta.get('packages') === '1' && workspace.stat('package.json')) await this.#installPackages(signal);
    const { desiredServer } = this;
    if (desiredServer) await this.#launch(desiredServer);
    else this.emitState('running', null);
  }

  /** Replaces the project's server. Call inside {@link runExclusive}. */
  async startServer(desired: DesiredServer): Promise<ServerStart> {
    if (this.desiredServer) await this.sandbox.processes.stop(serverId);
    this.#deps.meta.set({ server: JSON.stringify(desired) });
    return this.#launch(desired);
  }

  /** Stops the project's server, for good. */
  async stopServer(): Promise<void> {
    this.#deps.meta.set({ server: '' });
    this.emitState('running', null);
    await this.sandbox.processes.stop(serverId);
  }

  /** The end of the server's log, and whether the server runs. */
  async serverLog(): Promise<{ log: string; running: boolean }> {
    const [log, running] = await Promise.all([
      this.sandbox.processes.logs(serverId, logBytes),
      this.sandbox.processes.isRunning(serverId),
    ]);
    return { log, running };
  }

  /** Brings back a server that did not answer: its container slept or was lost. Single-flight: concurrent callers await the same start. */
  wake(): Promise<void> {
    this.#waking ??= this.runExclusive(async () => {
      await this.ensureReady(neverAborted);
      const { desiredServer } = this;
      // A server that ends after each start must not be restarted in a loop.
      if (
        desiredServer &&
        Date.now() - this.#startedAt > minRestartMs &&
        !(await this.sandbox.processes.isRunning(serverId))
      )
        await this.#launch(desiredServer);
    })
      .catch(() => this.emitState('idle', this.desiredServer && 'failed'))
      .finally(() => {
        this.#waking = null;
      });
    return this.#waking;
  }

  /**
   * Pushes changed files to the sandbox, where a server may watch them. Changes made before a queued push starts share that push.
   *
   * @returns whether the sandbox has them; false while it sleeps, or was lost
   */
  pushFiles(): Promise<boolean> {
    if (this.#queuedPush) return this.#queuedPush;
    const push = this.runExclusive(async () => {
      this.#queuedPush = null;
      if (!(await this.sandbox.isAwake())) return false;
      await this.ensureReady(neverAborted);
      return true;
    }).catch(() => false);
    this.#queuedPush = push;
    return push;
  }

  /** Ends the container and forgets its server and packages. */
  async reset(): Promise<void> {
    this.#deps.meta.set({ server: '', packages: '0' });
    await this.sandbox.destroy();
    this.emitState('idle', null);
  }

  /** Runs a command that {@link stopCommand} can stop. @param signal of its turn */
  async runStoppable<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    this.#command = stop;
    try {
      return await work(AbortSignal.any([signal, stop.signal]));
    } finally {
      this.#command = null;
    }
  }

  /** Stops the running command; its turn continues. @returns false: no command runs */
  stopCommand(): boolean {
    this.#command?.abort();
    return this.#command !== null;
  }

  /** Hosts that the visitor has allowed the sandbox to reach. */
  get allowedHosts(): string[] {
    return parseStoredOr(v.array(v.string()), this.#deps.meta.get('hosts'), []);
  }

  /** Allows exactly these hosts, and the package registries. */
  async allowHosts(hosts: readonly string[]): Promise<void> {
    await this.sandbox.allow(hosts);
    this.#deps.meta.set({ hosts: JSON.stringify(hosts) });
  }

  /** Records whether the project's packages are installed in the sandbox. */
  setPackagesInstalled(installed: boolean): void {
    this.#deps.meta.set({ packages: installed ? '1' : '0' });
  }

  /** Emits the state of the sandbox and its server, if it differs from the one emitted last. */
  emitState(state: SandboxState, server: ServerState | null): void {
    const { desiredServer } = this;
    const data: EventData<'sandbox'> = {
      state,
      server: desiredServer && server ? { ...desiredServer, state: server } : null,
    };
    const text = JSON.stringify(data);
    if (text === this.#lastEmitted) return;
    this.#lastEmitted = text;
    this.#deps.log.emit({ type: 'sandbox', data }, this.#deps.activeTurn());
  }

  async #launch(desired: DesiredServer): Promise<ServerStart> {
    this.#startedAt = Date.now();
    this.emitState('running', 'starting');
    const command = `export PORT=${desired.port}\n${desired.command}`;
    const server = { id: serverId, command, port: desired.port, timeLimit: listenTimeoutSeconds };
    const served = await this.sandbox.processes.start(server);
    this.emitState('running', served === 'listening' ? 'running' : 'failed');
    return { served, log: await this.sandbox.processes.logs(serverId, logBytes) };
  }

  async #installPackages(signal: AbortSignal): Promise<void> {
    this.emitState('installing', this.desiredServer && 'starting');
    const locked = this.#deps.workspace.stat('package-lock.json') !== null;
    const command = `npm ${locked ? 'ci' : 'install'} --no-audit --no-fund`;
    for await (const _ of this.sandbox.exec({ command, mergeStderr: true, timeLimit: installTimeoutSeconds }, signal));
  }
}
