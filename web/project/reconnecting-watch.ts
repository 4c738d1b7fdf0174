import * as v from 'valibot';

const WatchMessage = v.looseObject({ seq: v.number() });

/** Opens a WebSocket. `closed` is called exactly once, even if the connection failed. */
export type ConnectWatch = (on: { message(data: unknown): void; closed(): void }) => { close(): void };

export interface WatchDeps {
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
    const message = v.safeParse(WatchMessage, JSON.parse(data));
    return message.success ? message.output.seq : null;
  } catch {
    return null;
  }
}

/** Stays connected until the socket closes. Resolves with whether a message came. */
function listen(deps: WatchDeps): Promise<boolean> {
  return new Promise((resolve) => {
    let hasReceived = false;
    const socket = deps.connect({
      message(data) {
        const seq = readSeq(data);
        if (seq === null) return;
        hasReceived = true;
        deps.onSeq(seq);
      },
      closed() {
        deps.signal.removeEventListener('abort', close);
        resolve(hasReceived);
      },
    });
    const close = () => socket.close();
    deps.signal.addEventListener('abort', close);
  });
}

/** Keeps a session's `/watch` socket open until the signal is aborted. Reconnects with exponential backoff and jitter. */
export async function watch(deps: WatchDeps): Promise<void> {
  let failures = 0;
  while (!deps.signal.aborted) {
    const hasReceived = await listen(deps);
    failures = hasReceived ? 1 : failures + 1;
    const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    await deps.wait(full * (0.5 + deps.random() / 2), deps.signal).catch(() => undefined);
  }
}
