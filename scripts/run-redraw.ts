import { join, resolve } from 'node:path';
import { readSettings, SettingsError } from '../src/settings.ts';
import { demoModel } from '../test/claude-simulator/demo/demo-model.ts';
import { startSimulator } from '../test/claude-simulator/simulator.ts';
import { findContainers } from './containers/local.ts';
import { localSecrets, portOf, readLocalEnv } from './local-settings.ts';
import type { Server, ServerOptions } from './server.ts';

const root = join(import.meta.dirname, '..');

/** A source that does not build. Its message says where and why. */
export class BuildError extends Error {}

/** How the served files come to be. */
export interface Builder {
  /** Builds what is served. Rejects with a `BuildError` where a source is at fault. @returns where the server finds it; by default, in `dist/` */
  build(): Promise<Pick<ServerOptions, 'modules' | 'onLog' | 'development'>>;
  /** Called once, when the server answers. */
  ready?(server: Server): void;
  close?(): Promise<void>;
}

async function start(loadBuilder: () => Promise<Builder>, stopped: AbortSignal): Promise<() => Promise<unknown>> {
  const env = readLocalEnv(`${root}/.dev.vars`);
  const port = portOf(env);
  const stateDir = resolve(root, env.REDRAW_STATE ?? '.wrangler/state');
  const demo = env.ANTHROPIC_API_KEY === undefined && env.ANTHROPIC_BASE_URL === undefined;
  const vars = { PREVIEW_HOST: `localhost:${port}`, ...localSecrets(stateDir), ...env };
  readSettings(vars);
  // Settings are checked before the build tools are loaded, which takes a second.
  const [builder, { startServer }] = await Promise.all([loadBuilder(), import('./server.ts')]);
  const [found, built] = await Promise.all([findContainers({ ...process.env, ...env }, console.log), builder.build()]);
  if (stopped.aborted) return async () => builder.close?.();

  const simulator = demo ? await startSimulator({ handler: demoModel() }) : null;
  const bindings = {
    ...vars,
    ...(simulator ? { ANTHROPIC_BASE_URL: simulator.url, REDRAW_DEMO: '1' } : {}),
    ...(found.ok ? {} : { REDRAW_NO_CONTAINERS: found.why }),
  };
  const server = await startServer({
    port,
    stateDir,
    bindings,
    ...built,
    ...(found.ok ? { containers: found.containers } : {}),
  });
  if (!stopped.aborted) {
    if (demo) console.log('No ANTHROPIC_API_KEY is set: the demo model answers, a scripted stand-in for Claude.');
    if (!found.ok) console.log(`Apps run in the browser only, commands and servers do not: ${found.why}`);
    builder.ready?.(server);
    console.log(`Redraw is ready on http://localhost:${port}`);
  }
  return async () => {
    await builder.close?.();
    await Promise.all([server.close(), simulator?.close()]);
  };
}

/** Runs Redraw with the settings of this machine until SIGINT or SIGTERM comes; then ends the process. */
export async function runRedraw(loadBuilder: () => Promise<Builder>): Promise<never> {
  const stopped = new AbortController();
  const stopSignal = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        stopped.abort();
        resolve();
      });
    }
  });
  try {
    const close = await start(loadBuilder, stopped.signal);
    await stopSignal;
    await close();
    process.exit(0);
  } catch (error) {
    console.error(error instanceof SettingsError || error instanceof BuildError ? error.message : error);
    process.exit(1);
  }
}
