/** What stands before the first turn of an account that the operator pays. */
export interface GateMarks {
  admitted: boolean;
  challengePassed: boolean;
}

/**
 * Whether an account may have turns that the operator pays: passed Turnstile, and counted among the new visitors of its address. Both
 * are lasting.
 */
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

  /** Whether this account was counted among the new visitors of its address. */
  get isAdmitted(): boolean {
    return this.#marks.has('welcome');
  }

  /** Whether this account has passed Turnstile. */
  get hasPassedChallenge(): boolean {
    return this.#marks.has('challenge');
  }

  marks(): GateMarks {
    return { admitted: this.isAdmitted, challengePassed: this.hasPassedChallenge };
  }

  /** Takes over the marks of a merged visitor; its own stay. `now` in UNIX milliseconds. */
  importMarks({ admitted, challengePassed }: GateMarks, now: number): void {
    if (admitted) this.markAdmitted(now);
    if (challengePassed) this.markChallengePassed(now);
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
