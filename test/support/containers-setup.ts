import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type FoundContainers, findContainers } from '../../scripts/containers/local.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The environment in which containers run on this machine, or the reason why they cannot. */
    containers: { ok: true; env: Record<string, string> } | { ok: false; why: string };
  }
}

const scripts = join(import.meta.dirname, '../../scripts/containers');

/** Milliseconds that an engine may take to start: it installs packages and builds two images, on a machine that has other work to do. */
const upMs = 1_200_000;

const wanted = ['DOCKER_HOST', 'REDRAW_CONTAINER_BASE', 'MINIFLARE_CONTAINER_EGRESS_IMAGE'];

/**
 * Finds the machine's Docker engine. Where there is none and `REDRAW_TEST_ENGINE` names a folder, starts one in it, or waits for one that
 * is starting there, and stops it after the tests. Its images are kept for the next run.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const say = (line: string): void => console.log(line);
  const found = await findContainers(process.env, say);
  const folder = process.env.REDRAW_TEST_ENGINE;
  if (found.ok || !folder) {
    project.provide('containers', provided(found, process.env));
    return;
  }
  const up = await engineUp(folder);
  if ('why' in up) {
    project.provide('containers', { ok: false, why: up.why });
    return;
  }
  const env = { ...process.env, ...up.env };
  project.provide('containers', provided(await findContainers(env, say), env));
  return async () => {
    await run('engine-down.sh', [folder], 60_000);
  };
}

function provided(here: FoundContainers, env: NodeJS.ProcessEnv) {
  if (!here.ok) {
    console.log(`Container tests are skipped: ${here.why}`);
    return here;
  }
  const given = wanted.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  // Containers use this machine's package registries.
  const registry = execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { ok: true as const, env: { ...Object.fromEntries(given), NPM_REGISTRY: registry.trim() } };
}

async function engineUp(folder: string): Promise<{ env: Record<string, string> } | { why: string }> {
  if (process.platform !== 'linux') return skipped('an engine is brought up on Debian only');
  console.log('Bringing up a Docker engine for the container tests …');
  const { code, out, err } = await run('engine-up.sh', [folder], upMs);
  if (code !== 0) return skipped(err.trim().split('\n').at(-1) ?? `engine-up.sh ended with ${code}`);
  const pairs = out.split('\n').filter(Boolean);
  return { env: Object.fromEntries(pairs.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)])) };
}

function skipped(why: string): { why: string } {
  console.log(`Container tests are skipped: ${why}`);
  return { why };
}

function run(
  script: string,
  args: string[],
  timeout: number,
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_BIN: process.execPath };
    const child = spawn(`${scripts}/${script}`, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => {
      out += String(data);
    });
    child.stderr.on('data', (data) => {
      err += String(data);
    });
    child.on('error', (error) => resolve({ code: -1, out, err: error.message }));
    // Not 'close': the engine keeps running, and may hold a pipe open.
    child.on('exit', (code) => resolve({ code, out, err }));
  });
}
