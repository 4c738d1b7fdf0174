import { firstRow, type Sql } from '../storage/sql.ts';
import { type Bucket, bucketOf, buckets, type GrantKind, isBought } from './buckets.ts';

/** Credits that were given or bought. Amounts are micro-credits, times UNIX milliseconds. */
export interface Grant {
  id: string;
  kind: GrantKind;
  amount: number;
  /** What is there, the held part included. */
  left: number;
  /** Set aside for model calls that are under way. */
  held: number;
  why: string;
  at: number;
  /** Null: never. */
  expiresAt: number | null;
}

type GrantRow = Omit<Grant, 'expiresAt'> & { seq: number; expires_at: number | null };

const columns = `seq, id, kind, amount, "left", held, why, at, expires_at`;

const toGrant = ({ seq: _, expires_at, ...grant }: GrantRow): Grant => ({ ...grant, expiresAt: expires_at });

/** The grants of one account. Table: `credit_grant`, one row each; one that is used up stays, for a refund to find it. */
export class Grants {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  find(id: string): Grant | null {
    const row = firstRow<GrantRow>(this.#sql, `SELECT ${columns} FROM credit_grant WHERE id = ?`, id);
    return row && toGrant(row);
  }

  /** Those with anything left, in the order in which they are spent: by bucket, then soonest expiry, then oldest. */
  open(): Grant[] {
    const rows = this.#sql
      .exec<GrantRow>(
        `SELECT ${columns} FROM credit_grant WHERE "left" > 0 ORDER BY expires_at IS NULL, expires_at, seq`,
      )
      .toArray();
    const order = (kind: GrantKind) => buckets.indexOf(bucketOf(kind));
    return rows.sort((a, b) => order(a.kind) - order(b.kind)).map(toGrant);
  }

  add({ id, kind, amount, why, at, expiresAt }: Omit<Grant, 'left' | 'held'>): void {
    this.#sql.exec(
      `INSERT INTO credit_grant (id, kind, amount, "left", held, why, at, expires_at) VALUES (?1, ?2, ?3, ?3, 0, ?4, ?5, ?6)`,
      ...[id, kind, amount, why, at, expiresAt],
    );
  }

  /** Changes what is left and what is held by so much. @throws Error from the table's checks where one would be below zero */
  change(id: string, left: number, held: number): void {
    this.#sql.exec(`UPDATE credit_grant SET "left" = "left" + ?2, held = held + ?3 WHERE id = ?1`, id, left, held);
  }

  /** Ends a grant early, or prolongs it. */
  setExpiry(id: string, expiresAt: number): void {
    this.#sql.exec('UPDATE credit_grant SET expires_at = ?2 WHERE id = ?1', id, expiresAt);
  }

  /** Forgets the daily and monthly grants that ended, of which the entries tell. */
  deleteEnded(): void {
    this.#sql.exec(`DELETE FROM credit_grant WHERE "left" = 0 AND kind IN ('daily', 'subscription')`);
  }
}

/** A part of a hold: so much of one grant. */
export interface HoldPart {
  grant: string;
  bucket: Bucket;
  amount: number;
}

/**
 * Takes an amount from grants in their order.
 *
 * @param giveAway the most that may come from grants that nobody has paid for
 * @returns the parts, which may have less than the amount
 */
export function burn(grants: readonly Grant[], amount: number, giveAway: number): HoldPart[] {
  const parts: HoldPart[] = [];
  let [missing, given] = [amount, giveAway];
  for (const { id, kind, left, held } of grants) {
    const most = isBought(kind) ? missing : Math.min(missing, given);
    const taken = Math.min(left - held, most);
    if (taken <= 0) continue;
    parts.push({ grant: id, bucket: bucketOf(kind), amount: taken });
    missing -= taken;
    if (!isBought(kind)) given -= taken;
  }
  return parts;
}

/** The first parts that make up an amount: what a call has cost of what was held for it. */
export function firstOf(parts: readonly HoldPart[], amount: number): HoldPart[] {
  let missing = amount;
  return parts.flatMap((part) => {
    const taken = Math.min(part.amount, missing);
    missing -= taken;
    return taken > 0 ? [{ ...part, amount: taken }] : [];
  });
}

export const sumOf = (parts: readonly { amount: number }[]): number =>
  parts.reduce((sum, { amount }) => sum + amount, 0);
