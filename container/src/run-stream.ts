import { encodeFrame, type RunEnd } from '../../src/sandbox/output-frames.ts';

/** How long the output of an ended run may stay open. Milliseconds. */
const graceMs = 4_000;

/** How long buffered output of an ended container may take to arrive. Milliseconds. */
const drainMs = 500;

export interface RunStreamDeps {
  /** Bytes of output after which the run is ended. */
  maxOutputBytes: number;
  /** Milliseconds. A fallback: the script in the container has an earlier timeout. */
  timeoutMs: number;
  /** Aborted when the container ends. */
  containerEnd: AbortSignal;
  /** Ends the run with all processes that it started. */
  endRun(): Promise<unknown>;
  /** Whether the container is still the one in which the run began. */
  isSameContainer(): Promise<boolean>;
  /** Called once, after the last frame. */
  onClosed(): void;
}

/** The output of a process as frames, with backpressure. The last frame tells how the run ended. */
export function createRunStream(process: ExecProcess, deps: RunStreamDeps): ReadableStream<Uint8Array> {
  const sources = [
    { type: 'out' as const, reader: readerOf(process.stdout) },
    { type: 'err' as const, reader: readerOf(process.stderr) },
  ];
  const pending = new Map(sources.map((source) => [source.type, readNext(source)]));
  let stopped: RunEnd['ended'] | null = null;
  let bytes = 0;
  let giveUp: () => void = () => undefined;
  const gaveUp = new Promise<null>((resolve) => {
    giveUp = () => resolve(null);
  });
  let grace: number | null = null;
  const stop = (why: RunEnd['ended']): void => {
    if (stopped !== null) return;
    stopped = why;
    grace = setTimeout(giveUp, graceMs);
    deps.endRun().catch(giveUp);
  };
  const timer = setTimeout(() => stop('timeout'), deps.timeoutMs);
  // Output may still be on its way.
  const containerEnded = (): void => void setTimeout(giveUp, drainMs);
  deps.containerEnd.addEventListener('abort', containerEnded, { once: true });
  if (deps.containerEnd.aborted) containerEnded();
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(timer);
    clearTimeout(grace);
    deps.containerEnd.removeEventListener('abort', containerEnded);
    for (const { reader } of sources) reader?.cancel().catch(() => undefined);
    deps.onClosed();
  };
  const runEnd = async (): Promise<RunEnd> => {
    const code = await Promise.race([process.exitCode.catch(() => unknownCode), gaveUp.then(() => unknownCode)]);
    if (stopped !== null) return { ended: stopped, code };
    if (code === timeoutCode) return { ended: 'timeout', code };
    // SIGKILL to the command may have been the end of its whole container.
    if (code === killedCode && !(await deps.isSameContainer())) return { ended: 'lost', code: unknownCode };
    return { ended: code === unknownCode ? 'lost' : 'exited', code };
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (pending.size > 0) {
          const first = await Promise.race([...pending.values(), gaveUp]).catch(() => null);
          if (first === null) pending.clear();
          else if (first.bytes === null) pending.delete(first.source.type);
          else {
            pending.set(first.source.type, readNext(first.source));
            bytes += first.bytes.byteLength;
            if (bytes > deps.maxOutputBytes) stop('flooded');
            controller.enqueue(encodeFrame({ type: first.source.type, bytes: first.bytes }));
            return;
          }
        }
        if (pending.size > 0) return this.pull?.(controller);
        const end = await runEnd();
        close();
        controller.enqueue(encodeFrame({ type: 'end', ...end }));
        controller.close();
      },
      async cancel() {
        stop('aborted');
        await runEnd();
        close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Stands for an unknown exit code. */
const unknownCode = -1;

/** 128 + SIGKILL. */
const killedCode = 137;

/** Exit code of `timeout` when the time is over. */
const timeoutCode = 124;

type Reader = ReadableStreamDefaultReader<Uint8Array> | null;

function readerOf(stream: ReadableStream<Uint8Array> | null): Reader {
  return stream?.getReader() ?? null;
}

interface Source {
  type: 'out' | 'err';
  reader: Reader;
}

async function readNext(source: Source): Promise<{ source: Source; bytes: Uint8Array | null }> {
  const read = await source.reader?.read();
  return { source, bytes: read && !read.done ? read.value : null };
}
