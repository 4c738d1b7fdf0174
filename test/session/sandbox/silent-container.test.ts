import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ContainerCalls } from '../../../src/sandbox/container-rpc.ts';
import { containerSandbox } from '../../../src/sandbox/container-sandbox.ts';
import { encodeFrame } from '../../../src/sandbox/output-frames.ts';
import { ProjectShell } from '../../../src/session/sandbox/project-shell.ts';
import { NodeObject } from '../node-object.ts';

const silence = new Promise<never>(() => undefined);

function frames(out: string): ReadableStream<Uint8Array> {
  const end = encodeFrame({ type: 'end', ended: 'exited', code: 0 });
  return new Blob([
    encodeFrame({ type: 'out', bytes: new TextEncoder().encode(out) }),
    end,
  ] as Uint8Array<ArrayBuffer>[]).stream();
}

const difference = { written: [], deleted: [], refused: [], more: false, modules: false };

/** A container's object that answers, and one that never does. */
const answering: ContainerCalls = {
  wakeUp: async () => ({ boot: 'boot', fresh: true }),
  runCommand: async ({ argv }) => frames(argv[1]?.includes('files.mjs') ? JSON.stringify(difference) : 'hello'),
  endProcess: async () => true,
  serve: async () => 'listening',
  serverLog: async () => 'ready',
  isServing: async () => true,
  isAwake: async () => true,
  allowOnly: async () => undefined,
  wipe: async () => undefined,
  fetch: async () => new Response(),
};
const silent = Object.fromEntries(
  Object.keys(answering).map((name) => [name, () => silence]),
) as never as ContainerCalls;

let object: NodeObject;
let calls: ContainerCalls;

function start(first: ContainerCalls) {
  calls = first;
  object = new NodeObject(':memory:', {}, null, (filled) => containerSandbox(() => calls, filled));
  const { context } = object;
  return { manager: context.sandbox, shell: new ProjectShell(context) };
}

const bash = { type: 'tool_use' as const, id: 'call', name: 'bash', input: { command: 'echo hello' } };
const never = new AbortController().signal;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  object.close();
});

/** Advances time beyond all limits together. */
const waitLong = (): Promise<unknown> => vi.advanceTimersByTimeAsync(3_600_000);

it('holds up nobody for good when it never answers: what waits is told, and the next command runs', async () => {
  const { manager, shell } = start(silent);
  object.context.meta.set({ server: JSON.stringify({ command: 'serve', port: 4000 }) });
  const waiting = [
    shell.run(bash, () => undefined, never).then((finish) => finish().text),
    manager.wake().then(() => 'woken'),
    manager.pushFiles(),
    manager.serverLog().catch(() => 'no log'),
    manager.allowHosts(['example.com']).catch(() => 'not allowed'),
  ];
  await waitLong();
  expect(await Promise.all(waiting)).toEqual([
    expect.stringContaining('The container cannot be used now: The container does not answer.'),
    'woken',
    false,
    'no log',
    'not allowed',
  ]);
  calls = answering;
  vi.useRealTimers();
  const next = await shell.run(bash, () => undefined, never);
  expect(next().text).toMatch(/^hello\n\[exit code 0/);
});

it('is given up as lost when a command of it neither prints nor ends', async () => {
  let cancelled = false;
  const mute = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      cancel: () => {
        cancelled = true;
        return silence;
      },
    });
  const { shell } = start({
    ...answering,
    runCommand: async (run) => (run.argv[0] === 'bash' ? mute() : answering.runCommand(run)),
  });
  const ran = shell.run(bash, () => undefined, never);
  await waitLong();
  expect((await ran)()).toMatchObject({ text: expect.stringContaining('The container went away'), isError: true });
  expect(cancelled).toBe(true);
});

it('does not keep a turn that is stopped', async () => {
  const { shell } = start(silent);
  const stop = new AbortController();
  const ran = shell.run(bash, () => undefined, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(ran).rejects.toThrow('stopped');
});
