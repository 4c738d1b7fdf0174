import { firstRow, type Sql } from '../storage/sql.ts';

/** Credits that whoever knows a code may have once. */
export interface PromoCode {
  /** Upper case. */
  code: string;
  credits: number;
  /** Accounts that may redeem it. */
  uses: number;
  /** UNIX milliseconds; null: never. */
  expiresAt: number | null;
}

export type Redemption =
  | { ok: true; credits: number }
  | { ok: false; why: 'code_unknown' | 'code_used' | 'code_expired' };

/** The operator's promo codes. Tables: `promo_code`; `promo_use`, one row an account that has redeemed one. */
export class PromoCodes {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Makes a code, or changes one: who has redeemed it keeps what it gave. */
  set({ code, credits, uses, expiresAt }: PromoCode): void {
    this.#sql.exec(
      `INSERT INTO promo_code (code, credits, uses, expires_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (code) DO UPDATE SET credits = ?2, uses = ?3, expires_at = ?4`,
      ...[code, credits, uses, expiresAt],
    );
  }

  /** Counts an account for a code. Idempotent: who has redeemed it is told the same again. `now` in UNIX milliseconds. */
  redeem(code: string, account: string, now: number): Redemption {
    const found = firstRow<{ credits: number; uses: number; expires_at: number | null }>(
      this.#sql,
      'SELECT credits, uses, expires_at FROM promo_code WHERE code = ?',
      code,
    );
    if (!found) return { ok: false, why: 'code_unknown' };
    const had = firstRow<{ credits: number }>(
      this.#sql,
      'SELECT credits FROM promo_use WHERE code = ? AND account = ?',
      code,
      account,
    );
    if (had) return { ok: true, credits: had.credits };
    if (found.expires_at !== null && found.expires_at <= now) return { ok: false, why: 'code_expired' };
    const used = firstRow<{ n: number }>(this.#sql, 'SELECT count(*) AS n FROM promo_use WHERE code = ?', code)?.n ?? 0;
    if (used >= found.uses) return { ok: false, why: 'code_used' };
    this.#sql.exec('INSERT INTO promo_use (code, account, credits) VALUES (?, ?, ?)', code, account, found.credits);
    return { ok: true, credits: found.credits };
  }

  /** An account is deleted: its uses stay counted, under nobody's name. */
  forgetAccount(account: string, newName: () => string): void {
    const codes = this.#sql.exec<{ code: string }>('SELECT code FROM promo_use WHERE account = ?', account).toArray();
    for (const { code } of codes)
      this.#sql.exec('UPDATE promo_use SET account = ? WHERE code = ? AND account = ?', newName(), code, account);
  }
}

/** Tables of promo codes. */
export const promoTables = `
  CREATE TABLE promo_code (code TEXT PRIMARY KEY, credits REAL NOT NULL, uses INTEGER NOT NULL, expires_at INTEGER) WITHOUT ROWID;
  CREATE TABLE promo_use (code TEXT NOT NULL, account TEXT NOT NULL, credits REAL NOT NULL, PRIMARY KEY (code, account)) WITHOUT ROWID;
  CREATE INDEX promo_use_account ON promo_use (account);
`;
