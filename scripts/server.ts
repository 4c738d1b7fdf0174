import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  Response as MiniflareResponse,
  type V4MiniflareOptions,
  type WorkerdStructuredLog,
} from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { SettingsError } from '../src/settings.ts';
import { type LocalContainers, removeContainers } from './containers/local.ts';
import { containerEngine, sandboxBinding, sandboxWorker } from './containers/sandbox-worker.ts';
import { isPortFree } from './is-port-free.ts';

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
  /** Modules in place of the bundled Worker's, the entry first: for counts and for development. */
  modules?: WorkerModule[];
  /** Takes what the Worker logs, in place of this process's output. */
  onLog?: (message: string, level: string) => void;
  development?: Development;
}

export interface WorkerModule {
  type: 'ESModule';
  path: string;
  contents: string;
}

export interface Development {
  /** Host and port of the server that has the page's files, in place of the built ones. */
  pages: string;
  /** A free port, for workerd's inspector. */
  inspectorPort: number;
}

export interface Server {
  /** Process id of the runtime; null where it cannot be told. */
  readonly pid: number | null;
  /** Runs other modules on the same state. Where they do not start it throws, and the modules before them run on. */
  reload(modules: WorkerModule[]): Promise<void>;
  close(): Promise<void>;
}

/** Settings that the Worker knows. Nothing else of the environment is passed to it. */
const workerSettings =
  /^(ANTHROPIC|CLAUDE|REDRAW_DEMO|REDRAW_NO_CONTAINERS|ANON|HOSTED|NEW_VISITORS|SIGN_UPS|PROJECTS|UPLOAD|KEY_CHECKS|CALLS_PER_MINUTE|TURNSTILE|POSTHOG|PREVIEW_HOST|VAULT_KEYS|SESSION_SECRET|OIDC|MAX_PROJECT_BYTES|VISITOR_PROJECT_DAYS|CLOCK_OFFSET_MS|CREDIT|PLANS|SUPPORT_EMAIL|OPERATOR_SECRET)/;

/** Starts the bundled Worker on workerd, with the bindings of `wrangler.toml`. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port, stateDir, containers } = options;
  const pidFile = `${stateDir}/workerd.pid`;
  createStateFolder(stateDir);
  killOrphan(pidFile);
  await assertFree(port);
  if (containers) await removeContainers(containers, stateDir);
  let running = miniflareOptions(options);
  const miniflare = withoutSignalHandlers(() => new Miniflare(running));
  await miniflare.ready;
  let guard = guardWorkerd(port, pidFile);
  return {
    get pid() {
      return guard?.workerd ?? null;
    },
    reload: async (modules) => {
      const next = miniflareOptions({ ...options, modules });
      try {
        await miniflare.setOptions(next);
        running = next;
      } catch (error) {
        await miniflare.setOptions(running);
        throw error;
      } finally {
        guard?.end();
        guard = guardWorkerd(port, pidFile);
      }
    },
    close: async () => {
      await miniflare.dispose();
      if (containers) await removeContainers(containers, stateDir);
      rmSync(pidFile, { force: true });
      guard?.end();
    },
  };
}

/** Options of a Miniflare that runs the Worker with the bindings of `wrangler.toml`. */
function miniflareOptions(options: ServerOptions): ConstructorParameters<typeof Miniflare>[0] {
  const { port, stateDir, bindings, containers, network, onLog, development } = options;
  const { workerOptions } = unstable_getMiniflareWorkerOptions(`${root}/wrangler.toml`);
  const workerVars = Object.entries(bindings).filter(
    ([name, value]) => workerSettings.test(name) && value !== undefined,
  );
  const shared = { host: '127.0.0.1', port, resourcePersistencePath: stateDir, log: new Log(LogLevel.WARN) };
  const logs = onLog
    ? { handleStructuredLogs: ({ message, level }: WorkerdStructuredLog) => onLog(message, level) }
    : {};
  const modules = options.modules ?? bundledWorker();
  const main = {
    ...workerOptions,
    ...(development ? developmentWorker(development, workerOptions.assets as MainWorker['assets']) : {}),
    name: 'redraw',
    bindings: Object.fromEntries(workerVars) as Record<string, string>,
    modulesRoot: root,
    modules: modules.slice(0, 1),
    unsafeUseModuleFallbackService: true,
    ...(network ? { outboundService: network } : {}),
  };
  const converted = convertV4MiniflareOptions(
    containers ? withContainers(shared, main, containers, bindings) : { ...shared, ...main },
  );
  return {
    ...converted,
    ...logs,
    ...(development ? { inspectorPort: development.inspectorPort } : {}),
    unsafeModuleFallbackService: moduleServer(modules),
    cf: false,
    enableDevRegistry: false,
    logRequests: false,
  };
}

type MainWorker = Extract<V4MiniflareOptions, { workers: unknown }>['workers'][number];

/** The library shelf, whose files do not pass the Worker, stays with the built assets. */
function developmentWorker({ pages }: Development, assets: MainWorker['assets']) {
  if (!assets) throw new Error('wrangler.toml has no assets.');
  const { binding = 'ASSETS', ...shelf } = assets;
  return {
    assets: shelf,
    serviceBindings: { [binding]: { external: { address: pages, http: {} } } },
  };
}

/** The built Worker behind a small entry: all but the entry comes from the module server. */
function bundledWorker(): WorkerModule[] {
  const folder = join(root, 'dist/worker');
  const bundle = readFileSync(join(folder, 'worker.js'), 'utf8');
  return [
    {
      type: 'ESModule',
      path: join(folder, 'entry.js'),
      contents: "export * from './worker.js';\nexport { default } from './worker.js';\n",
    },
    { type: 'ESModule', path: join(folder, 'worker.js'), contents: bundle },
  ];
}

/** Hands modules to workerd one by one: Miniflare takes half a second to write a configuration that contains a large one. */
function moduleServer(modules: readonly WorkerModule[]) {
  return (request: { url: string }): MiniflareResponse => {
    const name = new URL(request.url).searchParams.get('specifier')?.slice(1) ?? '';
    const found = modules.find(({ path }) => path === join(root, name));
    if (found === undefined) return new MiniflareResponse(null, { status: 404 });
    return MiniflareResponse.json({
      name,
      esModule: `${found.contents}\n//# sourceURL=${pathToFileURL(found.path)}\n`,
    });
  };
}

/** The main Worker with its binding to the containers' Worker. */
function withContainers(
  shared: Pick<V4MiniflareOptions, 'host' | 'port' | 'resourcePersistencePath' | 'log'>,
  main: MainWorker,
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

/** Id of the newest workerd that this process has started for a port. Linux only; undefined elsewhere. */
function workerdAt(port: number): number | undefined {
  const list = `/proc/${process.pid}/task/${process.pid}/children`;
  if (!existsSync(list)) return undefined;
  const children = readFileSync(list, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  return children.findLast((pid) => isWorkerd(pid) && commandOf(pid).includes(`entry=127.0.0.1:${port}\0`));
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

interface Guard {
  /** Process id. */
  workerd: number;
  end(): void;
}

/** Notes the workerd process of a port, so that it ends with this process. Null where there is no `/proc`. */
function guardWorkerd(port: number, pidFile: string): Guard | null {
  const workerd = workerdAt(port);
  if (workerd === undefined) return null;
  writeFileSync(pidFile, `${workerd} ${process.pid}`);
  const script = `cat >/dev/null; kill -9 ${workerd} 2>/dev/null`;
  const watcher = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  return { workerd, end: () => watcher.stdin.end() };
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
async function assertFree(port: number): Promise<void> {
  if (!(await isPortFree(port)))
    throw new SettingsError(`PORT ${port} is in use. Stop what runs there, or set another.`);
}
