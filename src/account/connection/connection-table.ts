import type { ConnectionDetail } from '../../protocol/resources.ts';

/** What an account knows of its connection, beside the sealed secret. */
export type ConnectionRow = {
  kind: ConnectionDetail['kind'];
  label: string;
  /** UNIX milliseconds. */
  since: number;
  /** Version of the sealed record that is current. */
  version: number;
  /** Version under which it was connected: it tells the connection from one that takes its place. */
  first_version: number;
  /** Why it cannot be used any more, in a sentence. */
  broken: string | null;
  /** 1 from before a refresh goes out until its outcome is known: found on waking, its answer was lost. */
  refresh_sent: number;
  /** When a refusal of Claude led to the current token, or null. UNIX milliseconds. */
  renewed_at: number | null;
  /** 1 once it was given to another account: it is not refreshed here any more. */
  given: number;
  /** JSON list of the models' ids. */
  models: string | null;
  models_at: number | null;
};

/** The row of an account's connection. */
export class ConnectionTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): ConnectionRow | null {
    return this.#sql.exec<ConnectionRow>('SELECT * FROM connection').toArray()[0] ?? null;
  }

  /** Notes a connection in place of the one before. */
  connect({ kind, label, since, version }: Pick<ConnectionRow, 'kind' | 'label' | 'since' | 'version'>): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO connection (id, kind, label, since, version, first_version) VALUES (1, ?1, ?2, ?3, ?4, ?4)`,
      kind,
      label,
      since,
      version,
    );
  }

  /** Changes some columns. */
  update(changes: Partial<Omit<ConnectionRow, 'kind' | 'first_version'>>): void {
    for (const [column, value] of Object.entries(changes)) this.#sql.exec(`UPDATE connection SET ${column} = ?`, value);
  }

  remove(): void {
    this.#sql.exec('DELETE FROM connection');
  }
}
