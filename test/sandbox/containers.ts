import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, inject, vi } from 'vitest';
import { containerNames, findContainers, type LocalContainers } from '../../scripts/containers/local.ts';
import type { RunEnd } from '../../src/sandbox/output-frames.ts';
import type { ExecRequest, Sandbox } from '../../src/sandbox/sandbox-interface.ts';
import type { Block } from '../claude-simulator/script.ts';
import { type ContainerWorker, startContainerWorker } from '../support/container-worker.ts';

const here = inject('containers');

/** Like `describe`, for tests that need real containers: skipped, with the reason in the name, where none can run. */
export function describeContainers(name: string, body: () => void): void {
  if (here.ok) describe(name, body);
  else describe.skip(`${name} (skipped: ${here.why})`, body);
}

/** The environment in which a Redraw of these tests finds the Docker engine. */
export const containerEnv: Record<string, string> = here.ok ? { ...here.env, REDRAW_CONTAINERS: 'on' } : {};

/** The means to run containers. They are there, but an engine that has other work to do may answer too late. */
export function localContainers(): Promise<LocalContainers> {
  const find = async (): Promise<LocalContainers> => {
    const found = await findContainers({ ...process.env, ...containerEnv }, () => undefined);
    if (!found.ok) throw new Error(found.why);
    return found.containers;
  };
  return vi.waitFor(find, { timeout: 200_000 });
}

/** Repeats a call that may start a container, as a session does: workerd gives the proxy beside it only two seconds to listen. */
export function untilStarted<T>(call: () => Promise<T>): Promise<T> {
  return vi.waitFor(call, { timeout: 240_000, interval: 100 });
}

/** The containers' Worker for the tests of one file. */
export interface TestContainers extends Pick<ContainerWorker, 'calls'> {
  /** A new sandbox driver for a container, without any memory of it. Starts the container. */
  sandbox(name: string): Promise<Sandbox>;
  /** Runs a docker command. */
  docker(...args: string[]): string;
}

/** Starts the containers' Worker, and closes it after the last test. See {@link startContainerWorker}. */
export function useContainers(
  vars: Record<string, string> = {},
  network?: (request: Request) => Promise<Response>,
): TestContainers {
  let worker: ContainerWorker;
  beforeAll(async () => {
    worker = await startContainerWorker(await localContainers(), vars, network);
  });
  afterAll(() => worker?.close());
  return {
    calls: (name) => worker.calls(name),
    sandbox: async (name) => {
      await untilStarted(() => worker.calls(name).wakeUp());
      return worker.sandbox(name);
    },
    docker: (...args) => execFileSync('docker', args, { env: { ...process.env, ...containerEnv }, encoding: 'utf8' }),
  };
}

/** The output and the end of a run. */
export interface Ran extends RunEnd {
  out: string;
  err: string;
  /** Bytes of stdout and stderr. */
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

const command = promisify(execFile);

/** Runs a docker command without blocking. */
export async function docker(...args: string[]): Promise<string> {
  return (await command('docker', args, { env: { ...process.env, ...containerEnv } })).stdout;
}

/** The running containers of a Redraw. @param state its state folder */
export async function runningContainers(state: string): Promise<string[]> {
  const there = new Set((await docker('ps', '--format', '{{.Names}}')).split('\n'));
  return containerNames(state).filter((name) => there.has(name));
}

/** Kills containers, as the end of their machine would. @returns how many */
export async function killContainers(names: string[]): Promise<number> {
  // A container may have ended meanwhile.
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
