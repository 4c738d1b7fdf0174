import * as v from 'valibot';

const Told = v.looseObject({ seq: v.number() });

/** Opens a WebSocket. `closed` comes once, also where it could not be opened. */
export type ConnectWatch = (on: { message(data: unknown): void; closed(): void }) => { close(): void };

export interface WatchOptions {
  connect: ConnectWatch;
  /** Resolves after so many milliseconds, or earlier when the network comes back; rejects when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  /** The newest sequence number of the session. */
  onSeq(seq: number): void;
  signal: AbortSignal;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

function readSeq(data: unknown): number | null {
  if (typeof data !== 'string') return null;
  try {
    const told = v.safeParse(Told, JSON.parse(data));
    return told.success ? told.output.seq : null;
  } catch {
    return null;
  }
}

/** Stays connected until the socket closes; resolves with whether it ever said anything. */
function listen(options: WatchOptions): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = false;
    const socket = options.connect({
      message(data) {
        const seq = readSeq(data);
        if (seq === null) return;
        heard = true;
        options.onSeq(seq);
      },
      closed() {
        options.signal.removeEventListener('abort', leave);
        resolve(heard);
      },
    });
    const leave = () => socket.close();
    options.signal.addEventListener('abort', leave);
  });
}

/**
 * Keeps a session's `/watch` open for as long as the signal is not aborted, and connects again calmly.
 */
export async function watch(options: WatchOptions): Promise<void> {
  let failures = 0;
  while (!options.signal.aborted) {
    const heard = await listen(options);
    failures = heard ? 1 : failures + 1;
    const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    try {
      await options.wait(full * (0.5 + options.random() / 2), options.signal);
    } catch {
      return;
    }
  }
}
