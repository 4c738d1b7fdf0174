import { RpcTarget } from 'cloudflare:workers';
import { History, type HistoryFilter, pageEntries, type SummaryKey } from '../../credits/history.ts';
import type { CreditLedger } from '../../credits/ledger.ts';
import { isTimeZone } from '../../credits/local-day.ts';
import { toCredits, toMicro } from '../../credits/micro-credits.ts';
import type { Treasury } from '../../operator/treasury.ts';
import { planOf } from '../../plans.ts';
import type { BonusGrant, CreditBalance, CreditHistory, CreditSum } from '../../protocol/credit-resources.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { AccountDetail } from '../../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../../protocol/rpc-result.ts';
import type { AccountLedger } from './account-ledger.ts';
import { balanceToWire, bonusGrant, entryToWire, renewalOf, sumToWire } from './credits-wire.ts';
import { PromoTries } from './promo-tries.ts';
import type { ReviewCalls } from './review-calls.ts';

export interface CreditCallsDeps {
  sql: SqlStorage;
  ledger: AccountLedger;
  /** The title of a project as it is now; null where there is none. */
  titleOf(session: string): string | null;
  treasury(): Pick<DurableObjectStub<Treasury>, 'redeemPromoCode'>;
  /** There are more credits than before. */
  onMore(): void;
  reviews: ReviewCalls;
}

/** Credits that the operator gives. */
export interface GrantRequest {
  /** A repeated request gives nothing twice. */
  id: string;
  kind: BonusGrant['kind'];
  credits: number;
  why: string;
  /** UNIX milliseconds; null: never. */
  expiresAt: number | null;
}

const noSuchCode = {
  code_unknown: 'There is no such code. Look at it once more.',
  code_used: 'This code was used up.',
  code_expired: 'This code has expired.',
};

/** The part of the account's RPC interface that is about credits. All refuse with `not_found` where the account is no user's, or credits are off. */
export class CreditCalls extends RpcTarget {
  readonly #deps: CreditCallsDeps;
  readonly #tries = new PromoTries();

  constructor(deps: CreditCallsDeps) {
    super();
    this.#deps = deps;
  }

  /** Reviews of high usage. */
  reviews(): ReviewCalls {
    return this.#deps.reviews;
  }

  /** @param account the id by which it is asked for */
  balance(account: string): Promise<RpcResult<CreditBalance>> {
    return rpcResult(() => {
      const now = this.#now();
      const { ledger } = this.#deps;
      return balanceToWire(account, ledger.open().balance(now), ledger.plans, now);
    });
  }

  /** A page of entries, newest first. @param cursor `next` of the page before */
  history(filter: HistoryFilter, cursor: string | null, limit = pageEntries): Promise<RpcResult<CreditHistory>> {
    return rpcResult(() => {
      this.#open().balance(this.#now());
      const before = cursor === null ? null : Number(cursor);
      const entries = this.#history().page(filter, before, limit);
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return {
        entries: entries.map((entry) => entryToWire(entry, entry.session && this.#deps.titleOf(entry.session))),
        next: last ? String(last.id) : null,
      };
    });
  }

  summary(by: SummaryKey, filter: HistoryFilter): Promise<RpcResult<CreditSum[]>> {
    return rpcResult(() => {
      this.#open();
      const titleOf = (key: string) => (by === 'session' ? this.#deps.titleOf(key) : null);
      return this.#history()
        .summary(by, filter)
        .map((sum) => sumToWire(sum, titleOf(sum.key)));
    });
  }

  /** Begins the account's credits in the zone of its first sign-in; one that has begun already stays in its own. */
  beginIn(timeZone: string): Promise<RpcResult<null>> {
    return rpcResult(() => {
      const { ledger } = this.#deps;
      if (isTimeZone(timeZone) && ledger.openExisting() === null) ledger.open(timeZone).balance(this.#now());
      return null;
    });
  }

  /** Moves the daily reset to another time zone, from the next reset on. Refusals: `invalid_request`, `too_many_requests`. */
  setTimeZone(timeZone: string): Promise<RpcResult<{ timeZone: string; from: number }>> {
    return rpcResult(() => {
      if (!isTimeZone(timeZone))
        throw new ProblemError('invalid_request', `There is no time zone ${timeZone}.`, { reason: 'time_zone' });
      const result = this.#open().setZone(timeZone, this.#now());
      if ('from' in result) return { timeZone, from: result.from };
      throw new ProblemError('too_many_requests', 'The time zone can be changed once in seven days.', {
        scope: 'time_zone',
        retryAfter: result.retryAfter,
      });
    });
  }

  /** Redeems a promo code, once an account. Refusals: `code_unknown`, `code_used`, `code_expired`, `too_many_requests`. */
  redeem(code: string, account: string): Promise<RpcResult<BonusGrant>> {
    return rpcResult(async () => {
      const name = code.trim().toUpperCase();
      const retryAfter = this.#tries.secondsUntilAllowed(this.#now());
      if (retryAfter > 0)
        throw new ProblemError('too_many_requests', 'Too many codes were tried. Wait a while, then try again.', {
          scope: 'promo_codes',
          retryAfter,
        });
      const id = `promo ${name}`;
      if (this.#open().hasGrant(id)) throw new ProblemError('code_used', 'You have had the credits of this code.');
      this.#tries.count(this.#now());
      const redeemed = await this.#deps.treasury().redeemPromoCode(name, account, this.#now());
      if (!redeemed.ok) throw new ProblemError(redeemed.why, noSuchCode[redeemed.why]);
      this.#tries.uncount();
      return this.#give({ id, kind: 'promo', credits: redeemed.credits, why: name, expiresAt: null });
    });
  }

  give(grant: GrantRequest): Promise<RpcResult<BonusGrant>> {
    return rpcResult(() => this.#give(grant));
  }

  /** Puts the account on a plan from now on. Refusal: `invalid_request` where there is no such plan. @param until null: until it is changed */
  setPlan(plan: string, until: number | null): Promise<RpcResult<{ plan: string; until: number | null }>> {
    return rpcResult(() => {
      const { plans } = this.#deps.ledger.plans;
      const index = plans.findIndex(({ id }) => id === plan);
      if (index < 0) throw new ProblemError('invalid_request', `There is no plan ${plan}.`, { reason: 'plan' });
      this.#open().setPlan(index === 0 ? null : plan, index === 0 ? null : until, this.#now());
      this.#deps.onMore();
      return { plan, until };
    });
  }

  /** What `GET /api/account` tells of it; all null where credits are off, and for a visitor. `total` in credits. */
  summaryOfPlan(): { plan: string | null; subscription: AccountDetail['subscription']; total: number | null } {
    const { ledger } = this.#deps;
    if (!ledger.exists) return { plan: null, subscription: null, total: null };
    const now = this.#now();
    const { total, state } = ledger.open().balance(now);
    const { term } = state;
    const { id, name } = planOf(ledger.plans, term?.plan ?? null);
    const subscription = term && {
      ...{ plan: term.plan, name, period: 'month' as const },
      ...{ renewsAt: renewalOf(term, now), endsAt: term.until },
    };
    return { plan: id, subscription, total: toCredits(total) };
  }

  #give({ id, kind, credits, why, expiresAt }: GrantRequest): BonusGrant {
    const given = this.#open().give({ id, kind, amount: toMicro(credits), why, expiresAt }, this.#now());
    const grant = bonusGrant(given);
    if (!grant) throw new Error(`The grant ${id} is no bonus.`);
    this.#deps.onMore();
    return grant;
  }

  #history(): History {
    return new History(this.#deps.sql);
  }

  #now(): number {
    return this.#deps.ledger.now();
  }

  /** @throws ProblemError `not_found` */
  #open(): CreditLedger {
    return this.#deps.ledger.open();
  }
}
