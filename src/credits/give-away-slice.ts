import { firstRow, type Sql } from '../storage/sql.ts';

const dayMs = 86_400_000;

/**
 * What an account has drawn of the operator's budget of a UTC day, for credits that nobody has paid for. Micro-credits. Table:
 * `credit_slice`, one row: what is left of a day is void on the next.
 */
export class GiveAwaySlice {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  left(now: number): number {
    const row = firstRow<{ day: number; left: number }>(this.#sql, 'SELECT day, "left" FROM credit_slice');
    return row?.day === dayOf(now) ? row.left : 0;
  }

  /** Adds what was drawn. */
  add(amount: number, now: number): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO credit_slice (id, day, "left") VALUES (1, ?, ?)',
      ...[dayOf(now), this.left(now) + amount],
    );
  }

  /** Sets aside for a call, or, negative, frees again. @param at when the call was made: an earlier day's is void */
  take(amount: number, at: number): void {
    if (amount !== 0) this.#sql.exec('UPDATE credit_slice SET "left" = "left" - ? WHERE day = ?', amount, dayOf(at));
  }
}

const dayOf = (at: number): number => Math.floor(at / dayMs);
