import type { AdmissionRequest, Settlement } from './admission-types.ts';

/** The payer of a lease: the visitor's trial, the account's own connection, its credits, or the operator within a user's turns of the day. */
export type LeasePayer = 'trial' | 'connection' | 'hosted' | 'credits';

/** `open` and `counted` use up a turn of the payer's allowance, `returned` does not. */
export type LeaseState = 'open' | 'counted' | 'returned';

const dayMs = 86_400_000;

/** The start of the UTC day of `now`. UNIX milliseconds. */
const startOfDay = (now: number): number => now - (now % dayMs);

/** A lease as it is transferred to another account. */
export type LeaseRow = { turn: string; session: string; payer: string; state: string; opened_at: number };

/** The leases of one account: one row per turn, with its payer and state. */
export class TurnLeases {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Used trial turns, of all time. */
  get trialUsed(): number {
    return this.#used('trial', 0);
  }

  /** Used turns on the shared key that began on the UTC day of `now`. */
  hostedUsed(now: number): number {
    return this.#used('hosted', startOfDay(now));
  }

  /** The lease of a turn, or undefined. */
  find(turn: string): { payer: LeasePayer; state: LeaseState } | undefined {
    return this.#sql
      .exec<{ payer: LeasePayer; state: LeaseState }>('SELECT payer, state FROM lease WHERE turn = ?', turn)
      .toArray()[0];
  }

  /**
   * Opens a lease, unless the allowance of its payer is used up. Idempotent by turn.
   *
   * @param limit turns of the allowance; infinite for a connection, and on credits
   * @param now UNIX milliseconds
   * @returns false if the allowance is used up
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
   * Closes a lease; a closed one does not change. A turn without a lease gets a closed one, in case its admission arrives late. If such
   * a turn is counted, it was a trial turn of a visitor whose transfer into this account has not arrived yet.
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

  /** Imports leases of another account. A turn with a lease here is skipped: that lease is newer. */
  importRows(rows: readonly LeaseRow[]): void {
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
