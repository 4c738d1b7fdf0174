import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { SettingsError } from '../src/settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface ServerOptions {
  port: number;
  /** Where KV and Durable Objects live. */
  stateDir: string;
  /** Settings and secrets, as the Worker gets them. */
  bindings: Record<string, string | undefined>;
}

export interface Server {
  close(): Promise<void>;
}

/** Settings that the Worker knows; nothing else of the environment is handed to it. */
const known =
  /^(ANTHROPIC|CLAUDE|REDRAW_DEMO|ANON|HOSTED|NEW_VISITORS|KEY_CHECKS|TURNSTILE|POSTHOG|PREVIEW_HOST|VAULT_KEYS|SESSION_SECRET|OIDC)/;

/** Starts the bundled Worker on workerd, with the bindings of `wrangler.toml`. */
export async function startServer({ port, stateDir, bindings }: ServerOptions): Promise<Server> {
  const pidFile = `${stateDir}/workerd.pid`;
  endOrphan(pidFile);
  await assertFree(port);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(`${root}wrangler.toml`);
  const given = Object.entries(bindings).filter(([name, value]) => known.test(name) && value !== undefined);
  const children = new Set(workerdChildren());
  const options = convertV4MiniflareOptions({
    ...workerOptions,
    name: 'redraw',
    bindings: Object.fromEntries(given) as Record<string, string>,
    modules: [{ type: 'ESModule', path: `${root}dist/worker/worker.js` }],
    host: '127.0.0.1',
    port,
    defaultPersistRoot: stateDir,
    log: new Log(LogLevel.WARN),
  });
  const miniflare = new Miniflare({ ...options, cf: false, enableDevRegistry: false, logRequests: false });
  await miniflare.ready;
  const pid = workerdChildren().find((child) => !children.has(child));
  const guard = pid === undefined ? null : keepFromOutliving(pid);
  mkdirSync(stateDir, { recursive: true });
  if (pid !== undefined) writeFileSync(pidFile, String(pid));
  return {
    close: async () => {
      await miniflare.dispose();
      rmSync(pidFile, { force: true });
      guard?.stdin?.end();
    },
  };
}

/** Ids of the workerd processes that this process has started (Linux; elsewhere none is known). */
function workerdChildren(): number[] {
  const list = `/proc/${process.pid}/task/${process.pid}/children`;
  if (!existsSync(list)) return [];
  return readFileSync(list, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number).filter(isWorkerd);
}

function isWorkerd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('workerd');
  } catch {
    return false;
  }
}

/** A watcher that ends workerd when this process is gone, also where it was killed and could not do so itself. */
function keepFromOutliving(pid: number): ReturnType<typeof spawn> {
  const script = `cat >/dev/null; kill -9 ${pid} 2>/dev/null`;
  const guard = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}

/** Ends what a killed server has left on this state. */
function endOrphan(pidFile: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (pid > 0 && isWorkerd(pid)) process.kill(pid, 'SIGKILL');
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
