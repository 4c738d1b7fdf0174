import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const imageFolder = join(import.meta.dirname, '../../container/image');

/** What workerd puts beside each container: the version that the installed miniflare names. */
const egressImage =
  'cloudflare/proxy-everything:3cb1195@sha256:0ef6716c52430096900b150d84a3302057d6cd2319dae7987128c85d0733e3c8';

/** How containers run on this machine. */
export interface LocalContainers {
  /** The image of a project's container. */
  image: string;
  /** The image of what workerd puts beside each. */
  egressImage: string;
  /** Where the Docker engine listens. */
  socket: string;
}

export type ContainersHere = { ok: true; containers: LocalContainers } | { ok: false; why: string };

/**
 * Finds a Docker engine and sees to it that the images are there: builds what is missing or older than its sources.
 *
 * @param env `DOCKER_HOST`, `REDRAW_CONTAINERS` (`off`: none are wanted), `REDRAW_CONTAINER_BASE` (the image to build on)
 */
export async function findContainers(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<ContainersHere> {
  if (env.REDRAW_CONTAINERS === 'off') return { ok: false, why: 'REDRAW_CONTAINERS is off.' };
  const version = await docker(env, ['version', '--format', '{{.Server.Version}}'], 10_000);
  if (!version.ok) return { ok: false, why: 'no Docker engine answers. Start Docker, and start Redraw again.' };

  const egress = env.MINIFLARE_CONTAINER_EGRESS_IMAGE ?? egressImage;
  if (!(await hasImage(env, egress))) {
    say(`Getting ${egress}, once …`);
    const pulled = await docker(env, ['pull', '-q', egress], 180_000);
    if (!pulled.ok) return { ok: false, why: `the image ${egress} could not be had: ${pulled.text}` };
  }
  const base = env.REDRAW_CONTAINER_BASE;
  const image = `redraw-sandbox:${imageVersion(base ?? '')}`;
  if (!(await hasImage(env, image))) {
    say('Building the image of the containers, once …');
    const args = ['build', '-q', '-t', image, ...(base ? ['--build-arg', `BASE=${base}`] : []), imageFolder];
    const built = await docker(base ? { ...env, DOCKER_BUILDKIT: '0' } : env, args, 600_000);
    if (!built.ok) return { ok: false, why: `their image could not be built: ${built.text}` };
  }
  // A name of its own for each process: what it leaves behind can be told from what belongs to another.
  const own = `${image}-${process.pid}`;
  const tagged = await docker(env, ['tag', image, own], 10_000);
  if (!tagged.ok) return { ok: false, why: `their image could not be used: ${tagged.text}` };
  const socket = await socketOf(env);
  await removeOrphans({ ...env, DOCKER_HOST: socket });
  return { ok: true, containers: { image: own, egressImage: egress, socket } };
}

/** Ends the containers of this process, and what stands beside them: workerd leaves some behind. */
export async function removeContainers({ image, socket }: LocalContainers): Promise<void> {
  await removeImage({ ...process.env, DOCKER_HOST: socket }, image);
}

/** Removes what processes that are gone have left. */
async function removeOrphans(env: NodeJS.ProcessEnv): Promise<void> {
  const { text } = await docker(env, ['images', 'redraw-sandbox', '--format', '{{.Tag}}'], 10_000);
  for (const tag of text.split('\n')) {
    const pid = Number(/-(\d+)$/.exec(tag)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) await removeImage(env, `redraw-sandbox:${tag}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes an image's name, and the containers that were started under it. */
async function removeImage(env: NodeJS.ProcessEnv, image: string): Promise<void> {
  const { text } = await docker(env, ['ps', '-a', '--format', '{{.Image}} {{.Names}}'], 10_000);
  const names = text.split('\n').flatMap((line) => (line.startsWith(`${image} `) ? [line.slice(image.length + 1)] : []));
  if (names.length > 0)
    await docker(env, ['rm', '-f', ...names.flatMap((name) => [name, `${name}-proxy`])], 60_000);
  await docker(env, ['rmi', image], 10_000);
}

/** Changes with the sources of the image and with what it is built on. */
function imageVersion(base: string): string {
  const hash = createHash('sha256').update(base);
  for (const file of globSync('*', { cwd: imageFolder }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(`${imageFolder}/${file}`));
  return hash.digest('hex').slice(0, 12);
}

async function hasImage(env: NodeJS.ProcessEnv, image: string): Promise<boolean> {
  return (await docker(env, ['image', 'inspect', '--format', '{{.Id}}', image], 10_000)).ok;
}

/** Where the engine of the docker command listens. */
async function socketOf(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.DOCKER_HOST) return env.DOCKER_HOST;
  const context = await docker(env, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], 10_000);
  return context.ok && context.text.startsWith('unix:') ? context.text : 'unix:///var/run/docker.sock';
}

/** Runs the docker command. `text` is what it printed; where it failed, the last line of why. */
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
