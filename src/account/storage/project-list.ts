import type { SessionSummary } from '../../protocol/resources.ts';
import { firstRow } from '../../storage/sql.ts';

/** A project as it is transferred to another account. */
export type ProjectRow = { session: string; title: string; created_at: number; updated_at: number };

/** Maximum of projects in one answer. */
const maxListed = 500;

/** The projects of one account, newest change first: an index, while each session object is authoritative for itself. */
export class ProjectList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @param search only projects whose title contains this text; empty: all */
  list(search: string): SessionSummary[] {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    return this.#sql
      .exec<ProjectRow>(
        `SELECT session, title, created_at, updated_at FROM project WHERE title LIKE ? ESCAPE '\\'
         ORDER BY updated_at DESC, session LIMIT ?`,
        pattern,
        maxListed,
      )
      .toArray()
      .map((row) => ({
        session: row.session,
        title: row.title,
        createdAt: row.created_at,
        updatedAt: row.updated_at,
      }));
  }

  get count(): number {
    return this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM project').one().n;
  }

  /** Null where it is not listed. */
  titleOf(session: string): string | null {
    return (
      firstRow<{ title: string }>(this.#sql, 'SELECT title FROM project WHERE session = ?', session)?.title ?? null
    );
  }

  /** Adds a project or updates it; an empty title does not replace the known one. `now` in UNIX milliseconds. */
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

  /** Changes the title of a listed project. `now` in UNIX milliseconds. */
  rename(session: string, title: string, now: number): void {
    this.#sql.exec('UPDATE project SET title = ?, updated_at = ? WHERE session = ?', title, now, session);
  }

  rows(): ProjectRow[] {
    return this.#sql.exec<ProjectRow>('SELECT session, title, created_at, updated_at FROM project').toArray();
  }

  /** Imports projects of another account. */
  importRows(rows: readonly ProjectRow[]): void {
    for (const { session, title, created_at, updated_at } of rows)
      this.#sql.exec(
        'INSERT OR IGNORE INTO project (session, title, created_at, updated_at) VALUES (?, ?, ?, ?)',
        session,
        title,
        created_at,
        updated_at,
      );
  }
}
