import { hasTable } from '../../storage/sql.ts';

/** A signed-in user, as the account itself knows them. */
export interface UserRow {
  /** The account's id: also the user handle of its passkeys. */
  id: string;
  /** UNIX milliseconds. */
  createdAt: number;
  /** What a provider called them, or null. */
  name: string | null;
}

/** Whether the account is a user's: one that somebody has signed in to keeps a `user` table, a visitor's has none. */
export function isUserAccount(sql: SqlStorage): boolean {
  return hasTable(sql, 'user');
}

/** Whose account it is. */
export class UserRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(): UserRow {
    const row = this.#sql
      .exec<{ id: string; created_at: number; name: string | null }>('SELECT id, created_at, name FROM user')
      .one();
    return { id: row.id, createdAt: row.created_at, name: row.name };
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
