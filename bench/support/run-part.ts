import { processorSeconds } from './machine.ts';
import { NotHere, type Part, type Scope } from './part.ts';
import { repeat } from './repeat.ts';
import { type PartReport, partOf, type Row } from './report.ts';
import type { Stand } from './stand.ts';

/** Milliseconds for one part, and those after which none of its repetitions ends that it could do without. */
export const partMs = 60_000;
const repetitionMs = 30_000;

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

/** What bounds a part. */
export interface PartLimit {
  /** Aborted when its time is over; the reason is what the report says. */
  signal: AbortSignal;
  /** Milliseconds for closing each thing that it started. */
  closingMs: number;
  clear(): void;
}

/** Strikes after {@link partMs}, or when `stopped` is aborted. */
function limitOf(stopped: AbortSignal): PartLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`took longer than ${partMs / 1000} s`)), partMs);
  const signal = AbortSignal.any([controller.signal, stopped]);
  return { signal, closingMs: 10_000, clear: () => clearTimeout(timer) };
}

/**
 * Runs a part within its time limit, and closes what it started. After a failure, and after a part that spoils it, the shared stand is
 * closed too: work of the part may be under way in it.
 *
 * @param stopped ends the part early
 */
export async function runPart(
  part: Part,
  shared: SharedStand,
  stopped: AbortSignal,
  limit: PartLimit = limitOf(stopped),
): Promise<{ rows: Row[]; report: PartReport }> {
  const begun = performance.now();
  const processorBegun = processorSeconds();
  const { signal, closingMs } = limit;
  const closers: (() => unknown)[] = [];
  let isOver = false;
  const scope: Scope = {
    signal,
    stand: async () => {
      if (isOver) throw new Error(`The part ${part.name} is over.`);
      return await shared.get();
    },
    onEnd: (close) => {
      if (isOver) void bounded(close, closingMs);
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
    const stray = rows.find(({ key }) => partOf(key) !== part.name);
    if (stray) throw new Error(`${stray.key} is no key of the part ${part.name}`);
  } catch (error) {
    rows = [];
    failure = signal.aborted ? signal.reason : error;
  }
  limit.clear();
  isOver = true;
  for (const close of closers) await bounded(close, closingMs);
  if (part.spoilsStand || failure !== null) await bounded(() => shared.close(), closingMs);
  // What it had under way fails now that all is closed.
  if (failure !== null) await bounded(() => work, closingMs);
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

/** Waits for `work`, but no longer than so many milliseconds, and whatever becomes of it. */
async function bounded(work: () => unknown, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([work(), promise]);
  } catch {
    // What is closed may be broken.
  } finally {
    clearTimeout(timer);
  }
}
