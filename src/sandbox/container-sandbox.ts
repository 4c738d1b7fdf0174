import { concat } from './concat-bytes.ts';
import { ContainerFiles, type FilledMark, type Finished } from './container-file-sync.ts';
import type { ContainerCalls } from './container-rpc.ts';
import { decodeFrames, type RunEvent } from './output-frames.ts';
import { boundedCalls } from './rpc-timeout.ts';
import type { ExecRequest, Sandbox, SandboxPort } from './sandbox-port.ts';

/** Seconds that a command may take, where nothing else is said. */
const timeLimit = 120;
/** Bytes that a command may print before it is ended. */
const mostOutput = 64 * 1024 * 1024;
/** Milliseconds after its time is over until a command is given up whose end has not come. */
const patienceMs = 45_000;

const everywhere: Sandbox['capabilities'] = { commands: true, why: null };

/**
 * The driver for a project's own container.
 *
 * @param reach the container's object, for one call
 * @param filled where the owner keeps which container has its files
 */
export function containerSandbox(reach: () => ContainerCalls, filled: FilledMark): Sandbox {
  const calls = boundedCalls(reach);

  async function* exec(request: ExecRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void, void> {
    const { command } = request;
    const id = crypto.randomUUID();
    const call = {
      id,
      argv: typeof command === 'string' ? ['bash', '-lc', command] : [...command],
      seconds: request.timeLimit ?? timeLimit,
      merged: request.merged ?? false,
      mostOutput: request.mostOutput ?? mostOutput,
    };
    let ended = false;
    let aborted = false;
    const abort = (): void => {
      aborted = true;
      // Where nothing is printed, a stream hears of its end late: the run is ended by name.
      calls.endProcess(id).catch(() => undefined);
    };
    try {
      signal.throwIfAborted();
      const frames = decodeFrames(await calls.runCommand(call, request.stdin), call.seconds * 1000 + patienceMs);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      for await (const event of frames) {
        ended ||= event.type === 'end';
        yield event.type === 'end' && aborted ? { ...event, ended: 'aborted' } : event;
      }
    } catch (error) {
      if (signal.aborted && !aborted) throw error;
      // The container, or what speaks to it, went away.
    } finally {
      signal.removeEventListener('abort', abort);
    }
    if (!ended) yield { type: 'end', ended: aborted ? 'aborted' : 'lost', code: -1 };
  }

  const never = new AbortController().signal;
  const stream = (request: ExecRequest): ReadableStream<Uint8Array> => outputOf(exec(request, never));
  const run = async (request: ExecRequest): Promise<Finished> => {
    const chunks: Uint8Array[] = [];
    let code = -1;
    for await (const event of exec(request, never)) {
      if (event.type === 'out') chunks.push(event.bytes);
      else if (event.type === 'end') code = event.code;
    }
    return { code, out: concat(chunks) };
  };

  return {
    capabilities: everywhere,
    exec,
    processes: {
      start: ({ id, command, port, timeLimit }) => calls.serve({ id, line: command, port, seconds: timeLimit }),
      logs: (id, bytes) => calls.serverLog(id, bytes),
      isRunning: (id) => calls.isServing(id),
      stop: (id) => calls.endProcess(id),
    },
    files: new ContainerFiles({ calls, filled, run, stream }),
    port: (port) => containerPort(calls, port),
    allow: (hosts) => calls.allowOnly([...hosts]),
    isAwake: () => calls.isAwake(),
    destroy: () => calls.wipe(),
  };
}

/** A port of a container, for those who need nothing else of it. */
export function containerPort(calls: Pick<ContainerCalls, 'fetch'>, port: number): SandboxPort {
  return {
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      return calls.fetch(new Request(`http://localhost:${port}${pathname}${search}`, request));
    },
  };
}

/** What a run prints, as one stream. */
function outputOf(events: AsyncGenerator<RunEvent, void, void>): ReadableStream<Uint8Array> {
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
