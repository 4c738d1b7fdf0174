/** A limit of calls, by key: Cloudflare's rate limiting binding, or a stand-in for it. */
export interface CallLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** Keys that are remembered at a time; with more, the oldest windows are forgotten. */
const maxKeys = 10_000;

/**
 * Counts calls in this isolate, in fixed windows of a minute as the binding does: for deployments without the binding, and where a setting
 * gives another limit than the binding's own.
 *
 * @param perMinute calls a minute of one key
 */
export class IsolateCallLimiter implements CallLimiter {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, { minute: number; calls: number }>();

  constructor(perMinute: number, now: () => number = Date.now) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  async limit({ key }: { key: string }): Promise<{ success: boolean }> {
    const minute = Math.floor(this.#now() / 60_000);
    const known = this.#windows.get(key);
    const window = known?.minute === minute ? known : { minute, calls: 0 };
    if (window !== known) {
      this.#windows.delete(key);
      if (this.#windows.size >= maxKeys) this.#forgetOldest(minute);
      this.#windows.set(key, window);
    }
    if (window.calls >= this.#perMinute) return { success: false };
    window.calls += 1;
    return { success: true };
  }

  /** Windows stand in the order in which they began. */
  #forgetOldest(minute: number): void {
    for (const [key, window] of this.#windows) {
      if (window.minute === minute && this.#windows.size < maxKeys) return;
      this.#windows.delete(key);
    }
  }
}
