/** Checks of a key against Claude that one account may make in the window. */
const maxChecks = 5;

/** One hour, in milliseconds. */
const windowMs = 60 * 60_000;

/** The key checks of one account in the last hour. */
export class KeyChecks {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Whether one more check may be made.
   *
   * @returns seconds until it may, 0 for now
   */
  wait(now: number): number {
    this.#sql.exec('DELETE FROM key_check WHERE at <= ?', now - windowMs);
    const rows = this.#sql.exec<{ at: number }>('SELECT at FROM key_check ORDER BY at').toArray();
    const first = rows[rows.length - maxChecks];
    return first ? Math.ceil((first.at + windowMs - now) / 1000) : 0;
  }

  /** Counts a check, unless there were too many. @returns as `wait` */
  count(now: number): number {
    const wait = this.wait(now);
    if (wait === 0) this.#sql.exec('INSERT INTO key_check (at) VALUES (?)', now);
    return wait;
  }
}
