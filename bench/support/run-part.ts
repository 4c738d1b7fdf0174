import { processorSeconds } from './machine.ts';
import { NotHere, type Part, type Scope } from './part.ts';
import { repeat } from './repeat.ts';
import type { PartReport, Row } from './report.ts';
import type { Stand } from './stand.ts';

/** Milliseconds for one part, and those after which none of its repetitions ends that it could do without. */
export const partMs = 60_000;
const repetitionMs = 30_000;

/** Milliseconds for closing one thing. */
const closingMs = 10_000;

/** The stand that parts share, started when it is first asked for. */
export class SharedStand {
  readonly #start: () => Promise<Stand>;
  #stand: Promise<Stand> | null = null;

  constructor(start: () => Promise<Stand>) {
    this.#start = start;
  }

  get(): Promise<Stand> {
    this.#stand ??= this.#start();
    return this.#stand;
  }

  /** Closes it, whether or not it has started yet; the next part gets a new one. */
  async close(): Promise<void> {
    const stand = this.#stand;
    this.#stand = null;
    await (await stand?.catch(() => null))?.close();
  }
}

/** The part's limit: aborted after {@link partMs}, or when `stopped` is. */
function limitOf(stopped: AbortSignal): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`took longer than ${partMs / 1000} s`)), partMs);
  return { signal: AbortSignal.any([controller.signal, stopped]), clear: () => clearTimeout(timer) };
}

/**
 * Runs a part within its time limit, and closes what it started. After a failure, and after a part that spoils it, the shared stand is
 * closed too: work of the part may be under way in it.
 *
 * @param stopped ends the part early
 * @param limit aborts at the time limit; its reason is what the report says
 */
export async function runPart(
  part: Part,
  shared: SharedStand,
  stopped: AbortSignal,
  limit = limitOf(stopped),
): Promise<{ rows: Row[]; report: PartReport }> {
  const begun = performance.now();
  const processorBegun = processorSeconds();
  const { signal } = limit;
  const closers: (() => unknown)[] = [];
  let isOver = false;
  const scope: Scope = {
    signal,
    stand: () => shared.get(),
    onEnd: (close) => {
      if (isOver) void bounded(close);
      else closers.unshift(close);
    },
    repeat: (repetitions, work) => repeat(repetitions, () => repetitionMs - (performance.now() - begun), signal, work),
  };
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
  const work = (async () => {
    signal.throwIfAborted();
    return await part.run(scope);
  })();
  let rows: Row[] = [];
  let failure: unknown = null;
  try {
    rows = await Promise.race([work, aborted.promise]);
  } catch (error) {
    failure = signal.aborted ? signal.reason : error;
  }
  limit.clear();
  isOver = true;
  for (const close of closers) await bounded(close);
  if (part.spoilsStand || failure !== null) await bounded(() => shared.close());
  // What it had under way fails now that all is closed.
  if (failure !== null) await bounded(() => work);
  const seconds = (performance.now() - begun) / 1000;
  const processor = processorSeconds();
  return {
    rows,
    report: {
      name: part.name,
      seconds,
      processorSeconds: processor === null || processorBegun === null ? null : processor - processorBegun,
      notMeasured: failure === null ? null : messageOf(failure),
      isFault: failure !== null && !(failure instanceof NotHere),
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Waits for `work`, but not for ever, and whatever becomes of it. */
async function bounded(work: () => unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, closingMs);
  try {
    await Promise.race([work(), promise]);
  } catch {
    // What is closed may be broken.
  } finally {
    clearTimeout(timer);
  }
}
