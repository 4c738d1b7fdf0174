import type { Plans } from '../plans.ts';
import type { SqlStore } from '../storage/sql.ts';
import { periodOf } from './billing-period.ts';
import { type BonusKind, bucketOf, emptySplit, isBought, type Split } from './buckets.ts';
import { type CreditState, CreditStateStore } from './credit-state.ts';
import { changeZone } from './daily-reset.ts';
import { Entries, type EntryTokens } from './entries.ts';
import { GiveAwaySlice } from './give-away-slice.ts';
import { burn, firstOf, type Grant, Grants, type HoldPart, sumOf } from './grants.ts';
import { type HeldCall, HeldCalls } from './held-calls.ts';
import { Renewals, splitOf } from './renewals.ts';

/** A turn none of whose calls is younger is lost, and settled. Longer than any turn, and than an outbox needs. Milliseconds. */
export const lostAfterMs = 6 * 3_600_000;

export interface CreditLedgerDeps {
  store: SqlStore;
  plans: Plans;
  /** The IANA zone of an account that begins now. */
  zone(): string;
}

export interface HoldRequest {
  /** `<turn>/…`: a repeated request gets the same hold. */
  call: string;
  turn: string;
  session: string;
  model: string;
  /** What the call needs at least, and what it may cost at most. Micro-credits. */
  least: number;
  most: number;
}

/** `spent`: the balance does not cover it. `capped`: it would, but for what was drawn of what the operator gives away in a day. */
export type Hold = { ok: true; amount: number; parts: HoldPart[] } | { ok: false; why: 'spent' | 'capped' };

export interface TurnSettlement {
  turn: string;
  /** Those of its calls where they are not told. */
  session?: string;
  title?: string;
  model?: string;
  /** False where nobody is charged. */
  isCounted: boolean;
  /** What its calls have cost; a call that is missing has cost what was noted before, or nothing. */
  calls: readonly CallCost[];
  tokens?: EntryTokens;
}

/** What a model call has cost. */
export interface CallCost {
  call: string;
  /** Micro-credits; at the most what was held for it. */
  cost: number;
  /** False for a call that failed through no fault of the account's: only the operator's budget of the day has it. Default: true. */
  isCharged?: boolean;
}

/** A payment that was returned or is disputed. */
export interface TakeBack {
  grant: string;
  /** Micro-credits. */
  amount: number;
  why: string;
  ref: string;
}

/** Micro-credits. */
export interface Balance {
  /** All that is there, the held part included. */
  total: number;
  held: number;
  split: Split;
  grants: Grant[];
  state: CreditState;
}

/**
 * The credits of one account: grants, what is held of them for model calls under way, and entries for all that has changed them. Each call
 * is one transaction, and idempotent by its id. Nothing is ever below zero. Times are UNIX milliseconds of the account's clock.
 */
export class CreditLedger {
  readonly #deps: CreditLedgerDeps;
  readonly #state: CreditStateStore;
  readonly #grants: Grants;
  readonly #calls: HeldCalls;
  readonly #entries: Entries;
  readonly #slice: GiveAwaySlice;
  readonly #renewals: Renewals;

  constructor(deps: CreditLedgerDeps) {
    this.#deps = deps;
    const { sql } = deps.store;
    this.#state = new CreditStateStore(sql);
    this.#grants = new Grants(sql);
    this.#calls = new HeldCalls(sql);
    this.#entries = new Entries(sql);
    this.#slice = new GiveAwaySlice(sql);
    const { plans } = deps;
    this.#renewals = new Renewals({ plans, state: this.#state, grants: this.#grants, entries: this.#entries });
  }

  balance(now: number): Balance {
    return this.#at(now, (state) => {
      const grants = this.#grants.open();
      const split = emptySplit();
      for (const { kind, left } of grants) split[bucketOf(kind)] += left;
      const held = grants.reduce((sum, grant) => sum + grant.held, 0);
      return { total: Object.values(split).reduce((a, b) => a + b), held, split, grants, state };
    });
  }

  /** What is held for a call; null where nothing is. */
  held(call: string): { amount: number; parts: HoldPart[] } | null {
    const known = this.#calls.find(call);
    return known && { amount: sumOf(known.parts), parts: known.parts };
  }

  /**
   * Frees what is held for other calls of a turn whose cost is not known: a turn makes one call at a time, so what was held for them was lost
   * before it was used.
   */
  releaseOthers(turn: string, call: string, now: number): void {
    this.#at(now, () => {
      for (const held of this.#calls.ofTurn(turn)) if (held.call !== call) this.#noteCost(held, 0, false);
    });
  }

  /** Micro-credits of a hold that nobody has paid for and that no slice of the operator's budget covers yet; 0: it can be made. */
  uncovered(most: number, now: number): number {
    return this.#at(now, () => {
      const wanted = this.#given(burn(this.#grants.open(), most, Number.POSITIVE_INFINITY));
      return wanted > this.#slice.left(now) ? wanted : 0;
    });
  }

  /** Adds a slice of the operator's budget of this day. @param amount micro-credits */
  addSlice(amount: number, now: number): void {
    this.#slice.add(amount, now);
  }

  /** Sets aside what a model call may cost: all of `most` where the balance has it, what there is where that covers `least`. */
  hold({ call, turn, session, model, least, most }: HoldRequest, now: number): Hold {
    return this.#at(now, () => {
      const known = this.held(call);
      if (known) return { ok: true, ...known };
      const grants = this.#grants.open();
      const parts = burn(grants, most, this.#slice.left(now));
      const amount = sumOf(parts);
      if (amount < least) {
        const isCapped = sumOf(burn(grants, least, Number.POSITIVE_INFINITY)) >= least;
        return { ok: false, why: isCapped ? 'capped' : 'spent' };
      }
      for (const part of parts) this.#grants.change(part.grant, 0, part.amount);
      this.#slice.take(this.#given(parts), now);
      this.#calls.add({ call, turn, session, model, parts, at: now });
      return { ok: true, amount, parts };
    });
  }

  /** Notes what a call has cost, at the most what was held for it; the rest is free. Idempotent; an unknown call is ignored. */
  settleCall({ call, cost, isCharged }: CallCost, now: number): void {
    this.#at(now, () => {
      const known = this.#calls.find(call);
      if (known) this.#noteCost(known, cost, isCharged);
    });
    // Again: what has become free of an expired grant goes with it.
    this.#at(now, () => undefined);
  }

  /**
   * Ends a turn: one entry for all its calls. Where nobody is charged, a second one gives it back. Idempotent; a turn without calls has none.
   *
   * @returns what the turn has cost, by bucket
   */
  settleTurn({ turn, isCounted, calls, ...about }: TurnSettlement, now: number): Split {
    const split = this.#at(now, () => {
      for (const { call, cost, isCharged } of calls) {
        const known = this.#calls.find(call);
        if (known?.turn === turn) this.#noteCost(known, cost, isCharged);
      }
      return this.#closeTurn(turn, isCounted, about, now);
    });
    this.#at(now, () => undefined);
    return split;
  }

  /**
   * Settles the turns that were lost: what is known of their cost is charged, the rest of their holds is free.
   */
  sweep(now: number): void {
    this.#at(now, () => {
      for (const { turn, at } of this.#calls.newestCalls())
        if (at + lostAfterMs <= now) this.#closeTurn(turn, true, {}, now);
    });
  }

  /** When a turn will be lost, unless it is settled or goes on; null: none is open. */
  sweepAt(): number | null {
    const all = this.#calls.newestCalls().map(({ at }) => at + lostAfterMs);
    return all.length > 0 ? Math.min(...all) : null;
  }

  hasGrant(id: string): boolean {
    return this.#grants.find(id) !== null;
  }

  /** Gives credits. Idempotent by id. @returns the grant */
  give(
    grant: { id: string; kind: BonusKind; amount: number; why: string; expiresAt: number | null },
    now: number,
  ): Grant {
    return this.#at(now, () => {
      const { id, kind, amount, why } = grant;
      const known = this.#grants.find(id);
      if (known) return known;
      const given = { ...grant, at: now };
      this.#grants.add(given);
      const entry = kind === 'compensation' ? 'restored' : 'grant';
      this.#entries.append({ at: now, kind: entry, split: splitOf(kind, amount), grant: id, why });
      return { ...given, left: amount, held: 0 };
    });
  }

  /** Takes back what is free of a grant, at the most `amount`. Idempotent by `ref`. @returns micro-credits that were taken back */
  takeBack({ grant, amount, why, ref }: TakeBack, now: number): number {
    return this.#at(now, () => {
      const found = this.#grants.find(grant);
      const taken = found ? Math.min(amount, found.left - found.held) : 0;
      if (!found || taken <= 0 || this.#entries.has(ref)) return 0;
      this.#grants.change(grant, -taken, 0);
      this.#entries.append({ at: now, kind: 'refund', split: splitOf(found.kind, -taken), grant, why, ref });
      return taken;
    });
  }

  /** Puts the account on a plan from now on, until a time or until it is changed; null: on everybody's. */
  setPlan(plan: string | null, until: number | null, now: number): void {
    this.#at(now, ({ clock, term }) => {
      const isSame = term !== null && plan === term.plan;
      const next = isSame ? { ...term, until } : plan && { plan, since: now, until, grantedFrom: null };
      const monthEnds = isSame ? Math.min(periodOf(term.since, now).end, until ?? Number.POSITIVE_INFINITY) : now;
      for (const { id, kind, expiresAt } of this.#grants.open())
        if (kind === 'subscription' && (expiresAt ?? 0) > now) this.#grants.setExpiry(id, monthEnds);
      this.#state.write({ clock, term: next || null });
    });
    this.#at(now, () => undefined);
  }

  /** See `changeZone`. @param zone a time zone's IANA name */
  setZone(zone: string, now: number): { from: number } | { retryAfter: number } {
    return this.#at(now, ({ clock, term }) => {
      const changed = changeZone(clock, zone, now);
      if ('retryAfter' in changed) return changed;
      if (changed !== clock) this.#state.write({ clock: changed, term });
      return { from: changed.next?.from ?? now };
    });
  }

  #at<T>(now: number, work: (state: CreditState) => T): T {
    return this.#deps.store.transactionSync(() => work(this.#renewals.apply(now, this.#deps.zone())));
  }

  #noteCost({ call, parts, cost: noted, at }: HeldCall, cost: number, isCharged = true): void {
    if (noted !== null) return;
    const used = firstOf(parts, Math.max(0, Math.ceil(cost)));
    this.#slice.take(this.#given(used) - this.#given(parts), at);
    const spent = isCharged ? used : [];
    for (const part of parts) {
      const kept = spent.find(({ grant }) => grant === part.grant)?.amount ?? 0;
      if (kept < part.amount) this.#grants.change(part.grant, 0, kept - part.amount);
    }
    this.#calls.settle(call, sumOf(spent), spent);
  }

  /** The part of a hold that nobody has paid for. */
  #given(parts: readonly HoldPart[]): number {
    return sumOf(parts.filter(({ grant }) => !isBought(this.#grants.find(grant)?.kind ?? 'daily')));
  }

  #closeTurn(turn: string, isCounted: boolean, about: Partial<TurnSettlement>, now: number): Split {
    const split = emptySplit();
    const calls = this.#calls.ofTurn(turn);
    for (const { parts, cost, at } of calls) {
      // Of a call that was never made nothing was used; of one that nobody is charged for, the operator's budget has the cost.
      if (cost === null) this.#slice.take(-this.#given(parts), at);
      for (const { grant, bucket, amount } of parts) {
        const spent = cost === null ? 0 : amount;
        this.#grants.change(grant, isCounted ? -spent : 0, -amount);
        split[bucket] += spent;
      }
    }
    this.#calls.deleteTurn(turn);
    const [first] = calls;
    if (!first || Object.values(split).every((spent) => spent === 0)) return split;
    const { session = first.session, model = first.model, title, tokens } = about;
    const entry = { at: now, turn, session, model, ...(title !== undefined && { title }), ...(tokens && { tokens }) };
    this.#entries.append({ ...entry, kind: 'turn', split: negated(split) });
    if (!isCounted) this.#entries.append({ ...entry, kind: 'returned', split });
    return split;
  }
}

const negated = (split: Split): Split => {
  const all = Object.entries(split).map(([bucket, amount]) => [bucket, amount === 0 ? 0 : -amount]);
  return { ...emptySplit(), ...Object.fromEntries(all) };
};
