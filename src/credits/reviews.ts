import type { ReviewEvidence, ReviewState, ReviewTip } from '../protocol/review-resources.ts';
import { firstRow, type Sql, writeRow } from '../storage/sql.ts';

/** A review of high usage. Amounts are micro-credits, times UNIX milliseconds. */
export interface Review {
  id: string;
  state: ReviewState;
  session: string;
  task: string;
  /** What the person gave with it, as JSON. */
  note: string;
  evidence: ReviewEvidence;
  tips: ReviewTip[];
  advice: string;
  cost: number;
  credits: number;
  at: number;
  dueAt: number | null;
  decidedAt: number | null;
}

type Row = {
  [K in 'id' | 'state' | 'session' | 'task' | 'note' | 'evidence' | 'tips' | 'advice']: string;
} & { cost: number; credits: number; at: number; due_at: number | null; decided_at: number | null };

const columns = 'id, state, session, task, note, evidence, tips, advice, cost, credits, at, due_at, decided_at';

const toReview = ({ due_at, decided_at, state, evidence, tips, ...row }: Row): Review => ({
  ...row,
  state: state as ReviewState,
  evidence: JSON.parse(evidence),
  tips: JSON.parse(tips),
  dueAt: due_at,
  decidedAt: decided_at,
});

/** Reviews of one account that are kept; older ones that are decided go. */
const maxKept = 500;

/** Reviews in one answer. */
const maxListed = 100;

/** The reviews that an account has asked for. Tables: `credit_review`; `credit_restored_turn`, one row a turn that was restored. */
export class Reviews {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param isTold whether the operator's inbox need not hear of it */
  add(review: Review, isTold: boolean): void {
    const { id, state, session, task, note, evidence, tips, advice, cost, credits, at, dueAt, decidedAt } = review;
    writeRow(
      this.#sql,
      `INSERT INTO credit_review (${columns}, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, state, session, task, note, JSON.stringify(evidence), JSON.stringify(tips), advice],
      ...[cost, credits, at, dueAt, decidedAt, isTold ? 1 : 0],
    );
    this.#sql.exec(
      `DELETE FROM credit_review WHERE state <> 'submitted' AND told = 1 AND id NOT IN
         (SELECT id FROM credit_review ORDER BY at DESC LIMIT ${maxKept})`,
    );
  }

  find(id: string): Review | null {
    const row = firstRow<Row>(this.#sql, `SELECT ${columns} FROM credit_review WHERE id = ?`, id);
    return row && toReview(row);
  }

  /** Newest first. */
  list(): Review[] {
    return this.#all(`1 ORDER BY at DESC, rowid DESC LIMIT ${maxListed}`);
  }

  /** Those that the operator's inbox has yet to hear of, oldest first. */
  untold(): Review[] {
    return this.#all('told = 0 ORDER BY at');
  }

  markTold(id: string): void {
    this.#sql.exec('UPDATE credit_review SET told = 1 WHERE id = ?', id);
  }

  decide(id: string, state: ReviewState, credits: number, advice: string, now: number): void {
    this.#sql.exec(
      'UPDATE credit_review SET state = ?2, credits = ?3, advice = ?4, decided_at = ?5 WHERE id = ?1',
      ...[id, state, credits, advice, now],
    );
  }

  countSubmitted(): number {
    return this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM credit_review WHERE state = 'submitted'`).one().n;
  }

  /** Times of the reviews that were asked for since a time, oldest first. */
  askedSince(from: number): number[] {
    const rows = this.#sql.exec<{ at: number }>('SELECT at FROM credit_review WHERE at > ? ORDER BY at', from);
    return Array.from(rows, ({ at }) => at);
  }

  /** What was restored since a time without an operator, by review. */
  restoredSince(from: number): number[] {
    const rows = this.#sql.exec<{ credits: number }>(
      `SELECT credits FROM credit_review WHERE state = 'restored' AND due_at IS NULL AND at > ?`,
      from,
    );
    return Array.from(rows, ({ credits }) => credits);
  }

  isRestored(turn: string): boolean {
    return firstRow(this.#sql, 'SELECT 1 AS found FROM credit_restored_turn WHERE turn = ?', turn) !== null;
  }

  markRestored(turn: string): void {
    this.#sql.exec('INSERT OR IGNORE INTO credit_restored_turn (turn) VALUES (?)', turn);
  }

  #all(condition: string): Review[] {
    return Array.from(this.#sql.exec<Row>(`SELECT ${columns} FROM credit_review WHERE ${condition}`), toReview);
  }
}

/** Tables of reviews: see `Reviews`. */
export const reviewTables = `
CREATE TABLE credit_review (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, session TEXT NOT NULL, task TEXT NOT NULL, note TEXT NOT NULL,
  evidence TEXT NOT NULL, tips TEXT NOT NULL, advice TEXT NOT NULL, cost INTEGER NOT NULL, credits INTEGER NOT NULL,
  at INTEGER NOT NULL, due_at INTEGER, decided_at INTEGER, told INTEGER NOT NULL
);
CREATE INDEX credit_review_at ON credit_review (at);
CREATE TABLE credit_restored_turn (turn TEXT PRIMARY KEY) WITHOUT ROWID;
`;
