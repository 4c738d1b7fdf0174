import { hasTable } from '../../storage/sql.ts';

/** The user of an account. */
export interface UserRow {
  /** The account's id: also the user handle of its passkeys. */
  id: string;
  /** UNIX milliseconds. */
  createdAt: number;
  /** The name at the first provider that told one, or null. */
  name: string | null;
}

/** Whether the account is a user's: the first sign-in creates the table `user`. */
export function isUserAccount(sql: SqlStorage): boolean {
  return hasTable(sql, 'user');
}

/** The one row of the table `user`. */
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

  /** Makes the account a user's. Idempotent; a name is stored only if none is known yet. `now` in UNIX milliseconds. */
  create(id: string, name: string | null, now: number): void {
    this.#sql.exec(
      `INSERT INTO user (one, id, created_at, name) VALUES (1, ?1, ?2, ?3)
       ON CONFLICT (one) DO UPDATE SET name = coalesce(name, ?3)`,
      id,
      now,
      name,
    );
  }
}
