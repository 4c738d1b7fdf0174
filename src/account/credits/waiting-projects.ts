/** Projects that are remembered at the most: one that is forgotten goes on at the next daily credits. */
const maxWaiting = 50;

/** Projects whose queued prompts wait for credits. Table: `credit_waiting`, one row each. */
export class WaitingProjects {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(session: string): void {
    const { n } = this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM credit_waiting').one();
    if (n < maxWaiting) this.#sql.exec('INSERT OR IGNORE INTO credit_waiting (session) VALUES (?)', session);
  }

  all(): string[] {
    return this.#sql
      .exec<{ session: string }>('SELECT session FROM credit_waiting')
      .toArray()
      .map(({ session }) => session);
  }

  remove(session: string): void {
    this.#sql.exec('DELETE FROM credit_waiting WHERE session = ?', session);
  }
}
