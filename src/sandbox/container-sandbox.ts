import { concatBytes } from './concat-bytes.ts';
import { ContainerFileSync, type ProgramResult, type SyncedBoot } from './container-file-sync.ts';
import type { ContainerCalls } from './container-rpc.ts';
import { decodeFrames, type RunEvent } from './output-frames.ts';
import { withRpcTimeout } from './rpc-timeout.ts';
import type { ExecRequest, Sandbox, SandboxPort } from './sandbox-interface.ts';

/** Default time limit of a command. Seconds. */
const defaultTimeLimit = 120;
/** Default limit of a command's output. Bytes. */
const defaultMaxOutputBytes = 64 * 1024 * 1024;
/** Milliseconds after its time limit until a command without an `end` event counts as lost. */
const endGraceMs = 45_000;

const fullCapabilities: Sandbox['capabilities'] = { commands: true, why: null };

/**
 * The sandbox driver for a project's own container.
 *
 * @param connect gives the container's Durable Object, for one call
 * @param syncedBoot where the project's owner stores which container start holds its files
 * @param idleSeconds after which the owner's plan lets an idle container sleep; undefined: what is set for all
 */
export function containerSandbox(
  connect: () => ContainerCalls,
  syncedBoot: SyncedBoot,
  idleSeconds: () => number | undefined = () => undefined,
): Sandbox {
  const calls = withRpcTimeout(connect);

  async function* exec(request: ExecRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void, void> {
    const { command } = request;
    const id = crypto.randomUUID();
    const call = {
      id,
      argv: typeof command === 'string' ? ['bash', '-lc', command] : [...command],
      seconds: request.timeLimit ?? defaultTimeLimit,
      merged: request.mergeStderr ?? false,
      mostOutput: request.maxOutputBytes ?? defaultMaxOutputBytes,
    };
    let ended = false;
    let aborted = false;
    const abort = (): void => {
      aborted = true;
      // Cancelling the stream takes effect late while the run prints nothing, so the run is ended by its id.
      calls.endProcess(id).catch(() => undefined);
    };
    try {
      signal.throwIfAborted();
      const frames = decodeFrames(await calls.runCommand(call, request.stdin), call.seconds * 1000 + endGraceMs);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      for await (const event of frames) {
        ended ||= event.type === 'end';
        yield event.type === 'end' && aborted ? { ...event, ended: 'aborted' } : event;
      }
    } catch (error) {
      if (signal.aborted && !aborted) throw error;
      // The container, or the connection to it, was lost.
    } finally {
      signal.removeEventListener('abort', abort);
    }
    if (!ended) yield { type: 'end', ended: aborted ? 'aborted' : 'lost', code: -1 };
  }

  const neverAborted = new AbortController().signal;
  const stream = (request: ExecRequest): ReadableStream<Uint8Array> => outputStream(exec(request, neverAborted));
  const run = async (request: ExecRequest): Promise<ProgramResult> => {
    const chunks: Uint8Array[] = [];
    let code = -1;
    for await (const event of exec(request, neverAborted)) {
      if (event.type === 'out') chunks.push(event.bytes);
      else if (event.type === 'end') code = event.code;
    }
    return { code, output: concatBytes(chunks) };
  };

  return {
    capabilities: fullCapabilities,
    exec,
    processes: {
      start: ({ id, command, port, timeLimit }) => calls.serve({ id, line: command, port, seconds: timeLimit }),
      logs: (id, bytes) => calls.serverLog(id, bytes),
      isRunning: (id) => calls.isServing(id),
      stop: (id) => calls.endProcess(id),
    },
    files: new ContainerFileSync({ calls: { wakeUp: () => calls.wakeUp(idleSeconds()) }, syncedBoot, run, stream }),
    port: (port) => containerPort(calls, port),
    allow: (hosts) => calls.allowOnly([...hosts]),
    isAwake: () => calls.isAwake(),
    destroy: () => calls.wipe(),
  };
}

/** A port of a container, without the rest of its sandbox. */
export function containerPort(calls: Pick<ContainerCalls, 'fetch'>, port: number): SandboxPort {
  return {
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      return calls.fetch(new Request(`http://localhost:${port}${pathname}${search}`, request));
    },
  };
}

/** The output of a run as one stream. */
function outputStream(events: AsyncGenerator<RunEvent, void, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = await events.next();
        if (done) return controller.close();
        if (value.type !== 'out') continue;
        controller.enqueue(value.bytes);
        return;
      }
    },
    async cancel() {
      await events.return();
    },
  });
}
