import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containersAreOff, noEngineAnswers } from '../../src/protocol/no-containers.ts';

/** Name of the containers' Worker in the main Worker's binding, and its class. */
export const sandboxScript = 'redraw-sandbox';
export const sandboxClass = 'ProjectSandbox';

const imageFolder = join(import.meta.dirname, '../../container/image');

/** Image of the egress proxy that workerd starts for each container, in the version that the installed miniflare names. */
const egressImage =
  'cloudflare/proxy-everything:3cb1195@sha256:0ef6716c52430096900b150d84a3302057d6cd2319dae7987128c85d0733e3c8';

/** The means to run containers on this machine. */
export interface LocalContainers {
  /** Image of a project's container. */
  image: string;
  /** Image of the egress proxy that workerd starts for each container. */
  egressImage: string;
  /** Socket of the Docker engine. */
  socket: string;
}

export type FoundContainers = { ok: true; containers: LocalContainers } | { ok: false; why: string };

/**
 * Finds a Docker engine, and builds or pulls images that are missing or older than their sources.
 *
 * @param env `DOCKER_HOST`, `REDRAW_CONTAINERS` (`off`: no containers), `REDRAW_CONTAINER_BASE` (the base image)
 */
export async function findContainers(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<FoundContainers> {
  if (env.REDRAW_CONTAINERS === 'off') return { ok: false, why: containersAreOff };
  const version = await docker(env, ['version', '--format', '{{.Server.Version}}'], 10_000);
  if (!version.ok) return { ok: false, why: noEngineAnswers };

  const egress = env.MINIFLARE_CONTAINER_EGRESS_IMAGE ?? egressImage;
  if (!(await hasImage(env, egress))) {
    log(`Getting ${egress}, once …`);
    const pulled = await docker(env, ['pull', '-q', egress], 180_000);
    if (!pulled.ok) return { ok: false, why: `the image ${egress} could not be had: ${pulled.text}` };
  }
  const base = env.REDRAW_CONTAINER_BASE;
  const image = `redraw-sandbox:${imageVersion(base ?? '')}`;
  if (!(await hasImage(env, image))) {
    log('Building the image of the containers, once …');
    const args = ['build', '-q', '-t', image, ...(base ? ['--build-arg', `BASE=${base}`] : []), imageFolder];
    const built = await docker(base ? { ...env, DOCKER_BUILDKIT: '0' } : env, args, 600_000);
    if (!built.ok) return { ok: false, why: `their image could not be built: ${built.text}` };
  }
  return { ok: true, containers: { image, egressImage: egress, socket: await socketOf(env) } };
}

/** workerd's name for a container: Worker, class, and id of the object. */
const containerName = (id: string): string => `workerd-${sandboxScript}-${sandboxClass}-${id}`;

/**
 * Removes the containers of a state folder, and their egress proxies: workerd leaves some behind, and all of them where it was killed.
 *
 * @param stateDir folder of the Durable Objects; must not be in use
 */
export async function removeContainers({ socket }: LocalContainers, stateDir: string): Promise<void> {
  const env = { ...process.env, DOCKER_HOST: socket };
  const { text } = await docker(env, ['ps', '-a', '--format', '{{.Names}}'], 10_000);
  const existing = new Set(text.split('\n'));
  const names = containerNames(stateDir).flatMap((name) => [name, `${name}-proxy`]);
  const owned = names.filter((name) => existing.has(name));
  if (owned.length > 0) await docker(env, ['rm', '-f', ...owned], 60_000);
}

/** Names of all containers of a state folder, running or not. */
export function containerNames(stateDir: string): string[] {
  const objects = globSync('*.sqlite', { cwd: `${stateDir}/do/${sandboxScript}-${sandboxClass}` });
  return objects.map((file) => containerName(file.slice(0, -'.sqlite'.length)));
}

/** A digest of the image's sources and of its base. */
function imageVersion(base: string): string {
  const hash = createHash('sha256').update(base);
  for (const file of globSync('*', { cwd: imageFolder }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(`${imageFolder}/${file}`));
  return hash.digest('hex').slice(0, 12);
}

async function hasImage(env: NodeJS.ProcessEnv, image: string): Promise<boolean> {
  return (await docker(env, ['image', 'inspect', '--format', '{{.Id}}', image], 10_000)).ok;
}

/** Socket of the engine that the docker command uses. */
async function socketOf(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.DOCKER_HOST) return env.DOCKER_HOST;
  const context = await docker(env, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], 10_000);
  return context.ok && context.text.startsWith('unix:') ? context.text : 'unix:///var/run/docker.sock';
}

/** Runs the docker command. `text` is its output; after a failure, the last line of its error output. */
function docker(env: NodeJS.ProcessEnv, args: string[], timeout: number): Promise<{ ok: boolean; text: string }> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('error', () => resolve({ ok: false, text: 'there is no docker command' }));
    child.on('close', (code) => {
      const text = code === 0 ? out : (err.trim().split('\n').at(-1) ?? '');
      resolve({ ok: code === 0, text: text.trim() });
    });
  });
}
