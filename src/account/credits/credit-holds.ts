import type { CostBounds } from '../../agent/call-cost.ts';
import type { HoldPart } from '../../credits/grants.ts';
import type { CallCost, HoldRequest } from '../../credits/ledger.ts';
import { type CreditRate, microCreditsOf, toCredits, usdOf } from '../../credits/micro-credits.ts';
import type { DrawnSlice, OperatorSpending, OperatorTurnRefusal, Treasury } from '../../operator/treasury.ts';
import type { Settings } from '../../settings.ts';
import type { AccountLedger } from './account-ledger.ts';

/** Dollars that an account draws at least of the operator's budget of the day, where there is so much: enough for several calls. */
const sliceUsd = 0.05;

export interface CreditHoldsDeps {
  ledger: AccountLedger;
  settings: Pick<Settings, 'credits' | 'hostedDailyUsd'>;
  treasury(): Pick<DurableObjectStub<Treasury>, 'drawSlice'>;
}

/** A model call that credits are to pay. */
export interface CallToHold extends Pick<HoldRequest, 'call' | 'turn' | 'session' | 'model'> {
  /** Dollars at list price. */
  bounds: CostBounds;
}

/** What is known of who makes the call, and what is counted with it: see `Treasury.drawSlice`. */
export type Spending = Pick<OperatorSpending, 'account' | 'network' | 'newVisitors' | 'newProject'> & {
  address: string | null;
};

/** What is held for a call. Amounts are micro-credits. */
export interface CallHold {
  call: string;
  amount: number;
  parts: HoldPart[];
}

/**
 * Why nothing is held: the balance, without what is held for other calls, does not cover it (in credits), the operator gives away no more today, or the treasury does not count
 * the visitor or the project.
 */
export type HoldRefusal =
  | { why: 'spent'; balance: number; needed: number }
  | { why: 'refused'; refused: OperatorTurnRefusal };

export type HoldResult = ({ ok: true } & CallHold) | ({ ok: false } & HoldRefusal);

/** Holds credits for model calls. What nobody has paid for is drawn in slices from the operator's budget of the day. */
export class CreditHolds {
  readonly #deps: CreditHoldsDeps;

  constructor(deps: CreditHoldsDeps) {
    this.#deps = deps;
  }

  /** Notes what earlier calls have cost, then holds for the next one. Idempotent by call. */
  async hold(
    { bounds, ...call }: CallToHold,
    spending: Spending,
    costs: readonly CallCost[] = [],
  ): Promise<HoldResult> {
    const { ledger } = this.#deps;
    for (const cost of costs) ledger.open().settleCall(cost, ledger.now());
    ledger.open().releaseOthers(call.turn, call.call, ledger.now());
    const known = ledger.open().held(call.call);
    if (known) return { ok: true, call: call.call, ...known };
    const request = { ...call, ...this.#microBounds(bounds) };
    const spent = this.#spent(request.least);
    if (spent) return spent;
    const drawn = await this.#draw(request, spending);
    if (!drawn.ok) return { ok: false, why: 'refused', refused: drawn.refused };
    const held = ledger.open().hold(request, ledger.now());
    if (held.ok) return { ok: true, call: call.call, amount: held.amount, parts: held.parts };
    // Other calls may have been made meanwhile.
    const refused = { reason: drawn.shortage ?? ('budget' as const) };
    return this.#spent(request.least) ?? { ok: false, why: 'refused', refused };
  }

  /** Draws of the operator's budget what the hold would give away, and counts what is to be counted; asks nobody where nothing is. */
  async #draw({ call, least, most }: HoldRequest, spending: Spending): Promise<DrawnSlice> {
    const { ledger, settings, treasury } = this.#deps;
    const given = [most, least].map((amount) => ledger.open().uncovered(amount, ledger.now()));
    const amounts = given.filter((amount) => amount > 0).map((amount) => usdOf(amount, this.#rate));
    if (amounts.length === 0 && spending.newVisitors === null && spending.newProject === null)
      return { ok: true, usd: 0, shortage: null };
    const amountsUsd = amounts.length === 0 ? [] : [Math.max(sliceUsd, ...amounts), ...amounts];
    const drawn = await treasury().drawSlice({ ...spending, slice: call, amountsUsd, capUsd: settings.hostedDailyUsd });
    if (drawn.ok && drawn.usd > 0) ledger.open().addSlice(microCreditsOf(drawn.usd, this.#rate), ledger.now());
    return drawn;
  }

  /** That the balance does not cover so many micro-credits; null: it does. */
  #spent(least: number): HoldResult | null {
    const { ledger } = this.#deps;
    const { total, held } = ledger.open().balance(ledger.now());
    const free = total - held;
    if (free >= least) return null;
    return { ok: false, why: 'spent', balance: toCredits(free), needed: toCredits(least) };
  }

  #microBounds({ least, most }: CostBounds): CostBounds {
    return { least: microCreditsOf(least, this.#rate), most: microCreditsOf(most, this.#rate) };
  }

  get #rate(): CreditRate {
    const { credits } = this.#deps.settings;
    if (!credits) throw new Error('Credits are off.');
    return credits;
  }
}
