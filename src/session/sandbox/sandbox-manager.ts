import type { EventData } from '../../protocol/events.ts';
import type { Sandbox } from '../../sandbox/sandbox-port.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { EventLog } from '../events/event-log.ts';
import type { MetaStore } from '../storage/session-meta.ts';

/** The server that a project wants to run: it is started again whenever its container had gone. */
export interface WantedServer {
  command: string;
  port: number;
}

/** What came of a start. */
export interface ServerStart {
  served: 'listening' | 'ended' | 'silent';
  log: string;
}

/** The one server of a project, as the sandbox knows it. */
const serverId = 'server';
/** Seconds that a server may take until it listens. */
const serverSeconds = 60;
/** Seconds that packages may take to be installed again. */
const installSeconds = 300;
/** A server that has ended is not started again before. Milliseconds. */
const restartMs = 30_000;
/** Bytes of a server's log that are looked at. */
const logBytes = 16_000;

const never = new AbortController().signal;

interface Base {
  sandbox: Sandbox;
  workspace: Workspace;
  meta: MetaStore;
  log: EventLog;
  /** The turn that runs, for the events; null where none does. */
  turn(): string | null;
}

type State = EventData<'sandbox'>['state'];
type ServerState = NonNullable<EventData<'sandbox'>['server']>['state'];

/**
 * A project's sandbox and what is to run in it. It brings the sandbox to what the project is before anything else happens there: the files,
 * the packages where a container that had them is gone, the server.
 */
export class SandboxManager {
  readonly sandbox: Sandbox;
  readonly #base: Base;
  #last: Promise<unknown> = Promise.resolve();
  /** Waits for its turn. */
  #push: Promise<boolean> | null = null;
  #told = '';
  #waking: Promise<void> | null = null;
  #startedAt = 0;
  #command: AbortController | null = null;

  constructor(base: Base) {
    this.#base = base;
    this.sandbox = base.sandbox;
  }

  get wanted(): WantedServer | null {
    const json = this.#base.meta.get('server');
    return json ? (JSON.parse(json) as WantedServer) : null;
  }

  /** Whether the preview is what a server of the sandbox answers. */
  get isServing(): boolean {
    return this.sandbox.capabilities.commands && this.wanted !== null;
  }

  /** Work in the sandbox, one after the other. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Makes the sandbox ready for the next command, inside of {@link alone}. @param signal of whoever waits for it */
  async ready(signal: AbortSignal): Promise<void> {
    const { meta, workspace } = this.#base;
    if (!(await this.sandbox.isAwake())) this.tell('starting', this.wanted && 'starting');
    const { isNewContainer } = await this.sandbox.files.fill(workspace).catch(() => {
      signal.throwIfAborted();
      // A container that was killed is taken to run for a moment: the second time, it is started.
      return this.sandbox.files.fill(workspace);
    });
    if (!isNewContainer) return;
    if (meta.get('packages') === '1' && workspace.stat('package.json')) await this.#install(signal);
    const { wanted } = this;
    if (wanted) await this.#start(wanted);
    else this.tell('running', null);
  }

  /** Starts a server in the place of the one before, inside of {@link alone}. */
  async serve(wanted: WantedServer): Promise<ServerStart> {
    if (this.wanted) await this.sandbox.processes.stop(serverId);
    this.#base.meta.set({ server: JSON.stringify(wanted) });
    return this.#start(wanted);
  }

  /** No server is wanted any more. */
  async stopServing(): Promise<void> {
    this.#base.meta.set({ server: '' });
    this.tell('running', null);
    await this.sandbox.processes.stop(serverId);
  }

  /** What the server has printed last, and whether it runs. */
  async serverLog(): Promise<{ log: string; running: boolean }> {
    const [log, running] = await Promise.all([
      this.sandbox.processes.logs(serverId, logBytes),
      this.sandbox.processes.isRunning(serverId),
    ]);
    return { log, running };
  }

  /** The preview found the server gone: the container slept, or was lost. Brings it back, once for all who ask meanwhile. */
  wake(): Promise<void> {
    this.#waking ??= this.alone(async () => {
      await this.ready(never);
      const { wanted } = this;
      // One that ends each time it is started is not started for ever.
      if (wanted && Date.now() - this.#startedAt > restartMs && !(await this.sandbox.processes.isRunning(serverId)))
        await this.#start(wanted);
    })
      .catch(() => this.tell('idle', this.wanted && 'failed'))
      .finally(() => {
        this.#waking = null;
      });
    return this.#waking;
  }

  /**
   * The project's files have changed: a server that watches them is to see it now. Changes that come before it is their turn go along.
   *
   * @returns whether they are there: not where it sleeps, or is lost
   */
  pushFiles(): Promise<boolean> {
    if (this.#push) return this.#push;
    const push = this.alone(async () => {
      this.#push = null;
      if (!(await this.sandbox.isAwake())) return false;
      await this.ready(never);
      return true;
    }).catch(() => false);
    this.#push = push;
    return push;
  }

  /** Ends the container. What is wanted of it goes, too. */
  async restart(): Promise<void> {
    this.#base.meta.set({ server: '', packages: '0' });
    await this.sandbox.destroy();
    this.tell('idle', null);
  }

  /** Runs a command that can be stopped from outside. @param signal of its turn */
  async commanded<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const own = new AbortController();
    this.#command = own;
    try {
      return await work(AbortSignal.any([signal, own.signal]));
    } finally {
      this.#command = null;
    }
  }

  /** Stops the command that runs; its turn goes on. False: none does. */
  stopCommand(): boolean {
    this.#command?.abort();
    return this.#command !== null;
  }

  /** Hosts that the visitor has opened to it. */
  get hosts(): string[] {
    return JSON.parse(this.#base.meta.get('hosts') || '[]') as string[];
  }

  /** Opens these hosts to it, and no others beside the package registries. */
  async allow(hosts: readonly string[]): Promise<void> {
    await this.sandbox.allow(hosts);
    this.#base.meta.set({ hosts: JSON.stringify(hosts) });
  }

  /** Whether the packages of the project are installed, as was seen last. */
  notePackages(installed: boolean): void {
    this.#base.meta.set({ packages: installed ? '1' : '0' });
  }

  tell(state: State, server: ServerState | null): void {
    const { wanted } = this;
    const data: EventData<'sandbox'> = { state, server: wanted && server ? { ...wanted, state: server } : null };
    const text = JSON.stringify(data);
    if (text === this.#told) return;
    this.#told = text;
    this.#base.log.emit({ type: 'sandbox', data }, this.#base.turn());
  }

  async #start(wanted: WantedServer): Promise<ServerStart> {
    this.#startedAt = Date.now();
    this.tell('running', 'starting');
    const command = `export PORT=${wanted.port}\n${wanted.command}`;
    const server = { id: serverId, command, port: wanted.port, timeLimit: serverSeconds };
    const served = await this.sandbox.processes.start(server);
    this.tell('running', served === 'listening' ? 'running' : 'failed');
    return { served, log: await this.sandbox.processes.logs(serverId, logBytes) };
  }

  async #install(signal: AbortSignal): Promise<void> {
    this.tell('installing', this.wanted && 'starting');
    const locked = this.#base.workspace.stat('package-lock.json') !== null;
    const command = `npm ${locked ? 'ci' : 'install'} --no-audit --no-fund`;
    for await (const _ of this.sandbox.exec({ command, mergeStderr: true, timeLimit: installSeconds }, signal));
  }
}
