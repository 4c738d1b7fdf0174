import type { InboxMessage, InboxPage, OperatorReview, ReviewState } from '../protocol/review-resources.ts';
import { firstRow, type Sql, writeRow } from '../storage/sql.ts';

/** A message to the operator. `limit`: messages of its sort that an account may send in a day. */
export interface Message extends Omit<InboxMessage, 'at'> {
  sort: 'feedback' | 'enquiry';
  limit: number;
}

/** What an operator has decided. Credits. */
export interface Decision {
  decision: 'confirm' | 'decline';
  credits: number;
  advice: string;
}

/** `unknown`: there is no such review. `decided`: otherwise before, or by the server. */
export type DecisionResult =
  | { ok: true; account: string; decision: Decision; isRepeated: boolean }
  | { ok: false; why: 'unknown' | 'decided' };

const dayMs = 86_400_000;

/** Entries of one page, and messages of one sort that are kept: the oldest go. */
const pageEntries = 50;
const maxKept = 10_000;

type ReviewRow = { seq: number; state: string; data: string; decision: string | null };
type MessageRow = { seq: number; data: string };

/** Reviews, feedback and enquiries that wait for the operator. Tables: `inbox_review`, `inbox_message`. Times are UNIX milliseconds. */
export class Inbox {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Idempotent by the review's id. */
  putReview(review: OperatorReview): void {
    if (this.#review(review.id)) return;
    const { id, account, state } = review;
    writeRow(
      this.#sql,
      'INSERT INTO inbox_review (id, account, state, data) VALUES (?, ?, ?, ?)',
      ...[id, account, state, JSON.stringify(review)],
    );
    this.#sql.exec(
      `DELETE FROM inbox_review WHERE state <> 'submitted' AND seq <= (SELECT max(seq) FROM inbox_review) - ${maxKept}`,
    );
  }

  /** Decides a review once. Idempotent: the same decision is told again. */
  decide(id: string, decision: Decision, now: number): DecisionResult {
    const row = this.#review(id);
    if (!row) return { ok: false, why: 'unknown' };
    const review: OperatorReview = JSON.parse(row.data);
    const { account } = review;
    if (row.decision !== null) {
      const before: Decision = JSON.parse(row.decision);
      const isSame = before.decision === decision.decision && before.credits === decision.credits;
      return isSame ? { ok: true, account, decision: before, isRepeated: true } : { ok: false, why: 'decided' };
    }
    if (row.state !== 'submitted') return { ok: false, why: 'decided' };
    const { advice, credits } = decision;
    const state = stateAfter(decision);
    const decided: OperatorReview = { ...review, state, advice, credits, decidedAt: now };
    this.#sql.exec(
      'UPDATE inbox_review SET state = ?2, data = ?3, decision = ?4 WHERE id = ?1',
      ...[id, state, JSON.stringify(decided), JSON.stringify(decision)],
    );
    return { ok: true, account, decision, isRepeated: false };
  }

  /** Newest first. @param before the cursor of the page before; null: from the newest on */
  reviews(state: ReviewState | null, before: number | null): InboxPage<OperatorReview> {
    const rows = this.#sql
      .exec<ReviewRow>(
        `SELECT seq, state, data, decision FROM inbox_review WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR seq < ?2)
         ORDER BY seq DESC LIMIT ${pageEntries}`,
        ...[state, before],
      )
      .toArray();
    return pageOf<OperatorReview>(rows);
  }

  /** Takes a message. @returns seconds until the account may send one more; 0: it is taken */
  send({ limit, sort, ...message }: Message, now: number): number {
    const sent = this.#sql
      .exec<{ at: number }>(
        'SELECT at FROM inbox_message WHERE account = ? AND sort = ? AND at > ? ORDER BY at',
        ...[message.account, sort, now - dayMs],
      )
      .toArray();
    const first = sent[sent.length - limit];
    if (first) return Math.ceil((first.at + dayMs - now) / 1000);
    writeRow(
      this.#sql,
      'INSERT INTO inbox_message (account, sort, at, data) VALUES (?, ?, ?, ?)',
      ...[message.account, sort, now, JSON.stringify({ ...message, at: now })],
    );
    this.#sql.exec(
      `DELETE FROM inbox_message WHERE sort = ?1 AND seq IN
         (SELECT seq FROM inbox_message WHERE sort = ?1 ORDER BY seq DESC LIMIT -1 OFFSET ${maxKept})`,
      sort,
    );
    return 0;
  }

  /** Newest first, as `reviews`. */
  messages(sort: Message['sort'], before: number | null): InboxPage<InboxMessage> {
    const rows = this.#sql
      .exec<MessageRow>(
        `SELECT seq, data FROM inbox_message WHERE sort = ?1 AND (?2 IS NULL OR seq < ?2)
         ORDER BY seq DESC LIMIT ${pageEntries}`,
        ...[sort, before],
      )
      .toArray();
    return pageOf<InboxMessage>(rows);
  }

  /** An account is deleted: what it has written goes with it. */
  forgetAccount(account: string): void {
    for (const table of ['inbox_review', 'inbox_message'])
      this.#sql.exec(`DELETE FROM ${table} WHERE account = ?`, account);
  }

  #review(id: string): ReviewRow | null {
    return firstRow<ReviewRow>(this.#sql, 'SELECT seq, state, data, decision FROM inbox_review WHERE id = ?', id);
  }
}

/** The state of a review that was decided so. */
export const stateAfter = ({ decision, credits }: Pick<Decision, 'decision' | 'credits'>): ReviewState =>
  decision === 'decline' ? 'declined' : credits > 0 ? 'restored' : 'confirmed';

function pageOf<T>(rows: readonly MessageRow[]): InboxPage<T> {
  const last = rows.length === pageEntries ? rows.at(-1) : undefined;
  return { entries: rows.map(({ data }) => JSON.parse(data)), next: last ? String(last.seq) : null };
}

/** Tables of the inbox. `data`: the entry as JSON. */
export const inboxTables = `
  CREATE TABLE inbox_review (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, state TEXT NOT NULL, data TEXT NOT NULL, decision TEXT);
  CREATE INDEX inbox_review_state ON inbox_review (state, seq);
  CREATE INDEX inbox_review_account ON inbox_review (account);
  CREATE TABLE inbox_message (seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, sort TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE INDEX inbox_message_sort ON inbox_message (sort, seq);
  CREATE INDEX inbox_message_account ON inbox_message (account, sort, at);
`;
