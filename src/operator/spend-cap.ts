import { type Spender, SpendShares } from './spend-shares.ts';

/** Dollars are stored as whole millionths, so that sums stay exact. */
const micro = 1_000_000;

const dayMs = 86_400_000;

export interface SpendCapDeps {
  sql: SqlStorage;
  /** Called after a row of this UTC day (days since 1970) was written: the owner deletes old days by an alarm. */
  onRowOfDay(day: number): void;
}

/** Why a call may not be made: the day's budget, or the share of its account or address, does not cover it. */
export type SpendShortage = 'budget' | 'account' | 'address';

/**
 * The operator's daily budget: reserve before a model call, settle after it. Tables: `spend_day`, the sum of each UTC day;
 * `reservation`, one row a call. One account or address gets no more than its share.
 */
export class SpendCap {
  readonly #deps: SpendCapDeps;
  readonly #shares: SpendShares;

  constructor(deps: SpendCapDeps) {
    this.#deps = deps;
    this.#shares = new SpendShares(deps.sql);
  }

  /**
   * What does not cover a call of `usd` dollars, or null. Reserves nothing.
   *
   * @param now UNIX milliseconds
   * @param spender null: only the budget is looked at
   */
  shortage(usd: number, capUsd: number, now: number, spender: Spender | null): SpendShortage | null {
    const day = Math.floor(now / dayMs);
    const amount = Math.ceil(usd * micro);
    // An amount that is no number fits into no budget.
    if (!(amount >= 0 && this.#spent(day) + amount <= Math.floor(capUsd * micro))) return 'budget';
    return spender && this.#shares.exceededBy(spender, amount, capUsd, day);
  }

  /** Records who sends a turn: its calls count against their shares. Idempotent by turn. */
  recordSpender(turn: string, spender: Spender, now: number): void {
    const day = Math.floor(now / dayMs);
    this.#shares.record(turn, spender, day);
    this.#deps.onRowOfDay(day);
  }

  /**
   * Reserves the maximum that one model call may cost. Idempotent by call id.
   *
   * @param call `<turn>/…`
   * @param usd dollars
   * @param capUsd dollars a UTC day, whole deployment
   * @param now UNIX milliseconds
   * @returns false if the day's budget does not cover it, or the share of the turn's account or address
   */
  reserve(call: string, usd: number, capUsd: number, now: number): boolean {
    if (this.#reservation(call)) return true;
    const spender = this.#shares.spenderOf(call);
    if (this.shortage(usd, capUsd, now, spender) !== null) return false;
    const day = Math.floor(now / dayMs);
    const amount = Math.ceil(usd * micro);
    this.#deps.sql.exec(
      'INSERT INTO reservation (call, day, microusd, settled) VALUES (?, ?, ?, 0)',
      call,
      day,
      amount,
    );
    this.#book(day, amount, spender);
    this.#deps.onRowOfDay(day);
    return true;
  }

  /**
   * Settles a reservation at the actual cost in dollars, on the day of the reservation. Idempotent; an unknown call is ignored. A cost
   * that is no amount leaves the reservation as it is.
   */
  settle(call: string, usd: number): void {
    const amount = Math.ceil(usd * micro);
    const reservation = this.#reservation(call);
    if (!reservation || reservation.settled || !(amount >= 0 && Number.isSafeInteger(amount))) return;
    this.#deps.sql.exec('UPDATE reservation SET microusd = ?, settled = 1 WHERE call = ?', amount, call);
    this.#book(reservation.day, amount - reservation.microusd, this.#shares.spenderOf(call));
  }

  /**
   * Settles the open calls of a turn, which were lost with their object, each at `usd` dollars and at no more than it has reserved:
   * a turn makes one call at a time, and none is open when it is resumed.
   */
  settleLost(turn: string, usd: number): void {
    const open = this.#deps.sql
      .exec<{ call: string; microusd: number }>(
        // '0' is the character after '/'.
        `SELECT call, microusd FROM reservation WHERE call > ?1 || '/' AND call < ?1 || '0' AND settled = 0`,
        turn,
      )
      .toArray();
    for (const { call, microusd } of open) this.settle(call, Math.min(usd, microusd / micro));
  }

  /** See `SpendShares.spenderOf`. */
  spenderOf(turn: string): Spender | null {
    return this.#shares.spenderOf(turn);
  }

  /** See `SpendShares.move`. */
  moveSpending(from: string, to: string): void {
    this.#shares.move(from, to);
  }

  /** The oldest day with spending (days since 1970), or null. */
  oldestDay(): number | null {
    return this.#deps.sql.exec<{ day: number | null }>('SELECT min(day) AS day FROM spend_day').one().day;
  }

  /** Deletes `day` and all days before it. */
  deleteUpTo(day: number): void {
    for (const table of ['spend_day', 'reservation']) this.#deps.sql.exec(`DELETE FROM ${table} WHERE day <= ?`, day);
    this.#shares.deleteUpTo(day);
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

  #book(day: number, amount: number, spender: Spender | null): void {
    this.#deps.sql.exec(
      'INSERT INTO spend_day (day, microusd) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET microusd = microusd + ?2',
      day,
      amount,
    );
    if (spender) this.#shares.add(spender, amount, day);
  }
}
