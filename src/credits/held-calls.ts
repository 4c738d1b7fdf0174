import * as v from 'valibot';
import { firstRow, type Sql } from '../storage/sql.ts';
import { parseStored } from '../storage/stored-json.ts';
import { buckets } from './buckets.ts';
import type { HoldPart } from './grants.ts';

/** A model call of a turn that is not settled. Amounts are micro-credits. */
export interface HeldCall {
  call: string;
  turn: string;
  session: string;
  model: string;
  /** What was held for it, in the order in which it is spent. */
  parts: HoldPart[];
  /** What it has cost; null while that is not known. */
  cost: number | null;
  at: number;
}

type CallRow = Omit<HeldCall, 'parts'> & { parts: string };

/** The shape in which parts of a hold are stored. */
export const Parts = v.array(v.object({ grant: v.string(), bucket: v.picklist(buckets), amount: v.number() }));

const columns = 'call, turn, session, model, parts, cost, at';

const toCall = ({ parts, ...row }: CallRow): HeldCall => ({
  ...row,
  parts: parseStored(Parts, parts, 'parts of a hold'),
});

/** Calls whose turn is not settled. Table: `credit_call`, one row each, gone with the settlement of its turn. */
export class HeldCalls {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(call: string): HeldCall | null {
    const row = firstRow<CallRow>(this.#sql, `SELECT ${columns} FROM credit_call WHERE call = ?`, call);
    return row && toCall(row);
  }

  ofTurn(turn: string): HeldCall[] {
    const rows = this.#sql.exec<CallRow>(`SELECT ${columns} FROM credit_call WHERE turn = ? ORDER BY call`, turn);
    return Array.from(rows, toCall);
  }

  add({ call, turn, session, model, parts, at }: Omit<HeldCall, 'cost'>): void {
    this.#sql.exec(
      'INSERT INTO credit_call (call, turn, session, model, parts, cost, at) VALUES (?, ?, ?, ?, ?, NULL, ?)',
      ...[call, turn, session, model, JSON.stringify(parts), at],
    );
  }

  /** Notes what a call has cost: the rest of its hold is free. */
  settle(call: string, cost: number, parts: readonly HoldPart[]): void {
    this.#sql.exec('UPDATE credit_call SET cost = ?2, parts = ?3 WHERE call = ?1', call, cost, JSON.stringify(parts));
  }

  deleteTurn(turn: string): void {
    this.#sql.exec('DELETE FROM credit_call WHERE turn = ?', turn);
  }

  /** Each turn that is not settled, with the time of its newest call. */
  newestCalls(): { turn: string; at: number }[] {
    return this.#sql
      .exec<{ turn: string; at: number }>('SELECT turn, max(at) AS at FROM credit_call GROUP BY turn')
      .toArray();
  }
}
