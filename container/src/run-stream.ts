import { encodeFrame, type RunEnd } from '../../src/sandbox/output-frames.ts';

/** How long a run that was told to end may hold on to its output. Milliseconds. */
const graceMs = 4_000;

/** How long the output of a container that has ended may take to arrive. Milliseconds. */
const lastWordsMs = 500;

export interface RunStreamOptions {
  /** Bytes of output after which the run is ended. */
  mostOutput: number;
  /** Milliseconds; what ends runs in the container itself comes first. */
  timeoutMs: number;
  /** Aborted when the container has ended. */
  gone: AbortSignal;
  /** Ends the run with all that it started. */
  end(): Promise<unknown>;
  /** Whether the container is still the one in which the run began. */
  isThere(): Promise<boolean>;
  /** Called once, when nothing more comes. */
  closed(): void;
}

/** The output of a process as frames, pulled as fast as it is read. Its last frame says how it ended. */
export function runStream(process: ExecProcess, options: RunStreamOptions): ReadableStream<Uint8Array> {
  const sources = [
    { type: 'out' as const, reader: readerOf(process.stdout) },
    { type: 'err' as const, reader: readerOf(process.stderr) },
  ];
  const pending = new Map(sources.map((source) => [source.type, next(source)]));
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
    options.end().catch(giveUp);
  };
  const timer = setTimeout(() => stop('timeout'), options.timeoutMs);
  // What it has said may still be on its way.
  const lose = (): void => void setTimeout(giveUp, lastWordsMs);
  options.gone.addEventListener('abort', lose, { once: true });
  if (options.gone.aborted) lose();
  let isOver = false;
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    clearTimeout(grace);
    options.gone.removeEventListener('abort', lose);
    for (const { reader } of sources) reader?.cancel().catch(() => undefined);
    options.closed();
  };
  const ending = async (): Promise<RunEnd> => {
    const code = await Promise.race([process.exitCode.catch(() => lost), gaveUp.then(() => lost)]);
    if (stopped !== null) return { ended: stopped, code };
    if (code === timedOut) return { ended: 'timeout', code };
    // What ends a command so ends it with its whole container, too.
    if (code === killed && !(await options.isThere())) return { ended: 'lost', code: lost };
    return { ended: code === lost ? 'lost' : 'exited', code };
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (pending.size > 0) {
          const first = await Promise.race([...pending.values(), gaveUp]).catch(() => null);
          if (first === null) pending.clear();
          else if (first.bytes === null) pending.delete(first.source.type);
          else {
            pending.set(first.source.type, next(first.source));
            bytes += first.bytes.byteLength;
            if (bytes > options.mostOutput) stop('flooded');
            controller.enqueue(encodeFrame({ type: first.source.type, bytes: first.bytes }));
            return;
          }
        }
        if (pending.size > 0) return this.pull?.(controller);
        const end = await ending();
        over();
        controller.enqueue(encodeFrame({ type: 'end', ...end }));
        controller.close();
      },
      async cancel() {
        stop('aborted');
        await ending();
        over();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Where nobody knows the exit code. */
const lost = -1;

/** 128 + SIGKILL. */
const killed = 137;

/** What `timeout` exits with. */
const timedOut = 124;

type Reader = ReadableStreamDefaultReader<Uint8Array> | null;

function readerOf(stream: ReadableStream<Uint8Array> | null): Reader {
  return stream?.getReader() ?? null;
}

interface Source {
  type: 'out' | 'err';
  reader: Reader;
}

async function next(source: Source): Promise<{ source: Source; bytes: Uint8Array | null }> {
  const read = await source.reader?.read();
  return { source, bytes: read && !read.done ? read.value : null };
}
