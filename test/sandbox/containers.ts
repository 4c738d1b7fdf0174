import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { containerNames, findContainers } from '../../scripts/containers/local.ts';
import type { RunEnd } from '../../src/sandbox/output-frames.ts';
import type { ExecRequest, Sandbox } from '../../src/sandbox/sandbox-port.ts';
import type { Block } from '../claude-simulator/script.ts';
import { type ContainerWorker, startContainerWorker } from '../support/container-worker.ts';

const here = inject('containers');

/** As `describe`, for what needs real containers: skipped, with the reason in its name, where none can run. */
export function describeContainers(name: string, body: () => void): void {
  if (here.ok) describe(name, body);
  else describe.skip(`${name} (skipped: ${here.why})`, body);
}

/** The environment with which a Redraw of these tests finds its containers. */
export const containerEnv: Record<string, string> = here.ok ? { ...here.env, REDRAW_CONTAINERS: 'on' } : {};

/** A worker for the tests of a file. */
export interface TestContainers extends Pick<ContainerWorker, 'calls' | 'sandbox'> {
  /** Runs a docker command. */
  docker(...args: string[]): string;
}

/** Starts it, and closes it after the last test. See {@link startContainerWorker}. */
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
