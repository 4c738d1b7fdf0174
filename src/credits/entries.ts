import { firstRow, type Sql } from '../storage/sql.ts';
import type { Split } from './buckets.ts';

/** `returned`: what a turn had cost that nobody is charged for. `restored`: given back after a review. */
export type EntryKind = 'turn' | 'returned' | 'grant' | 'expired' | 'refund' | 'restored';

/** Tokens of a turn's model calls. */
export interface EntryTokens {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** One change of the balance. Micro-credits; negative where they are gone. */
export interface EntryDraft {
  at: number;
  kind: EntryKind;
  split: Split;
  turn?: string;
  session?: string;
  title?: string;
  model?: string;
  tokens?: EntryTokens;
  /** The grant that came, expired or was taken back. */
  grant?: string;
  why?: string;
  /** Unique: what is told twice is entered once. */
  ref?: string;
}

/** What has happened to the credits of one account, append-only: the balance of a bucket is the sum of its column. Table: `credit_entry`. */
export class Entries {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Its time is no earlier than that of the entry before it: an expiry may be noticed late. */
  append({ at, kind, split, turn, session, title, model, tokens, grant, why, ref }: EntryDraft): void {
    const { daily, subscription, pool, bonus } = split;
    const newest = firstRow<{ at: number }>(this.#sql, 'SELECT at FROM credit_entry ORDER BY id DESC LIMIT 1');
    this.#sql.exec(
      `INSERT INTO credit_entry
         (at, kind, amount, daily, subscription, pool, bonus, turn, session, title, model, tokens, grant_id, why, ref)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[Math.max(at, newest?.at ?? 0), kind, daily + subscription + pool + bonus, daily, subscription, pool, bonus],
      ...[turn ?? null, session ?? null, title ?? null, model ?? null],
      ...[tokens ? JSON.stringify(tokens) : null, grant ?? null, why ?? null, ref ?? null],
    );
  }

  has(ref: string): boolean {
    return firstRow(this.#sql, 'SELECT 1 AS found FROM credit_entry WHERE ref = ?', ref) !== null;
  }

  /** The sums of all entries, by bucket. */
  sums(): Split {
    return this.#sql
      .exec<Split>(
        `SELECT coalesce(sum(daily), 0) AS daily, coalesce(sum(subscription), 0) AS subscription,
                coalesce(sum(pool), 0) AS pool, coalesce(sum(bonus), 0) AS bonus FROM credit_entry`,
      )
      .one();
  }
}
