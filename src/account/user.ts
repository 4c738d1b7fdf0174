/** A signed-in user, as the account itself knows them. */
export interface UserRow {
  /** The account's id: also the user handle of its passkeys. */
  id: string;
  /** UNIX milliseconds. */
  createdAt: number;
  /** What a provider called them, or null. */
  name: string | null;
}

/** Whether an account is a user's, and whose. An account that keeps no such row is a visitor's. */
export class UserRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The user, or null where the account is a visitor's. */
  get(): UserRow | null {
    const row = this.#sql
      .exec<{ id: string; created_at: number; name: string | null }>('SELECT id, created_at, name FROM user')
      .toArray()[0];
    return row ? { id: row.id, createdAt: row.created_at, name: row.name } : null;
  }

  /** Makes the account a user's. Idempotent; a name is taken where none is known yet. `now` in UNIX milliseconds. */
  make(id: string, name: string | null, now: number): void {
    this.#sql.exec(
      `INSERT INTO user (one, id, created_at, name) VALUES (1, ?1, ?2, ?3)
       ON CONFLICT (one) DO UPDATE SET name = coalesce(name, ?3)`,
      id,
      now,
      name,
    );
  }
}
