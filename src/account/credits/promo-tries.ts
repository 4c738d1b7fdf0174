/** Wrong codes that an account may try in the window: codes are not to be guessed. */
const maxTries = 10;
const windowMs = 60 * 60_000;

/** The wrong promo codes of one account in the last hour. In memory: an object that is asked again and again is not evicted. */
export class PromoTries {
  #at: number[] = [];

  /** Seconds until one more may be tried; 0 for now. `now` in UNIX milliseconds. */
  secondsUntilAllowed(now: number): number {
    this.#at = this.#at.filter((at) => at > now - windowMs);
    const first = this.#at[this.#at.length - maxTries];
    return first === undefined ? 0 : Math.ceil((first + windowMs - now) / 1000);
  }

  /** Before the code is looked up: of many at once, no more are. */
  count(now: number): void {
    this.#at.push(now);
  }

  /** The code was right. */
  uncount(): void {
    this.#at.pop();
  }
}
