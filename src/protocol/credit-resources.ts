/** Types of the JSON answers about credits. Credits have six decimal places at the most, times are UNIX milliseconds. */

/** Credits by bucket, in the order in which they are spent. */
export interface CreditSplit {
  daily: number;
  subscription: number;
  pool: number;
  bonus: number;
}

/** A grant of bonus credits. */
export interface BonusGrant {
  id: string;
  kind: 'grant' | 'promo' | 'reward' | 'compensation' | 'bundle';
  left: number;
  of: number;
  why: string;
  at: number;
  expiresAt: number | null;
}

/** `GET /api/account/credits` */
export interface CreditBalance {
  /** What an operator asks for to give credits. */
  account: string;
  timeZone: string;
  /** The zone that counts from the next reset on; null where none was chosen. */
  nextTimeZone: string | null;
  /** All that is there, what is held included. */
  total: number;
  /** Set aside for model calls that are under way. */
  held: number;
  daily: { left: number; of: number; resetsAt: number };
  /** `renewsAt`: null where the plan ends before. */
  subscription: { left: number; of: number; renewsAt: number | null; plan: string } | null;
  pool: { team: string; left: number; cap: number | null; used: number } | null;
  bonus: { left: number; grants: BonusGrant[] };
}

/** One change of the balance. */
export interface CreditEntry {
  id: number;
  at: number;
  /** `returned`: what a turn had cost that nobody is charged for. `restored`: given back after a review. */
  kind: 'turn' | 'returned' | 'grant' | 'expired' | 'refund' | 'restored';
  /** Negative where credits are gone. */
  amount: number;
  split: CreditSplit;
  turn?: string;
  session?: string;
  /** The project's title, as it is now or was last. */
  title?: string;
  model?: string;
  tokens?: { input: number; output: number; cacheRead: number; cacheWrite: number };
  why?: string;
}

/** `GET /api/account/credits/history` */
export interface CreditHistory {
  entries: CreditEntry[];
  /** The `cursor` of the next page; null after the last. */
  next: string | null;
}

/** `GET /api/account/credits/summary`: an entry of the list. */
export interface CreditSum {
  /** A session, a model, or a UTC day as `YYYY-MM-DD`. */
  key: string;
  title?: string;
  credits: number;
  turns: number;
}

/** `GET /api/plans` */
export interface PlansDetail {
  plans: {
    id: string;
    name: string;
    monthUsd: number;
    yearUsd: number;
    dailyCredits: number;
    monthlyCredits: number;
    /** `*`: every model. */
    models: string[];
    /** Null: any number. */
    projects: number | null;
    sandboxSleepSeconds: number;
    customHosts: number;
  }[];
  bundles: { id: string; credits: number; usd: number }[];
  /** Whether plans and bundles can be bought here. */
  payments: boolean;
  /** Dollars of list price that a credit is, and whole percents that the operator puts on top. */
  creditUsd: number;
  markupPercent: number;
  /** Where people may write; null where the operator names no address. */
  supportEmail: string | null;
}
