const realNow = Date.now.bind(Date);
const realSetTimeout = globalThis.setTimeout.bind(globalThis);
const realClearTimeout = globalThis.clearTimeout.bind(globalThis);
const realSetInterval = globalThis.setInterval.bind(globalThis);
const realClearInterval = globalThis.clearInterval.bind(globalThis);

let pace = 1;
/** Real and shown time at the last change of the clock. UNIX milliseconds. */
let base = { real: realNow(), shown: realNow() };

/** The time as the Worker sees it. UNIX milliseconds. */
export function shownNow(): number {
  return base.shown + (realNow() - base.real) * pace;
}

/** The real time at which the clock will show `at`. */
export function realTimeOf(at: number): number {
  return base.real + (at - base.shown) / pace;
}

/** Lets time pass `factor` times as fast from now on. */
export function setPace(factor: number): void {
  base = { real: realNow(), shown: shownNow() };
  pace = factor;
}

/** Moves the clock forward, never backward. */
export function setShownTime(at: number): void {
  base = { real: realNow(), shown: Math.max(at, shownNow()) };
}

/** Resolves after so many real milliseconds. */
export function realWait(ms: number): Promise<void> {
  return new Promise((resolve) => realSetTimeout(resolve, ms));
}

export interface TimerHooks {
  /** A timer was set. @returns called when it has fired or was cleared */
  onTimer(): () => void;
}

/** Installs the clock in place of `Date.now` and of the functions that set and clear timers. */
export function installClock({ onTimer }: TimerHooks): void {
  const ends = new Map<unknown, () => void>();
  Date.now = () => Math.round(shownNow());
  const set = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const end = onTimer();
    const timer: unknown = realSetTimeout(() => {
      ends.delete(timer);
      try {
        run(...args);
      } finally {
        end();
      }
    }, ms / pace);
    ends.set(timer, end);
    return timer;
  };
  const repeat = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const timer: unknown = realSetInterval(run, ms / pace, ...args);
    ends.set(timer, onTimer());
    return timer;
  };
  const clearWith = (clear: (timer: number) => void) => (timer: unknown) => {
    ends.get(timer)?.();
    ends.delete(timer);
    clear(timer as number);
  };
  Object.assign(globalThis, {
    setTimeout: set,
    setInterval: repeat,
    clearTimeout: clearWith(realClearTimeout),
    clearInterval: clearWith(realClearInterval),
  });
}
