import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4MiniflareOptions } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { SettingsError } from '../src/settings.ts';
import { type LocalContainers, removeContainers } from './containers/local.ts';
import { containerEngine, sandboxBinding, sandboxWorker } from './containers/sandbox-worker.ts';

const root = join(import.meta.dirname, '..');

export interface ServerOptions {
  port: number;
  /** Folder of KV and Durable Objects. */
  stateDir: string;
  /** Settings and secrets of the Worker. */
  bindings: Record<string, string | undefined>;
  /** The containers that run projects' commands; absent where none can run. */
  containers?: LocalContainers;
  /** Answers all of the Worker's outgoing requests in place of the network: for tests of calls to other services. */
  network?: (request: Request) => Promise<Response>;
  /** Modules in place of the bundled Worker's, the entry first: for counts. */
  modules?: { type: 'ESModule'; path: string; contents: string }[];
  /** Takes what the Worker logs, in place of this process's output. */
  onLog?: (message: string) => void;
}

export interface Server {
  /** Process id of the runtime; null where it cannot be told. */
  pid: number | null;
  close(): Promise<void>;
}

/** Settings that the Worker knows. Nothing else of the environment is passed to it. */
const workerSettings =
  /^(ANTHROPIC|CLAUDE|REDRAW_DEMO|REDRAW_NO_CONTAINERS|ANON|HOSTED|NEW_VISITORS|KEY_CHECKS|TURNSTILE|POSTHOG|PREVIEW_HOST|VAULT_KEYS|SESSION_SECRET|OIDC)/;

/** Starts the bundled Worker on workerd, with the bindings of `wrangler.toml`. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port, stateDir, bindings, containers, network, onLog } = options;
  const pidFile = `${stateDir}/workerd.pid`;
  createStateFolder(stateDir);
  killOrphan(pidFile);
  await assertFree(port);
  if (containers) await removeContainers(containers, stateDir);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(`${root}/wrangler.toml`);
  const workerVars = Object.entries(bindings).filter(
    ([name, value]) => workerSettings.test(name) && value !== undefined,
  );
  const children = new Set(workerdChildren());
  const shared = { host: '127.0.0.1', port, resourcePersistencePath: stateDir, log: new Log(LogLevel.WARN) };
  const logs = onLog ? { handleStructuredLogs: ({ message }: { message: string }) => onLog(message) } : {};
  const main = {
    ...workerOptions,
    name: 'redraw',
    bindings: Object.fromEntries(workerVars) as Record<string, string>,
    modules: options.modules ?? [{ type: 'ESModule' as const, path: `${root}/dist/worker/worker.js` }],
    ...(network ? { outboundService: network } : {}),
  };
  const converted = convertV4MiniflareOptions(
    containers ? withContainers(shared, main, containers, bindings) : { ...shared, ...main },
  );
  const miniflare = withoutSignalHandlers(
    () => new Miniflare({ ...converted, ...logs, cf: false, enableDevRegistry: false, logRequests: false }),
  );
  await miniflare.ready;
  const pid = workerdChildren().find((child) => !children.has(child));
  const guard = pid === undefined ? null : killWhenOrphaned(pid);
  if (pid !== undefined) writeFileSync(pidFile, `${pid} ${process.pid}`);
  return {
    pid: pid ?? null,
    close: async () => {
      await miniflare.dispose();
      if (containers) await removeContainers(containers, stateDir);
      rmSync(pidFile, { force: true });
      guard?.stdin?.end();
    },
  };
}

/** The main Worker with its binding to the containers' Worker. */
function withContainers(
  shared: Pick<V4MiniflareOptions, 'host' | 'port' | 'resourcePersistencePath' | 'log'>,
  main: Extract<V4MiniflareOptions, { workers: unknown }>['workers'][number],
  containers: LocalContainers,
  env: ServerOptions['bindings'],
): V4MiniflareOptions {
  const boundMain = { ...main, durableObjects: { ...main.durableObjects, ...sandboxBinding } };
  return {
    ...shared,
    containerEngine: containerEngine(containers),
    workers: [boundMain, sandboxWorker(containers, env)],
  };
}

/** Removes the signal handlers that `make` installs: they would end the process before anything is closed. */
function withoutSignalHandlers<T>(make: () => T): T {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = new Set<unknown>(signals.flatMap((signal) => process.listeners(signal)));
  const result = make();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener);
  }
  return result;
}

/** Ids of the workerd processes that this process has started. Linux only; empty elsewhere. */
function workerdChildren(): number[] {
  const list = `/proc/${process.pid}/task/${process.pid}/children`;
  if (!existsSync(list)) return [];
  return readFileSync(list, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number).filter(isWorkerd);
}

function isWorkerd(pid: number): boolean {
  return commandOf(pid).includes('workerd');
}

/** The command line of a process; empty where there is no such process or no `/proc`. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Starts a watcher that kills workerd when this process is gone, even where this process was killed. */
function killWhenOrphaned(pid: number): ReturnType<typeof spawn> {
  const script = `cat >/dev/null; kill -9 ${pid} 2>/dev/null`;
  const guard = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}

/** @throws SettingsError where the folder cannot be created */
function createStateFolder(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true });
  } catch {
    throw new SettingsError(`REDRAW_STATE ${stateDir} is not a folder that can be written to.`);
  }
}

/**
 * Kills the workerd that a killed server left running on this state.
 *
 * @throws SettingsError where the server that uses this state is alive: two servers would corrupt it
 */
function killOrphan(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const [pid = 0, owner = 0] = readFileSync(pidFile, 'utf8').split(' ').map(Number);
  if (pid > 0 && isWorkerd(pid)) {
    if (owner !== process.pid && commandOf(owner).includes('node'))
      throw new SettingsError('REDRAW_STATE is in use by a Redraw that runs. Stop it, or set another folder.');
    process.kill(pid, 'SIGKILL');
  }
  rmSync(pidFile, { force: true });
}

/** @throws SettingsError where something listens on the port already */
function assertFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(new SettingsError(`PORT ${port} is in use. Stop what runs there, or set another.`)),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}
