/** The session's own data, one row per key. */
export interface SessionMeta {
  id: string;
  owner: string;
  title: string;
  /** `visitor` once the visitor has set the title: apps cannot change it from then on. */
  title_by: string;
  /** `new` while the prompt that created the session is being admitted, then `live`; `gone` while it is being deleted. */
  state: string;
  /** The model for prompts that ask for none. */
  model: string;
  /** The label of the preview's host. */
  label: string;
  /** The origin on which Redraw was last opened for this session: it may frame the preview. */
  origin: string;
  created_at: string;
  updated_at: string;
  /** The last use that `updated_at` does not tell, by the clock of expiries: to the day. */
  used_at: string;
  /** `1` once the owner is known to be a user: the project stays however long it is idle. */
  keep: string;
  /** Number of a block of streamed text that is at least as high as all that were given; the rows of blocks may tell a higher one. */
  block: string;
  /** Newest revision of the preview. */
  revision: string;
  /** The browser's last report on the preview, as JSON. */
  report: string;
  /** Durations of the newest turn, as JSON: see `TurnTimer`. */
  times: string;
  /** Boot id of the container that was last filled completely; empty: none is. */
  filled: string;
  /** Seconds after which the owner's plan lets an idle container sleep; empty: no plan says so. */
  idle_seconds: string;
  /** Whether packages were installed in the container at the last check: `1` or `0`. */
  packages: string;
  /** The server that is meant to run in the container, as JSON; empty: none. */
  server: string;
  /** Hosts that the visitor has allowed the container to reach, as JSON. */
  hosts: string;
  /** Id of the tool call whose command may have begun to run; empty: none. */
  command: string;
  /** The last known rate limit state of Claude, as JSON: see `LimitTracker`. */
  limit: string;
  /** The compaction of the transcript for Claude, as JSON: see `messagesWithinWindow`. */
  cut: string;
  /** Where the newest prompt that had to wait came from, as JSON: see `keepSender`. */
  sender: string;
  /** The Claude account and the model of the last answers. */
  answered_by: string;
}

/** The session's `meta` table. Read once, then cached in memory. */
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

  /** @throws Error where the key was never set: the session is corrupt */
  need<K extends keyof SessionMeta>(key: K): SessionMeta[K] {
    const value = this.#values.get(key);
    if (value === undefined) throw new Error(`The session has no ${key}.`);
    return value;
  }

  number(key: 'revision' | 'created_at' | 'updated_at' | 'used_at'): number {
    return Number(this.#values.get(key) ?? 0);
  }

  /** Stores values. Unchanged ones write no row. */
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
