import { type Plans, planOf } from '../plans.ts';
import { type BillingPeriod, periodOf } from './billing-period.ts';
import { bucketOf, emptySplit, type GrantKind } from './buckets.ts';
import type { CreditState, CreditStateStore, PlanTerm } from './credit-state.ts';
import { advance, type DailyClock, firstDailyClock, nextResetOf } from './daily-reset.ts';
import type { Entries, EntryDraft } from './entries.ts';
import type { Grants } from './grants.ts';
import { toMicro } from './micro-credits.ts';

export interface RenewalsDeps {
  state: CreditStateStore;
  grants: Grants;
  entries: Entries;
  plans: Plans;
}

/**
 * What time brings: resets of the daily credits, months of a plan, expiries. Nothing runs for it while nobody looks: each call of the ledger
 * first takes the steps that are due, with the times at which they were.
 */
export class Renewals {
  readonly #deps: RenewalsDeps;

  constructor(deps: RenewalsDeps) {
    this.#deps = deps;
  }

  /** Takes the steps that are due. @param zone counts where the account begins now */
  apply(now: number, zone: string): CreditState {
    const stored = this.#deps.state.read();
    const clock = stored ? advance(stored.clock, now) : firstDailyClock(zone, now);
    const running = currentTerm(stored?.term ?? null, now);
    const month = running && periodOf(running.since, now);
    const isNewMonth = month !== null && running?.grantedFrom !== month.start;
    const term = running && month && isNewMonth ? { ...running, grantedFrom: month.start } : running;
    const isNewDay = clock.resetAt !== stored?.clock.resetAt;
    const state = { clock, term };
    const drafts = [
      ...this.#expire(now),
      ...(isNewDay ? this.#grantDay(clock, term) : []),
      ...(isNewMonth && term && month ? this.#grantMonth(term, month) : []),
    ];
    if (clock !== stored?.clock || term !== stored.term) this.#deps.state.write(state);
    if (isNewDay || isNewMonth) this.#deps.grants.deleteEnded();
    for (const draft of drafts.sort((a, b) => a.at - b.at)) this.#deps.entries.append(draft);
    return state;
  }

  /** What is held of an expired grant expires once it is free. */
  #expire(now: number): EntryDraft[] {
    const { grants } = this.#deps;
    return grants.open().flatMap(({ id, kind, left, held, expiresAt, why }) => {
      if (expiresAt === null || expiresAt > now || left === held) return [];
      grants.change(id, held - left, 0);
      return [{ at: expiresAt, kind: 'expired', split: splitOf(kind, held - left), grant: id, why }];
    });
  }

  #grantDay(clock: DailyClock, term: PlanTerm | null): EntryDraft[] {
    const { dailyCredits } = planOf(this.#deps.plans, term?.plan ?? null);
    const { resetAt: at } = clock;
    return this.#grant({ id: `daily ${at}`, kind: 'daily', credits: dailyCredits, at, expiresAt: nextResetOf(clock) });
  }

  #grantMonth({ plan, since, until }: PlanTerm, { start: at, end }: BillingPeriod): EntryDraft[] {
    const { monthlyCredits: credits } = planOf(this.#deps.plans, plan);
    const expiresAt = Math.min(end, until ?? end);
    return this.#grant({ id: `subscription ${since} ${at}`, kind: 'subscription', credits, at, expiresAt });
  }

  #grant({ id, kind, credits, at, expiresAt }: RenewedGrant): EntryDraft[] {
    const amount = toMicro(credits);
    if (amount === 0 || this.#deps.grants.find(id)) return [];
    this.#deps.grants.add({ id, kind, amount, at, expiresAt, why: '' });
    return [{ at, kind: 'grant', split: splitOf(kind, amount), grant: id }];
  }
}

interface RenewedGrant {
  id: string;
  kind: 'daily' | 'subscription';
  credits: number;
  at: number;
  expiresAt: number;
}

/** The term that `now` is in; null once it has ended. */
const currentTerm = (term: PlanTerm | null, now: number): PlanTerm | null =>
  term?.until != null && term.until <= now ? null : term;

export const splitOf = (kind: GrantKind, amount: number) => ({ ...emptySplit(), [bucketOf(kind)]: amount });
