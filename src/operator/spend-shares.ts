/** Dollars are stored as whole millionths, so that sums stay exact. */
const micro = 1_000_000;

/** Below this budget (dollars a day) there are no shares: a share of it would not cover a few calls. */
const smallestShared = 0.1;

/**
 * What one account and one address may use of a day's budget, in millionths of a dollar.
 *
 * An account: a quarter, or of a budget below 20 dollars up to a half, at most 5 dollars. An address, where several people may sit: a half,
 * or up to three quarters, at most 10 dollars.
 *
 * @param capUsd dollars a UTC day, whole deployment
 */
export function sharesOf(capUsd: number): { account: number; address: number } {
  if (capUsd < smallestShared) return { account: Number.POSITIVE_INFINITY, address: Number.POSITIVE_INFINITY };
  return {
    account: Math.floor(Math.max(capUsd / 4, Math.min(capUsd / 2, 5)) * micro),
    address: Math.floor(Math.max(capUsd / 2, Math.min((capUsd * 3) / 4, 10)) * micro),
  };
}

/** Who makes the operator spend: digests, see `DailyDigest`. */
export interface Spender {
  account: string;
  /** Null for this machine itself. All addresses that are unknown are one. */
  address: string | null;
}

/** The part of the day's budget that each account and address has used. Tables: `spender`, one row a turn; `spend_share`, one sum each. */
export class SpendShares {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Records who sends a turn, before its first call. Idempotent by turn. @param day days since 1970 */
  record(turn: string, { account, address }: Spender, day: number): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO spender (turn, day, account, address) VALUES (?, ?, ?, ?)',
      turn,
      day,
      account,
      address,
    );
  }

  /** Who sends the turn of a call (`<turn>/…`), or null. */
  spenderOf(call: string): Spender | null {
    const turn = call.split('/')[0] ?? '';
    const row = this.#sql
      .exec<{ account: string; address: string | null }>('SELECT account, address FROM spender WHERE turn = ?', turn)
      .toArray()[0];
    return row ?? null;
  }

  /** Whose share a call would exceed, or null. @param amount millionths of a dollar */
  exceededBy({ account, address }: Spender, amount: number, capUsd: number, day: number): 'account' | 'address' | null {
    const shares = sharesOf(capUsd);
    if (this.#used(day, account) + amount > shares.account) return 'account';
    return address !== null && this.#used(day, address) + amount > shares.address ? 'address' : null;
  }

  /** @param amount millionths of a dollar; negative where a reservation is settled below */
  add({ account, address }: Spender, amount: number, day: number): void {
    for (const spender of address === null ? [account] : [account, address])
      this.#sql.exec(
        'INSERT INTO spend_share (day, spender, microusd) VALUES (?1, ?2, ?3) ON CONFLICT (day, spender) DO UPDATE SET microusd = microusd + ?3',
        day,
        spender,
        amount,
      );
  }

  /**
   * Moves what `from` has used, and its turns, to `to`. Idempotent: what was moved is not there any more. Both are digests of one day, which
   * a turn that runs over midnight uses on the next day as well.
   */
  move(from: string, to: string): void {
    this.#sql.exec('UPDATE spender SET account = ? WHERE account = ?', to, from);
    const used = this.#sql
      .exec<{ day: number; microusd: number }>('SELECT day, microusd FROM spend_share WHERE spender = ?', from)
      .toArray();
    this.#sql.exec('DELETE FROM spend_share WHERE spender = ?', from);
    for (const { day, microusd } of used) this.add({ account: to, address: null }, microusd, day);
  }

  /** Deletes `day` and all days before it. */
  deleteUpTo(day: number): void {
    for (const table of ['spender', 'spend_share']) this.#sql.exec(`DELETE FROM ${table} WHERE day <= ?`, day);
  }

  #used(day: number, spender: string): number {
    const row = this.#sql
      .exec<{ microusd: number }>('SELECT microusd FROM spend_share WHERE day = ? AND spender = ?', day, spender)
      .toArray()[0];
    return row?.microusd ?? 0;
  }
}
