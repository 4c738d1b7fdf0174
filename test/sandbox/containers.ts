import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { containerNames, findContainers } from '../../scripts/containers/local.ts';
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

/** The containers' Worker for the tests of one file. */
export interface TestContainers extends Pick<ContainerWorker, 'calls' | 'sandbox'> {
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
    const found = await findContainers({ ...process.env, ...containerEnv }, () => undefined);
    if (!found.ok) throw new Error(found.why);
    worker = await startContainerWorker(found.containers, vars, network);
  });
  afterAll(() => worker?.close());
  return {
    calls: (name) => worker.calls(name),
    sandbox: (name) => worker.sandbox(name),
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

/** Kills the containers of a Redraw, as the end of their machine would. @returns how many */
export async function killContainers(state: string): Promise<number> {
  const names = await runningContainers(state);
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
