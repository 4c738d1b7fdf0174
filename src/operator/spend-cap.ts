/** Dollars are stored as whole millionths, so that sums stay exact. */
const micro = 1_000_000;

const dayMs = 86_400_000;

export interface SpendCapDeps {
  sql: SqlStorage;
  /** Called after a row of this UTC day (days since 1970) was written: the owner deletes old days by an alarm. */
  onRowOfDay(day: number): void;
}

/**
 * The operator's daily budget: reserve before a model call, settle after it. Tables: `spend_day`, the sum of each UTC day;
 * `reservation`, one row a call.
 */
export class SpendCap {
  readonly #deps: SpendCapDeps;

  constructor(deps: SpendCapDeps) {
    this.#deps = deps;
  }

  /** Whether the day's budget would cover a call of `usd` dollars. Reserves nothing. `now` in UNIX milliseconds. */
  covers(usd: number, capUsd: number, now: number): boolean {
    return this.#spent(Math.floor(now / dayMs)) + Math.ceil(usd * micro) <= Math.floor(capUsd * micro);
  }

  /**
   * Reserves the maximum that one model call may cost. Idempotent by call id.
   *
   * @param usd dollars
   * @param capUsd dollars a UTC day, whole deployment
   * @param now UNIX milliseconds
   * @returns false if the day's budget does not cover it
   */
  reserve(call: string, usd: number, capUsd: number, now: number): boolean {
    if (this.#reservation(call)) return true;
    if (!this.covers(usd, capUsd, now)) return false;
    const day = Math.floor(now / dayMs);
    const amount = Math.ceil(usd * micro);
    this.#deps.sql.exec(
      'INSERT INTO reservation (call, day, microusd, settled) VALUES (?, ?, ?, 0)',
      call,
      day,
      amount,
    );
    this.#addToDay(day, amount);
    this.#deps.onRowOfDay(day);
    return true;
  }

  /** Settles a reservation at the actual cost in dollars, on the day of the reservation. Idempotent; an unknown call is ignored. */
  settle(call: string, usd: number): void {
    const reservation = this.#reservation(call);
    if (!reservation || reservation.settled) return;
    const amount = Math.ceil(usd * micro);
    this.#deps.sql.exec('UPDATE reservation SET microusd = ?, settled = 1 WHERE call = ?', amount, call);
    this.#addToDay(reservation.day, amount - reservation.microusd);
  }

  /** The oldest day with spending (days since 1970), or null. */
  oldestDay(): number | null {
    return this.#deps.sql.exec<{ day: number | null }>('SELECT min(day) AS day FROM spend_day').one().day;
  }

  /** Deletes `day` and all days before it. */
  deleteUpTo(day: number): void {
    for (const table of ['spend_day', 'reservation']) this.#deps.sql.exec(`DELETE FROM ${table} WHERE day <= ?`, day);
  }

  #reservation(call: string): { day: number; microusd: number; settled: number } | undefined {
    return this.#deps.sql
      .exec<{ day: number; microusd: number; settled: number }>(
        'SELECT day, microusd, settled FROM reservation WHERE call = ?',
        call,
      )
      .toArray()[0];
  }

  #spent(day: number): number {
    return (
      this.#deps.sql.exec<{ microusd: number }>('SELECT microusd FROM spend_day WHERE day = ?', day).toArray()[0]
        ?.microusd ?? 0
    );
  }

  #addToDay(day: number, amount: number): void {
    this.#deps.sql.exec(
      'INSERT INTO spend_day (day, microusd) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET microusd = microusd + ?2',
      day,
      amount,
    );
  }
}
