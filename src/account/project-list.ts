import type { SessionSummary } from '../protocol/resources.ts';

/** The projects of one account, newest change first. The session objects own the truth; this is their index. */
export class ProjectList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  list(): SessionSummary[] {
    return this.#sql
      .exec<{ session: string; title: string; created_at: number; updated_at: number }>(
        'SELECT session, title, created_at, updated_at FROM project ORDER BY updated_at DESC, session LIMIT 500',
      )
      .toArray()
      .map((row) => ({
        session: row.session,
        title: row.title,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }));
  }

  /** Adds a project or notes that it changed; an empty title leaves the one that is known. `now` in UNIX milliseconds. */
  remember(session: string, title: string, now: number): void {
    this.#sql.exec(
      `INSERT INTO project (session, title, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (session) DO UPDATE SET updated_at = ?3, title = CASE ?2 WHEN '' THEN title ELSE ?2 END`,
      session,
      title,
      now,
    );
  }

  forget(session: string): void {
    this.#sql.exec('DELETE FROM project WHERE session = ?', session);
  }
}
