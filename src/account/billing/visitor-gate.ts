/** Whether a visitor may have trial turns: passed Turnstile, and counted among the new visitors of their address. Both are lasting. */
export class VisitorGate {
  readonly #sql: SqlStorage;
  readonly #marks: Set<string>;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#marks = new Set(
      sql
        .exec<{ what: string }>(`SELECT 'welcome' AS what FROM welcome UNION ALL SELECT 'challenge' FROM challenge`)
        .toArray()
        .map(({ what }) => what),
    );
  }

  /** Whether this visitor was counted among the new visitors of their address. */
  get isAdmitted(): boolean {
    return this.#marks.has('welcome');
  }

  /** Whether this visitor has passed Turnstile. */
  get hasPassedChallenge(): boolean {
    return this.#marks.has('challenge');
  }

  /** `now` in UNIX milliseconds. */
  markAdmitted(now: number): void {
    this.#mark('welcome', now);
  }

  /** `now` in UNIX milliseconds. */
  markChallengePassed(now: number): void {
    this.#mark('challenge', now);
  }

  #mark(table: 'welcome' | 'challenge', now: number): void {
    if (this.#marks.has(table)) return;
    this.#sql.exec(`INSERT INTO ${table} (id, at) VALUES (1, ?)`, now);
    this.#marks.add(table);
  }
}
