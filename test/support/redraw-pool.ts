import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, startServer } from '../../scripts/server.ts';
import { freePort } from './free-port.ts';

type Settings = Record<string, string>;

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the pool of Redraws answers: `POST /<call of PoolCalls>`, JSON both ways. */
    redrawPool: string;
  }
}

/** A Redraw that runs in Vitest's process. */
export interface Lease {
  url: string;
  port: number;
  /** Path of the state folder. */
  state: string;
  /** The port at which this Redraw asks for Claude, where its settings do not say another. */
  claudePort: number;
}

/** What a Redraw of a file's own is asked for with. */
export interface LeaseRequest {
  settings: Settings;
  port: number;
  /** A state folder to start on. It is deleted in the end. */
  state: string;
}

/** The calls of `redraw-pool-setup.ts`. A lease is named by its `url`. */
export interface PoolCalls {
  /** A free port, which the pool gives to nobody else. */
  port(): Promise<number>;
  /** Starts a Redraw; without a request, takes one that other files have had, or starts such a one. */
  lease(request: LeaseRequest | null): Promise<Lease>;
  /** Gives it back. */
  release(request: { url: string }): Promise<void>;
  /** Kills its runtime, as a power cut would. */
  kill(request: { url: string }): Promise<void>;
  /** Starts it again on the same port and state, with some settings changed. */
  restart(request: { url: string; changes: Settings }): Promise<void>;
  /** What it has logged so far. */
  output(request: { url: string }): Promise<string>;
}

interface Running {
  readonly lease: Lease;
  readonly isShared: boolean;
  settings: Settings;
  server: Server | null;
  logged: string;
}

/** Settings that every Redraw of the pool has, where its own do not say another. */
const commonSettings: Settings = {
  SESSION_SECRET: 'test-session-secret-0123456789abcdef',
  VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'A'.repeat(43) } }),
  ANTHROPIC_API_KEY: 'sk-test',
  CLAUDE_RETRY_BASE_MS: '10',
  REDRAW_NO_CONTAINERS: 'REDRAW_CONTAINERS is off.',
};

/** Settings of a Redraw that files share: none runs into what another has used up. */
const sharedSettings: Settings = { ANON_TURN_LIMIT: '1000', HOSTED_DAILY_TURNS: '1000', HOSTED_DAILY_USD: '1000000' };

const firstPort = 20_000;

/** Memory in place of a disk, where there is such a folder. */
const stateRoot = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const newStateFolder = (): string => mkdtempSync(join(stateRoot, 'redraw-test-'));

/** Leases Redraws to test files, one at a time each. One without settings of its own goes to the next file that asks for such a one. */
export class RedrawPool implements PoolCalls {
  readonly #leased = new Map<string, Running>();
  readonly #idle: Running[] = [];
  readonly #ports = new Set<number>();

  async port(): Promise<number> {
    let port: number;
    do port = await freePort(firstPort);
    while (this.#ports.has(port));
    this.#ports.add(port);
    return port;
  }

  async lease(request: LeaseRequest | null): Promise<Lease> {
    const running = (request === null ? this.#idle.pop() : undefined) ?? (await this.#create(request));
    this.#leased.set(running.lease.url, running);
    return running.lease;
  }

  async release({ url }: { url: string }): Promise<void> {
    const running = this.#find(url);
    this.#leased.delete(url);
    running.logged = '';
    if (running.isShared && running.server) this.#idle.push(running);
    else await end(running);
  }

  async kill({ url }: { url: string }): Promise<void> {
    const running = this.#find(url);
    const { server } = running;
    if (server?.pid == null) throw new Error('The process id of this Redraw is not known.');
    running.server = null;
    process.kill(server.pid, 'SIGKILL');
    await server.close();
  }

  async restart({ url, changes }: { url: string; changes: Settings }): Promise<void> {
    const running = this.#find(url);
    Object.assign(running.settings, changes);
    await this.#start(running);
  }

  async output({ url }: { url: string }): Promise<string> {
    return this.#find(url).logged;
  }

  async close(): Promise<void> {
    const all = [...this.#leased.values(), ...this.#idle.splice(0)];
    this.#leased.clear();
    await Promise.all(all.map(end));
  }

  #find(url: string): Running {
    const running = this.#leased.get(url);
    if (!running) throw new Error(`No Redraw is leased at ${url}.`);
    return running;
  }

  async #create(request: LeaseRequest | null): Promise<Running> {
    const port = request?.port ?? (await this.port());
    const lease = {
      url: `http://localhost:${port}`,
      port,
      state: request?.state ?? newStateFolder(),
      claudePort: await this.port(),
    };
    const settings = { ...(request?.settings ?? sharedSettings) };
    const running: Running = { lease, isShared: request === null, settings, server: null, logged: '' };
    await this.#start(running);
    return running;
  }

  async #start(running: Running): Promise<void> {
    const { port, state, claudePort } = running.lease;
    const bindings = {
      ...commonSettings,
      PREVIEW_HOST: `localhost:${port}`,
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${claudePort}`,
      ...running.settings,
    };
    const onLog = (message: string) => {
      running.logged += `${message}\n`;
    };
    running.server = await startServer({ port, stateDir: state, bindings, onLog });
  }
}

async function end({ server, lease }: Running): Promise<void> {
  await server?.close();
  rmSync(lease.state, { recursive: true, force: true });
}
