import type { Settlement } from '../../account/billing/admission-types.ts';

/** Exponential backoff after a failed delivery: the first wait doubles up to the longest. Milliseconds. */
const firstWaitMs = 2_000;
const longestWaitMs = 10 * 60_000;

/**
 * The transactional outbox: settlements that `Account` has not acknowledged yet. A row is written in the transaction that ends its turn and
 * deleted once the account has answered; the alarm repeats the rest.
 */
export class SettlementOutbox {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put({ turn, counted }: Settlement, now: number): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO outbox (turn, counted, attempts, due_at) VALUES (?, ?, 0, ?)',
      turn,
      counted ? 1 : 0,
      now,
    );
  }

  /** When the next settlement is due (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#sql.exec<{ due: number | null }>('SELECT min(due_at) AS due FROM outbox').one().due;
  }

  /**
   * Delivers the settlements that are due. A failed one is kept, and its backoff grows.
   *
   * @param now UNIX milliseconds
   * @param all true: also those whose backoff has not passed, for a session that is being deleted
   * @returns true if the outbox is empty
   */
  async deliver(settle: (settlement: Settlement) => Promise<void>, now: number, all = false): Promise<boolean> {
    const rows = this.#sql
      .exec<{ turn: string; counted: number; attempts: number }>(
        'SELECT turn, counted, attempts FROM outbox WHERE due_at <= ?',
        all ? Number.MAX_SAFE_INTEGER : now,
      )
      .toArray();
    await Promise.all(
      rows.map(async ({ turn, counted, attempts }) => {
        try {
          await settle({ turn, counted: counted === 1 });
          this.#sql.exec('DELETE FROM outbox WHERE turn = ?', turn);
        } catch {
          const wait = Math.min(firstWaitMs * 2 ** attempts, longestWaitMs);
          this.#sql.exec('UPDATE outbox SET attempts = ?, due_at = ? WHERE turn = ?', attempts + 1, now + wait, turn);
        }
      }),
    );
    return this.dueAt() === null;
  }
}
