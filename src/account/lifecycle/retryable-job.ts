/** Backoff after a failed attempt: the first wait, doubled up to the longest. Milliseconds. */
const firstBackoffMs = 2_000;
const maxBackoffMs = 10 * 60_000;

/** A job of idempotent steps. Single-flight: concurrent callers await the same run. After a failure the alarm repeats it, with backoff. */
export class RetryableJob {
  readonly #schedule: () => Promise<void>;
  readonly #work: () => Promise<boolean>;
  #running: Promise<boolean> | null = null;
  #failures = 0;
  #dueAt: number | null = null;

  /**
   * @param schedule makes sure that `run` is called at `dueAt`
   * @param work resolves with false if there is more to do at once
   */
  constructor(schedule: () => Promise<void>, work: () => Promise<boolean>) {
    this.#schedule = schedule;
    this.#work = work;
  }

  /** When the next attempt is due: at once before the first one. UNIX milliseconds. */
  get dueAt(): number {
    return this.#dueAt ?? Date.now();
  }

  /** @returns whether the job is done */
  run(): Promise<boolean> {
    this.#running ??= this.#attempt().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #attempt(): Promise<boolean> {
    // Scheduled before the work, in case this object is evicted during it.
    this.#dueAt = Date.now() + Math.min(firstBackoffMs * 2 ** this.#failures, maxBackoffMs);
    await this.#schedule();
    try {
      const isDone = await this.#work();
      this.#failures = 0;
      if (isDone) return true;
    } catch (error) {
      this.#failures += 1;
      throw error;
    }
    this.#dueAt = Date.now();
    await this.#schedule();
    return false;
  }
}
