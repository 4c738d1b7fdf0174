/** Whether a visitor has been let in: by the check that tells people from programs, and among the new visitors of an address. */
export class VisitorGate {
  readonly #sql: SqlStorage;
  readonly #stamps: Set<string>;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#stamps = new Set(
      sql
        .exec<{ what: string }>(`SELECT 'welcome' AS what FROM welcome UNION ALL SELECT 'challenge' FROM challenge`)
        .toArray()
        .map(({ what }) => what),
    );
  }

  /** Whether this visitor has a place among the new visitors of an address. */
  get welcomed(): boolean {
    return this.#stamps.has('welcome');
  }

  /** Whether this visitor has passed the check. */
  get checked(): boolean {
    return this.#stamps.has('challenge');
  }

  /** Notes it for good. `now` in UNIX milliseconds. */
  stamp(what: 'welcome' | 'challenge', now: number): void {
    if (this.#stamps.has(what)) return;
    this.#sql.exec(`INSERT INTO ${what} (id, at) VALUES (1, ?)`, now);
    this.#stamps.add(what);
  }
}
