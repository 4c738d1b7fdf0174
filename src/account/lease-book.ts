import type { AdmissionRequest, Settlement } from './admission.ts';

/** Where a lease stands: `counted` uses up a trial turn for ever, `returned` none. */
export type LeaseState = 'open' | 'counted' | 'returned';

/** A lease as it goes over to another account. */
export type LeaseRow = { turn: string; session: string; payer: string; state: string; opened_at: number };

/** The leases of one account. A trial turn is used while its lease is open and for ever once it was counted. */
export class LeaseBook {
  readonly #sql: SqlStorage;
  #welcomed: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#welcomed = this.#sql.exec('SELECT 1 FROM welcome').toArray().length > 0;
  }

  /** Whether this visitor has been let in among the new visitors of an address. */
  get welcomed(): boolean {
    return this.#welcomed;
  }

  set welcomed(value: true) {
    if (!this.#welcomed) this.#sql.exec('INSERT INTO welcome (id, at) VALUES (1, ?)', Date.now());
    this.#welcomed = value;
  }

  /** Trial turns that are counted or still open. */
  get used(): number {
    return this.#sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM lease WHERE payer = 'trial' AND state IN ('open', 'counted')`)
      .one().n;
  }

  /** Where the lease of a turn stands; undefined where none was given. */
  state(turn: string): LeaseState | undefined {
    return this.#sql.exec<{ state: LeaseState }>('SELECT state FROM lease WHERE turn = ?', turn).toArray()[0]?.state;
  }

  /** Opens a trial lease, unless the limit is reached. The same turn is answered the same way again. */
  open({ turn, session }: Pick<AdmissionRequest, 'turn' | 'session'>, limit: number): boolean {
    if (this.state(turn) !== undefined) return true;
    if (this.used >= limit) return false;
    this.#sql.exec(
      `INSERT INTO lease (turn, session, payer, state, opened_at) VALUES (?, ?, 'trial', 'open', ?)`,
      turn,
      session,
      Date.now(),
    );
    return true;
  }

  /** Closes a lease; what was closed stays as it was. A turn that has none yet is noted, should its admission arrive late. */
  settle({ turn, counted }: Settlement): void {
    this.#sql.exec(
      `INSERT INTO lease (turn, session, payer, state, opened_at) VALUES (?1, '', 'trial', ?2, ?3)
       ON CONFLICT (turn) DO UPDATE SET state = ?2 WHERE state = 'open'`,
      turn,
      counted ? 'counted' : 'returned',
      Date.now(),
    );
  }

  rows(): LeaseRow[] {
    return this.#sql.exec<LeaseRow>('SELECT turn, session, payer, state, opened_at FROM lease').toArray();
  }

  /** Takes over leases of another account, each once: what is known of a turn here is newer. */
  take(rows: readonly LeaseRow[]): void {
    for (const { turn, session, payer, state, opened_at } of rows)
      this.#sql.exec(
        'INSERT OR IGNORE INTO lease (turn, session, payer, state, opened_at) VALUES (?, ?, ?, ?, ?)',
        turn,
        session,
        payer,
        state,
        opened_at,
      );
  }
}
