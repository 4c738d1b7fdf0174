import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, inject, vi } from 'vitest';
import {
  containerNames,
  findContainers,
  type LocalContainers,
  removeContainers,
} from '../../scripts/containers/local.ts';
import { containerEngine, sandboxWorker } from '../../scripts/containers/sandbox-worker.ts';
import type { ContainerCalls } from '../../src/sandbox/container-calls.ts';
import { containerSandbox } from '../../src/sandbox/container-sandbox.ts';
import type { RunEnd } from '../../src/sandbox/frames.ts';
import type { ExecRequest, ProjectFiles, Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Block } from '../claude-simulator/script.ts';

const here = inject('containers');

/** As `describe`, for what needs real containers: skipped, with the reason in its name, where none can run. */
export function describeContainers(name: string, body: () => void): void {
  if (here.ok) describe(name, body);
  else describe.skip(`${name} (skipped: ${here.why})`, body);
}

/** The environment with which a Redraw of these tests finds its containers. */
export const containerEnv: Record<string, string> = here.ok ? { ...here.env, REDRAW_CONTAINERS: 'on' } : {};

/** The containers' Worker on a workerd of its own, without the rest of Redraw. */
export interface Stand {
  /** What is asked of one container. */
  calls(name: string): ContainerCalls;
  /** A driver that knows nothing yet of a container. */
  sandbox(name: string): Sandbox;
  /** Runs a docker command. */
  docker(...args: string[]): string;
}

/**
 * Starts it for the tests of a file.
 *
 * @param vars of the containers' Worker
 * @param network answers in the place of the internet
 */
export function useStand(vars: Record<string, string> = {}, network?: (request: Request) => Promise<Response>): Stand {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
  const state = mkdtempSync(join(tmpdir(), 'redraw-stand-'));
  let miniflare: Miniflare;
  let containers: LocalContainers;
  let namespace: { getByName(name: string): ContainerCalls };
  beforeAll(async () => {
    const found = await findContainers({ ...process.env, ...containerEnv }, () => undefined);
    if (!found.ok) throw new Error(found.why);
    containers = found.containers;
    const options = convertV4MiniflareOptions({
      port: 0,
      resourcePersistencePath: state,
      log: new Log(LogLevel.WARN),
      containerEngine: containerEngine(containers),
      workers: [{ ...sandboxWorker(containers, vars), ...(network ? { outboundService: network } : {}) }],
    });
    miniflare = new Miniflare({ ...options, cf: false, enableDevRegistry: false });
    namespace = (await miniflare.getDurableObjectNamespace('SANDBOX')) as unknown as typeof namespace;
  });
  afterAll(async () => {
    await miniflare?.dispose();
    if (containers) await removeContainers(containers, state);
    rmSync(state, { recursive: true, force: true });
  });
  const calls = (name: string): ContainerCalls => namespace.getByName(name);
  return {
    calls,
    sandbox: (name) => {
      let filled: string | null = null;
      return containerSandbox(calls(name), {
        get: () => filled,
        set: (boot) => {
          filled = boot;
        },
      });
    },
    docker: (...args) => execFileSync('docker', args, { env: { ...process.env, ...containerEnv }, encoding: 'utf8' }),
  };
}

/** What a run printed, and how it ended. */
export interface Ran extends RunEnd {
  out: string;
  err: string;
  /** Bytes of both. */
  bytes: number;
}

const never = new AbortController().signal;

/** Runs a command to its end. */
export async function run(sandbox: Sandbox, request: string | ExecRequest, signal = never): Promise<Ran> {
  const ran: Ran = { out: '', err: '', bytes: 0, ended: 'lost', code: -1 };
  const decoders = { out: new TextDecoder(), err: new TextDecoder() };
  for await (const event of sandbox.exec(typeof request === 'string' ? { command: request } : request, signal)) {
    if (event.type === 'end') {
      ran.ended = event.ended;
      ran.code = event.code;
    } else {
      ran.bytes += event.bytes.byteLength;
      ran[event.type] += decoders[event.type].decode(event.bytes, { stream: true });
    }
  }
  return ran;
}

/** A project in memory. */
export class MemoryFiles implements ProjectFiles {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  set(path: string, content: string | Uint8Array<ArrayBuffer>): void {
    this.files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }

  list() {
    return [...this.files].map(([path, bytes]) => ({
      path,
      bytes: bytes.byteLength,
      hash: createHash('sha256').update(bytes).digest('hex'),
    }));
  }

  read(path: string): Uint8Array<ArrayBuffer> | null {
    return this.files.get(path) ?? null;
  }

  /** Takes over what was collected, as a session does. */
  async collect(sandbox: Sandbox) {
    const collected = await sandbox.files.collect(this);
    for (const { path, bytes } of collected.written) {
      this.files.set(path, bytes);
      sandbox.files.took(path);
    }
    for (const path of collected.deleted) {
      this.files.delete(path);
      sandbox.files.took(path);
    }
    return collected;
  }
}

const command = promisify(execFile);

/** Runs a docker command beside what else goes on. */
export async function docker(...args: string[]): Promise<string> {
  return (await command('docker', args, { env: { ...process.env, ...containerEnv } })).stdout;
}

/** The containers of a Redraw that run now. @param state its folder */
export async function runningContainers(state: string): Promise<string[]> {
  const there = new Set((await docker('ps', '--format', '{{.Names}}')).split('\n'));
  return containerNames(state).filter((name) => there.has(name));
}

/** Kills them, as the end of their machine would. @returns how many */
export async function killContainers(state: string): Promise<number> {
  const names = await runningContainers(state);
  // One may have ended meanwhile.
  if (names.length > 0) await docker('kill', ...names).catch(() => undefined);
  return names.length;
}

/** A reply that runs a command. */
export function bash(command: string): Block {
  return { type: 'tool_use', name: 'bash', input: { command } };
}

/** A reply that starts a server. */
export function server(command: string, port: number): Block {
  return { type: 'tool_use', name: 'start_server', input: { command, port } };
}
