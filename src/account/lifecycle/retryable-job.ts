/** First wait after an attempt that failed; doubles up to the longest. Milliseconds. */
const firstWaitMs = 2_000;
const longestWaitMs = 10 * 60_000;

/** Work in steps that may each be repeated: done once at a time however often it is asked for, and by the alarm where it broke off. */
export class RetryableJob {
  readonly #schedule: () => Promise<void>;
  readonly #work: () => Promise<boolean>;
  #running: Promise<boolean> | null = null;
  #failures = 0;
  #dueAt = 0;

  /**
   * @param schedule sees to it that `run` is called when `dueAt` says so
   * @param work resolves with false where there is more to do at once
   */
  constructor(schedule: () => Promise<void>, work: () => Promise<boolean>) {
    this.#schedule = schedule;
    this.#work = work;
  }

  /** When to try again (UNIX milliseconds). */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** @returns whether all is done */
  run(): Promise<boolean> {
    this.#running ??= this.#attempt().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #attempt(): Promise<boolean> {
    // Should this object be lost on the way.
    this.#dueAt = Date.now() + Math.min(firstWaitMs * 2 ** this.#failures, longestWaitMs);
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
