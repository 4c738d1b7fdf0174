import { DurableObject } from 'cloudflare:workers';
import { newId } from '../protocol/id.ts';
import type { InboxMessage, InboxPage, OperatorReview, ReviewState } from '../protocol/review-resources.ts';
import { createTables } from '../storage/migrate.ts';
import { AddressLimits, type Countable, secondsToNextDay, type Upload } from './address-limits.ts';
import { isLoopback } from './address-network.ts';
import { DailyDigest } from './daily-digest.ts';
import { type Decision, type DecisionResult, Inbox, type Message } from './inbox.ts';
import { type PromoCode, PromoCodes, type Redemption } from './promo-codes.ts';
import { SpendCap, type SpendShortage } from './spend-cap.ts';
import type { Spender } from './spend-shares.ts';
import { treasurySchema } from './treasury-schema.ts';

/** Days that reservations and visitor counts outlive their own day, so that a late settlement still finds its row. */
const keepDays = 2;

const dayMs = 86_400_000;

/** Something that the operator is to pay for an account. */
export interface OperatorSpending {
  account: string;
  /** The network address of the prompt; empty if it is unknown. */
  address: string;
  /** What is known of the network of an unknown address; null: nothing. All that are unknown count as one address. */
  network?: KnownNetwork | null;
  /** Dollars that must be left at least. */
  usd: number;
  /** `HOSTED_DAILY_USD`. */
  capUsd: number;
  /** New visitors a UTC day from one address; null: this account is not counted, or was before. */
  newVisitors: number | null;
  /** The project that the turn makes, and how many a UTC day an address may make; null: none is made or counted. */
  newProject: { session: string; limit: number } | null;
}

/** A turn. `usd`: what its first model call reserves at least. */
export interface OperatorTurn extends OperatorSpending {
  turn: string;
}

/** A part of the day's budget for what an account gives away of it by itself. */
export interface OperatorSlice extends Omit<OperatorSpending, 'address' | 'usd'> {
  /** A repeated request draws nothing twice. */
  slice: string;
  /** As of {@link OperatorSpending}; null: that of the account's last slice. */
  address: string | null;
  /** Dollars, in order of preference: the first that the budget covers is drawn. None: only the visitor and the project are counted. */
  amountsUsd: readonly number[];
}

/** `usd`: the dollars that were drawn; 0 where none of the amounts is covered, with `shortage`, or none was asked for. */
export type DrawnSlice =
  | { ok: true; usd: number; shortage: SpendShortage | null }
  | { ok: false; refused: Extract<OperatorTurnRefusal, { reason: 'projects' }> | { reason: 'new_visitors' } };

/** A network by its digest under the key of a UTC day, on which it can be told from others. */
export interface KnownNetwork {
  /** Days since 1970. */
  day: number;
  digest: string;
}

/** Why the operator does not pay a turn. `retryAfter`: seconds until the limit resets. */
export type OperatorTurnRefusal =
  | { reason: SpendShortage | 'new_visitors' }
  | { reason: 'projects'; retryAfter: number };

/**
 * The operator's daily budget and the rate limits per address: one object for the whole deployment. Called only for turns that the
 * operator pays, for what nobody in particular makes Redraw store, and before a key is checked.
 */
export class Treasury extends DurableObject<object> {
  readonly #onRowOfDay = (day: number): void => this.#scheduleDeletion(day);
  readonly #spendCap = new SpendCap({ sql: this.ctx.storage.sql, onRowOfDay: this.#onRowOfDay });
  readonly #digest = new DailyDigest(this.ctx.storage.sql);
  readonly #promoCodes = new PromoCodes(this.ctx.storage.sql);
  readonly #inbox = new Inbox(this.ctx.storage.sql);
  readonly #addressLimits = new AddressLimits({
    sql: this.ctx.storage.sql,
    digest: this.#digest,
    onRowOfDay: this.#onRowOfDay,
  });

  constructor(ctx: DurableObjectState, env: object) {
    // Before the fields are initialised: they read tables.
    createTables(ctx.storage, treasurySchema);
    super(ctx, env);
  }

  /**
   * Admits a turn that the operator pays: checks the budget, then counts the visitor and the project for their address. Idempotent by
   * turn; a refused one counts for nothing.
   *
   * @returns why not, or null
   */
  async admitTurn({ turn, ...spending }: OperatorTurn, now: number = Date.now()): Promise<OperatorTurnRefusal | null> {
    const looked = await this.#lookUp(spending, now);
    // Synchronous from here on: no other turn comes between the checks and the counts.
    const { usd, capUsd } = spending;
    const shortage = this.#spendCap.shortage(usd, capUsd, now, looked.spender);
    const refused = shortage === null ? this.#count(looked, now) : { reason: shortage };
    if (refused === null) this.#spendCap.recordSpender(turn, looked.spender, now);
    return refused;
  }

  /**
   * Draws a slice of the day's budget for an account, and counts what `admitTurn` counts. What the account does not use of it is not given
   * back: the day's budget is never undercounted. Idempotent by slice; where a count is refused nothing is drawn.
   */
  async drawSlice(
    { slice, amountsUsd, capUsd, address, ...rest }: OperatorSlice,
    now: number = Date.now(),
  ): Promise<DrawnSlice> {
    const looked = await this.#lookUp({ ...rest, address: address ?? '' }, now);
    const { account } = looked.spender;
    const source = `slice ${account}`;
    const refused = this.#count(looked, now);
    if (refused) return { ok: false, refused };
    if (address !== null) this.#spendCap.recordSpender(source, looked.spender, now);
    const spender = this.#spendCap.spenderOf(source) ?? { account, address: null };
    const drawn = amountsUsd.find((usd) => this.#spendCap.reserve(`${source}/${slice}`, usd, capUsd, now));
    if (drawn !== undefined) return { ok: true, usd: drawn, shortage: null };
    return { ok: true, usd: 0, shortage: this.#spendCap.shortage(amountsUsd.at(-1) ?? 0, capUsd, now, spender) };
  }

  /** What may be kept of an address, so that a turn counts for its network once the address is lost. */
  async networkOf(address: string, now: number = Date.now()): Promise<KnownNetwork> {
    const day = Math.floor(now / dayMs);
    const digest = await this.#addressLimits.networkDigest(address, now);
    // The digest is void once the day's key is deleted.
    this.#onRowOfDay(day);
    return { day, digest };
  }

  /** See `SpendCap.reserve`. */
  reserve(call: string, usd: number, capUsd: number, now: number = Date.now()): boolean {
    return this.#spendCap.reserve(call, usd, capUsd, now);
  }

  /** See `SpendCap.settle`. */
  settle(call: string, usd: number): void {
    this.#spendCap.settle(call, usd);
  }

  /** See `SpendCap.settleLost`. */
  settleLost(turn: string, usd: number): void {
    this.#spendCap.settleLost(turn, usd);
  }

  /** A visitor has become a user: what was spent for the one counts in the other's share, and what runs for it, too. Idempotent. */
  async moveSpending(visitor: string, user: string, now: number = Date.now()): Promise<void> {
    const today = Math.floor(now / dayMs);
    // Turns of yesterday may still run.
    const days = [today, today - 1];
    const digests = await Promise.all(
      days.map((day) => Promise.all([this.#digest.of(day, visitor), this.#digest.of(day, user)])),
    );
    for (const [from, to] of digests) this.#spendCap.moveSpending(from, to);
    // The digests may have made the day's keys.
    this.#onRowOfDay(today - 1);
  }

  /** See `AddressLimits.admitSignUp`. */
  admitSignUp(account: string, address: string, limit: number, now: number = Date.now()): Promise<number> {
    return this.#addressLimits.admitSignUp(account, address, limit, now);
  }

  /** See `AddressLimits.admitProject`. */
  admitProject(session: string, address: string, limit: number, now: number = Date.now()): Promise<number> {
    return this.#addressLimits.admitProject(session, address, limit, now);
  }

  /** See `AddressLimits.countUpload`. */
  countUpload(upload: Upload, now: number = Date.now()): Promise<{ limit: number; retryAfter: number } | null> {
    return this.#addressLimits.countUpload(upload, now);
  }

  /** See `AddressLimits.countKeyCheck`. */
  countKeyCheck(address: string, limit: number, now: number = Date.now()): Promise<number> {
    return this.#addressLimits.countKeyCheck(address, limit, now);
  }

  /** What is kept of accounts that are deleted goes, or stays under nobody's name. */
  forgetVisitors(visitors: readonly string[]): void {
    this.#addressLimits.forgetVisitors(visitors);
    for (const visitor of visitors) {
      this.#promoCodes.forgetAccount(visitor, newId);
      this.#inbox.forgetAccount(visitor);
    }
  }

  /** See `PromoCodes.set`. */
  setPromoCode(code: PromoCode): void {
    this.#promoCodes.set(code);
  }

  /** See `PromoCodes.redeem`. */
  redeemPromoCode(code: string, account: string, now: number): Redemption {
    return this.#promoCodes.redeem(code, account, now);
  }

  /** See `Inbox.putReview`. */
  async putReview(review: OperatorReview): Promise<void> {
    this.#inbox.putReview(review);
  }

  /** See `Inbox.decide`. */
  decideReview(id: string, decision: Decision, now: number): DecisionResult {
    return this.#inbox.decide(id, decision, now);
  }

  /** See `Inbox.reviews`. */
  reviews(state: ReviewState | null, before: number | null): InboxPage<OperatorReview> {
    return this.#inbox.reviews(state, before);
  }

  /** See `Inbox.send`. */
  sendMessage(message: Message, now: number): number {
    return this.#inbox.send(message, now);
  }

  /** See `Inbox.messages`. */
  messages(sort: Message['sort'], before: number | null): InboxPage<InboxMessage> {
    return this.#inbox.messages(sort, before);
  }

  /** Deletes expired days. */
  override async alarm(): Promise<void> {
    const newestExpired = Math.floor(Date.now() / dayMs) - keepDays;
    this.#spendCap.deleteUpTo(newestExpired);
    this.#addressLimits.deleteUpTo(newestExpired);
    this.#digest.deleteUpTo(newestExpired);
    const days = [this.#spendCap.oldestDay(), this.#digest.oldestDay()].filter((day) => day !== null);
    if (days.length > 0) await this.ctx.storage.setAlarm((Math.min(...days) + keepDays + 1) * dayMs);
  }

  /** What the counts and shares of an account and its address are found by. */
  async #lookUp(
    { account, address, network: known = null, newVisitors, newProject }: Omit<OperatorSpending, 'usd' | 'capUsd'>,
    now: number,
  ) {
    const day = Math.floor(now / dayMs);
    const isKnown = address === '' && known?.day === day;
    const network = isKnown ? known.digest : await this.#addressLimits.networkDigest(address, now);
    const spender: Spender = {
      account: await this.#digest.of(day, account),
      address: isLoopback(address) ? null : network,
    };
    const countables: Countable[] = [];
    if (newProject) countables.push(await this.#addressLimits.projectOf(newProject.session, newProject.limit, now));
    if (newVisitors !== null) countables.push({ kind: 'visitor', item: account, limit: newVisitors });
    return { network, spender, countables };
  }

  /** Counts the visitor and the project for their address. @returns why not, or null */
  #count({ network, countables }: { network: string; countables: readonly Countable[] }, now: number) {
    const full = this.#addressLimits.count(network, countables, now);
    if (full === 'project') return { reason: 'projects' as const, retryAfter: secondsToNextDay(now) };
    return full === null ? null : { reason: 'new_visitors' as const };
  }

  #scheduleDeletion(day: number): void {
    this.ctx.waitUntil(
      this.ctx.storage.getAlarm().then(async (at) => {
        if (at === null) await this.ctx.storage.setAlarm((day + keepDays + 1) * dayMs);
      }),
    );
  }
}
