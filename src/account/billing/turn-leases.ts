import type { AdmissionRequest, Settlement } from './admission.ts';

/** Who pays a lease: the visitor's trial, the account's own connection, or the operator within a user's turns of the day. */
export type LeasePayer = 'trial' | 'connection' | 'hosted';

/** Where a lease stands: `counted` uses up a turn of its payer's allowance for good, `returned` none. */
export type LeaseState = 'open' | 'counted' | 'returned';

const dayMs = 86_400_000;

/** Milliseconds at which the UTC day of `now` began. */
const startOfDay = (now: number): number => now - (now % dayMs);

/** A lease as it goes over to another account. */
export type LeaseRow = { turn: string; session: string; payer: string; state: string; opened_at: number };

/** The leases of one account. A turn of an allowance is used while its lease is open, and for good once it was counted. */
export class TurnLeases {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Trial turns that are used, of all time. */
  get trialUsed(): number {
    return this.#used('trial', 0);
  }

  /** Turns on the shared key that began on the UTC day of `now` and are used. */
  hostedUsed(now: number): number {
    return this.#used('hosted', startOfDay(now));
  }

  /** The lease of a turn; undefined where none was given. */
  find(turn: string): { payer: LeasePayer; state: LeaseState } | undefined {
    return this.#sql
      .exec<{ payer: LeasePayer; state: LeaseState }>('SELECT payer, state FROM lease WHERE turn = ?', turn)
      .toArray()[0];
  }

  /**
   * Opens a lease, unless the allowance of its payer is used up. The same turn is answered the same way again.
   *
   * @param limit turns of the allowance; a connection has none
   * @param now UNIX milliseconds
   */
  open({ turn, session }: Pick<AdmissionRequest, 'turn' | 'session'>, payer: LeasePayer, limit: number, now: number) {
    if (this.find(turn) !== undefined) return true;
    const used = payer === 'trial' ? this.trialUsed : payer === 'hosted' ? this.hostedUsed(now) : 0;
    if (used >= limit) return false;
    this.#sql.exec(
      `INSERT INTO lease (turn, session, payer, state, opened_at) VALUES (?, ?, ?, 'open', ?)`,
      turn,
      session,
      payer,
      now,
    );
    return true;
  }

  /**
   * Closes a lease; what was closed stays as it was. A turn that has none yet is noted, should its admission arrive late; where it is
   * counted all the same, it was a trial turn of a visitor whose leases are still on their way into this account.
   */
  settle({ turn, counted }: Settlement, now: number): void {
    this.#sql.exec(
      `INSERT INTO lease (turn, session, payer, state, opened_at) VALUES (?1, '', 'trial', ?2, ?3)
       ON CONFLICT (turn) DO UPDATE SET state = ?2 WHERE state = 'open'`,
      turn,
      counted ? 'counted' : 'returned',
      now,
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

  #used(payer: LeasePayer, since: number): number {
    return this.#sql
      .exec<{ n: number }>(
        `SELECT count(*) AS n FROM lease WHERE payer = ? AND opened_at >= ? AND state IN ('open', 'counted')`,
        payer,
        since,
      )
      .one().n;
  }
}
