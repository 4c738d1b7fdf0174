import { firstRow, type Sql } from '../storage/sql.ts';
import type { DailyClock } from './daily-reset.ts';

/** The plan that an account was given or has bought. UNIX milliseconds. */
export interface PlanTerm {
  plan: string;
  /** From which its months are counted. */
  since: number;
  /** When it ends; null: not yet known. */
  until: number | null;
  /** The beginning of the month whose credits were granted last; null: none yet. */
  grantedFrom: number | null;
}

export interface CreditState {
  clock: DailyClock;
  term: PlanTerm | null;
}

type StateRow = {
  zone: string;
  reset_at: number;
  next_zone: string | null;
  next_from: number | null;
  zone_changed_at: number | null;
  plan: string | null;
  plan_since: number | null;
  plan_until: number | null;
  granted_from: number | null;
};

const columns = 'zone, reset_at, next_zone, next_from, zone_changed_at, plan, plan_since, plan_until, granted_from';

/** The one row of an account with what its credits are reset by. Table: `credit_state`. */
export class CreditStateStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Null before the account's first credits. */
  read(): CreditState | null {
    const row = firstRow<StateRow>(this.#sql, `SELECT ${columns} FROM credit_state`);
    if (!row) return null;
    const { zone, reset_at, next_zone, next_from, zone_changed_at, plan, plan_since, plan_until } = row;
    const next = next_zone === null || next_from === null ? null : { zone: next_zone, from: next_from };
    return {
      clock: { zone, resetAt: reset_at, next, changedAt: zone_changed_at },
      term: plan === null ? null : { plan, since: plan_since ?? 0, until: plan_until, grantedFrom: row.granted_from },
    };
  }

  write({ clock, term }: CreditState): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO credit_state (id, ${columns}) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[clock.zone, clock.resetAt, clock.next?.zone ?? null, clock.next?.from ?? null, clock.changedAt],
      ...[term?.plan ?? null, term?.since ?? null, term?.until ?? null, term?.grantedFrom ?? null],
    );
  }
}
