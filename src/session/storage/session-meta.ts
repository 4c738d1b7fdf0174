/** What a session knows of itself: one row a key. */
export interface SessionMeta {
  id: string;
  owner: string;
  title: string;
  /** `visitor` once the visitor has given the title: then no app changes it. */
  title_by: string;
  /** `new` until the first turn of a session that a prompt made is admitted, then `live`; `gone` when it is being deleted. */
  state: string;
  model: string;
  label: string;
  /** The origin on which Redraw was last opened for this session: it may frame the preview. */
  origin: string;
  created_at: string;
  updated_at: string;
  /** The newest revision of the preview. */
  revision: string;
  /** The last report of the preview, as JSON. */
  report: string;
  /** Times of the newest turn, as JSON. */
  times: string;
  /** The container that was filled last, wholly; empty where none is. */
  filled: string;
  /** Whether packages were installed in it when it was last looked at: `1` or `0`. */
  packages: string;
  /** The server that is to run in it, as JSON; empty where none is. */
  server: string;
  /** Hosts that the visitor has opened to it, as JSON. */
  hosts: string;
  /** The tool call whose command may have begun to run; empty where none is. */
  command: string;
  /** What Claude last said of limits, as JSON: see `LimitDesk`. */
  limit: string;
  /** Where the transcript is cut for Claude, as JSON. */
  cut: string;
  /** The Claude account and the model that answered last. */
  answered_by: string;
}

/** A session's `meta` table, read once and kept in memory. */
export class MetaStore {
  readonly #sql: SqlStorage;
  readonly #values = new Map<string, string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    for (const { key, value } of sql.exec<{ key: string; value: string }>('SELECT key, value FROM meta'))
      this.#values.set(key, value);
  }

  get<K extends keyof SessionMeta>(key: K): SessionMeta[K] | undefined {
    return this.#values.get(key);
  }

  /** @throws Error where the key was never set: the session is broken */
  need<K extends keyof SessionMeta>(key: K): SessionMeta[K] {
    const value = this.#values.get(key);
    if (value === undefined) throw new Error(`The session has no ${key}.`);
    return value;
  }

  number(key: 'revision' | 'created_at' | 'updated_at'): number {
    return Number(this.#values.get(key) ?? 0);
  }

  /** Stores values; those that stay the same cost no row. */
  set(values: Partial<SessionMeta>): void {
    for (const [key, value] of Object.entries(values)) {
      if (this.#values.get(key) === value) continue;
      this.#sql.exec(
        'INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2',
        key,
        value,
      );
      this.#values.set(key, value);
    }
  }
}
