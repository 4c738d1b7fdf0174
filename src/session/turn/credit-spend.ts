import type { Account } from '../../account/account.ts';
import type { HoldResult } from '../../account/credits/credit-holds.ts';
import type { CostBounds } from '../../agent/call-cost.ts';
import type { Reserved, SpendPort } from '../../agent/turn-interfaces.ts';
import { type CreditRate, microCreditsOf, usdOf } from '../../credits/micro-credits.ts';
import { newId } from '../../protocol/id.ts';
import { amountOf, type HeldCall, type TurnCredits } from './turn-credits.ts';
import { withAttempts } from './with-attempts.ts';

export interface CreditSpendDeps {
  rate: CreditRate;
  credits: TurnCredits;
  /** The account that owns the session now, and its id. */
  owner(): DurableObjectStub<Account>;
  ownerId(): string;
  /** False once the turn has ended: what is held for it then is freed by its settlement. */
  isRunning(): boolean;
  turn: { id: string; model: string };
  session: string;
  /** What was held with the admission; null for a turn that is resumed. */
  first: HeldCall | null;
  /** Keeps the object alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/**
 * Pays a turn's model calls with the account's credits. Each call has a hold: the first comes with the admission, the others are asked for
 * while tools run. A hold and its cost are stored before anything is built on them.
 */
export class CreditSpend implements SpendPort {
  readonly #deps: CreditSpendDeps;
  /** The hold of the next call. */
  #next: Promise<HeldCall | null>;
  /** The holds of calls that are under way, by the id of the call. */
  readonly #used = new Map<string, HeldCall>();

  constructor(deps: CreditSpendDeps) {
    this.#deps = deps;
    this.#next = Promise.resolve(deps.first);
  }

  async reserve(callId: string, bounds: CostBounds): Promise<Reserved> {
    const { rate } = this.#deps;
    const prepared = await this.#next;
    this.#next = Promise.resolve(null);
    const isEnough = prepared !== null && usdOf(amountOf(prepared), rate) >= bounds.least;
    if (prepared && !isEnough) this.#settle(prepared, 0, false);
    const held = isEnough ? { ok: true as const, ...prepared } : await this.#hold(bounds);
    if (!held.ok && held.why === 'refused') return { ok: false, why: 'budget' };
    if (!held.ok) return { ok: false, why: 'credits', balance: held.balance, needed: held.needed };
    this.#used.set(callId, held);
    return { ok: true, usd: usdOf(amountOf(held), rate) };
  }

  settle(callId: string, usd: number, isCharged: boolean): void {
    const held = this.#used.get(callId);
    if (!held) return;
    this.#used.delete(callId);
    this.#settle(held, usd, isCharged);
  }

  prepare(bounds: CostBounds): void {
    // What cannot be held now is asked for again once the request is known.
    this.#next = this.#hold(bounds).then(
      (held) => (held.ok ? held : null),
      () => null,
    );
    this.#deps.waitUntil(this.#next);
  }

  #settle({ call, parts }: HeldCall, usd: number, isCharged: boolean): void {
    const { credits, rate } = this.#deps;
    const cost = Math.min(microCreditsOf(usd, rate), amountOf({ call, parts }));
    credits.settle({ call, cost, isCharged });
  }

  async #hold(bounds: CostBounds): Promise<HoldResult> {
    const { credits, isRunning, owner, ownerId, session, turn } = this.#deps;
    const call = { call: `${turn.id}/${newId()}`, turn: turn.id, session, model: turn.model, bounds };
    const held = await withAttempts<HoldResult>(async () =>
      owner().holdCredits(ownerId(), call, credits.costs(turn.id)),
    );
    if (held.ok && isRunning()) credits.add(turn.id, held);
    return held;
  }
}
