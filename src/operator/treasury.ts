import { DurableObject } from 'cloudflare:workers';
import { createTables } from '../storage/migrate.ts';
import { AddressLimits } from './address-limits.ts';
import { SpendCap } from './spend-cap.ts';
import { treasurySchema } from './treasury-schema.ts';

/** Days that reservations and visitor counts outlive their own day, so that a late settlement still finds its row. */
const keepDays = 2;

const dayMs = 86_400_000;

/**
 * The operator's daily budget and the rate limits per address: one object for the whole deployment. Called only for turns that the
 * operator pays, and before a key is checked.
 */
export class Treasury extends DurableObject<object> {
  readonly #onRowOfDay = (day: number): void => this.#scheduleDeletion(day);
  readonly #spendCap = new SpendCap({ sql: this.ctx.storage.sql, onRowOfDay: this.#onRowOfDay });
  readonly #addressLimits = new AddressLimits({ sql: this.ctx.storage.sql, onRowOfDay: this.#onRowOfDay });

  constructor(ctx: DurableObjectState, env: object) {
    // Before the fields are initialised: they read tables.
    createTables(ctx.storage, treasurySchema);
    super(ctx, env);
  }

  /** See `SpendCap.covers`. */
  covers(usd: number, capUsd: number, now: number = Date.now()): boolean {
    return this.#spendCap.covers(usd, capUsd, now);
  }

  /** See `SpendCap.reserve`. */
  reserve(call: string, usd: number, capUsd: number, now: number = Date.now()): boolean {
    return this.#spendCap.reserve(call, usd, capUsd, now);
  }

  /** See `SpendCap.settle`. */
  settle(call: string, usd: number): void {
    this.#spendCap.settle(call, usd);
  }

  /** See `AddressLimits.admitNewVisitor`. */
  admitNewVisitor(visitor: string, address: string, limit: number, now: number = Date.now()): Promise<boolean> {
    return this.#addressLimits.admitNewVisitor(visitor, address, limit, now);
  }

  /** See `AddressLimits.countKeyCheck`. */
  countKeyCheck(address: string, limit: number, now: number = Date.now()): Promise<number> {
    return this.#addressLimits.countKeyCheck(address, limit, now);
  }

  /** See `AddressLimits.forgetVisitors`. */
  forgetVisitors(visitors: readonly string[]): void {
    this.#addressLimits.forgetVisitors(visitors);
  }

  /** Deletes expired days. */
  override async alarm(): Promise<void> {
    const newestExpired = Math.floor(Date.now() / dayMs) - keepDays;
    this.#spendCap.deleteUpTo(newestExpired);
    this.#addressLimits.deleteUpTo(newestExpired);
    const days = [this.#spendCap.oldestDay(), this.#addressLimits.oldestDay()].filter((day) => day !== null);
    if (days.length > 0) await this.ctx.storage.setAlarm((Math.min(...days) + keepDays + 1) * dayMs);
  }

  #scheduleDeletion(day: number): void {
    this.ctx.waitUntil(
      this.ctx.storage.getAlarm().then(async (at) => {
        if (at === null) await this.ctx.storage.setAlarm((day + keepDays + 1) * dayMs);
      }),
    );
  }
}
