import type { ConnectionDetail } from '../../protocol/resources.ts';

/** An account's connection, without the sealed secret. */
export type ConnectionRow = {
  kind: ConnectionDetail['kind'];
  label: string;
  /** UNIX milliseconds. */
  since: number;
  /** Version of the current sealed record. */
  version: number;
  /** Version of the connection's first sealed record: identifies this connection among later ones. */
  first_version: number;
  /** Why the connection cannot be used any more, in a sentence; or null. */
  broken: string | null;
  /** 1 from before a refresh request until its outcome is known. If an object starts with 1, an answer was lost. */
  refresh_sent: number;
  /** When Claude refused the previous token, if that led to the current one; or null. UNIX milliseconds. */
  renewed_at: number | null;
  /** 1 once the connection was transferred to another account: it is not refreshed here any more. */
  given: number;
  /** JSON list of the models' ids. */
  models: string | null;
  models_at: number | null;
};

/** The one row of the table `connection`. */
export class ConnectionTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): ConnectionRow | null {
    return this.#sql.exec<ConnectionRow>('SELECT * FROM connection').toArray()[0] ?? null;
  }

  /** Stores a connection in place of the previous one. */
  replace({ kind, label, since, version }: Pick<ConnectionRow, 'kind' | 'label' | 'since' | 'version'>): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO connection (id, kind, label, since, version, first_version) VALUES (1, ?1, ?2, ?3, ?4, ?4)`,
      kind,
      label,
      since,
      version,
    );
  }

  /** Changes columns of the row, if there is one. */
  update(changes: Partial<Omit<ConnectionRow, 'kind' | 'first_version'>>): void {
    for (const [column, value] of Object.entries(changes)) this.#sql.exec(`UPDATE connection SET ${column} = ?`, value);
  }

  remove(): void {
    this.#sql.exec('DELETE FROM connection');
  }
}
