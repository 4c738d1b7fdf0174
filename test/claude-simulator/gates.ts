import type { Gate } from './script.ts';

interface Waiter {
  name: string;
  go: () => void;
}

/** The named gates of a simulator: semaphores at which answers wait for a release. */
export class Gates {
  readonly #waiting: Waiter[] = [];
  readonly #stored = new Map<string, number>();
  readonly #changed: () => void;

  /** @param changed called when an answer begins to wait at a gate */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** How many answers wait at a gate. */
  waiting(name: string): number {
    return this.#waiting.filter((waiter) => waiter.name === name).length;
  }

  /** Lets `count` answers pass a gate, including answers that arrive later. Infinity opens it permanently. */
  release(name: string, count = 1): void {
    let left = count;
    for (const waiter of this.#waiting.filter((one) => one.name === name)) {
      if (left <= 0) return;
      left -= 1;
      waiter.go();
    }
    if (left > 0) this.#stored.set(name, (this.#stored.get(name) ?? 0) + left);
  }

  /** Waits at a gate until it is released or the signal aborts. */
  async pass(gate: Gate, signal: AbortSignal): Promise<void> {
    if (gate.until) await Promise.race([gate.until, aborted(signal)]);
    if (gate.name !== undefined) await this.#passNamed(gate.name, signal);
  }

  async #passNamed(name: string, signal: AbortSignal): Promise<void> {
    const stored = this.#stored.get(name) ?? 0;
    if (stored > 0) {
      this.#stored.set(name, stored - 1);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { name, go: () => this.#leave(waiter, resolve) };
    this.#waiting.push(waiter);
    this.#changed();
    signal.addEventListener('abort', waiter.go, { once: true });
    if (signal.aborted) waiter.go();
    await promise;
    signal.removeEventListener('abort', waiter.go);
  }

  #leave(waiter: Waiter, resolve: () => void): void {
    const at = this.#waiting.indexOf(waiter);
    if (at >= 0) this.#waiting.splice(at, 1);
    resolve();
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
