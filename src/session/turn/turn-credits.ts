import { emptySplit, type Split } from '../../credits/buckets.ts';
import { firstOf, type HoldPart, sumOf } from '../../credits/grants.ts';
import { Parts } from '../../credits/held-calls.ts';
import type { CallCost } from '../../credits/ledger.ts';
import { parseStored } from '../../storage/stored-json.ts';

/** A hold of the account for one model call of this session. Amounts are micro-credits. */
export interface HeldCall {
  call: string;
  parts: HoldPart[];
}

type CallRow = { call: string; parts: string; cost: number | null; charged: number };

/**
 * What credits were held for the calls of turns that the account has not settled yet, and what each has cost: kept here too, so that the
 * receipt needs nobody's answer, and a lost settlement can be told again. Table: `credit_call`, one row each.
 */
export class TurnCredits {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(turn: string, { call, parts }: HeldCall): void {
    this.#sql.exec(
      'INSERT OR IGNORE INTO credit_call (call, turn, parts, cost, charged) VALUES (?, ?, ?, NULL, 0)',
      ...[call, turn, JSON.stringify(parts)],
    );
  }

  /** Notes what a call has cost, once. */
  settle({ call, cost, isCharged = true }: CallCost): void {
    this.#sql.exec(
      'UPDATE credit_call SET cost = ?2, charged = ?3 WHERE call = ?1 AND cost IS NULL',
      ...[call, cost, isCharged ? 1 : 0],
    );
  }

  /** Notes for the call that was lost with its object what it has cost at the most: the operator's budget has it, nobody is charged. */
  settleLost(turn: string, cost: number): void {
    this.#sql.exec('UPDATE credit_call SET cost = ?2 WHERE turn = ?1 AND cost IS NULL', turn, cost);
  }

  /** The calls of a turn whose cost is known. */
  costs(turn: string): CallCost[] {
    return this.#rows(turn).flatMap(({ call, cost, charged }) =>
      cost === null ? [] : [{ call, cost, isCharged: charged === 1 }],
    );
  }

  /** What a turn has cost so far, by bucket: as the account's ledger charges it. */
  split(turn: string): Split {
    const split = emptySplit();
    for (const { parts, cost, charged } of this.#rows(turn)) {
      const spent = charged === 1 ? firstOf(parseStored(Parts, parts, 'parts of a hold'), cost ?? 0) : [];
      for (const { bucket, amount } of spent) split[bucket] += amount;
    }
    return split;
  }

  /** The account has settled the turn. */
  forget(turn: string): void {
    this.#sql.exec('DELETE FROM credit_call WHERE turn = ?', turn);
  }

  #rows(turn: string): CallRow[] {
    return this.#sql
      .exec<CallRow>('SELECT call, parts, cost, charged FROM credit_call WHERE turn = ? ORDER BY call', turn)
      .toArray();
  }
}

/** Micro-credits of a hold. */
export const amountOf = ({ parts }: HeldCall): number => sumOf(parts);
