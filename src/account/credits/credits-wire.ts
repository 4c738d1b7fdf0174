import { periodOf } from '../../credits/billing-period.ts';
import { bonusKinds, type Split } from '../../credits/buckets.ts';
import { nextResetOf } from '../../credits/daily-reset.ts';
import type { Grant } from '../../credits/grants.ts';
import type { HistoryEntry, Sum } from '../../credits/history.ts';
import type { Balance } from '../../credits/ledger.ts';
import { toCredits } from '../../credits/micro-credits.ts';
import { type Plans, planOf } from '../../plans.ts';
import type {
  BonusGrant,
  CreditBalance,
  CreditEntry,
  CreditSplit,
  CreditSum,
} from '../../protocol/credit-resources.ts';

export const splitToWire = ({ daily, subscription, pool, bonus }: Split): CreditSplit => ({
  daily: toCredits(daily),
  subscription: toCredits(subscription),
  pool: toCredits(pool),
  bonus: toCredits(bonus),
});

/** Null for what is no bonus. */
export function bonusGrant({ id, kind, left, amount, why, at, expiresAt }: Grant): BonusGrant | null {
  const bonusKind = bonusKinds.find((each) => each === kind);
  if (!bonusKind) return null;
  return { id, kind: bonusKind, left: toCredits(left), of: toCredits(amount), why, at, expiresAt };
}

export function balanceToWire(account: string, balance: Balance, plans: Plans, now: number): CreditBalance {
  const { total, held, split, grants, state } = balance;
  const { clock, term } = state;
  const plan = planOf(plans, term?.plan ?? null);
  return {
    account,
    timeZone: clock.zone,
    nextTimeZone: clock.next?.zone ?? null,
    total: toCredits(total),
    held: toCredits(held),
    daily: { left: toCredits(split.daily), of: plan.dailyCredits, resetsAt: nextResetOf(clock) },
    subscription: term && {
      left: toCredits(split.subscription),
      of: plan.monthlyCredits,
      renewsAt: renewalOf(term, now),
      plan: term.plan,
    },
    pool: null,
    bonus: { left: toCredits(split.bonus), grants: grants.map(bonusGrant).filter((grant) => grant !== null) },
  };
}

/** When a plan's credits are renewed; null where it ends before, or then. */
export function renewalOf({ since, until }: { since: number; until: number | null }, now: number): number | null {
  const { end } = periodOf(since, now);
  return until !== null && until <= end ? null : end;
}

/** @param title the project's title as it is now; null where it is gone */
export function entryToWire(entry: HistoryEntry, title: string | null): CreditEntry {
  const { id, at, kind, amount, split, turn, session, model, tokens, why } = entry;
  const name = title ?? entry.title;
  return {
    ...{ id, at, kind, amount: toCredits(amount), split: splitToWire(split) },
    ...(turn !== null && { turn }),
    ...(session !== null && { session }),
    ...(name !== null && { title: name }),
    ...(model !== null && { model }),
    ...(tokens !== null && { tokens }),
    ...(why !== null && why !== '' && { why }),
  };
}

export function sumToWire({ key, title, spent, turns }: Sum, titleNow: string | null): CreditSum {
  const name = titleNow ?? title;
  return { key, ...(name !== null && { title: name }), credits: toCredits(spent), turns };
}
