import { offsetClock } from '../../async/offset-clock.ts';
import { creditsSchema } from '../../credits/credits-schema.ts';
import { CreditLedger } from '../../credits/ledger.ts';
import { type Plan, type Plans, planOf } from '../../plans.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { Settings } from '../../settings.ts';
import { createTables } from '../../storage/migrate.ts';
import { hasTable } from '../../storage/sql.ts';
import { plansOf } from './plans-of.ts';

export interface AccountLedgerDeps {
  storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  settings: Pick<Settings, 'credits' | 'clockOffsetMs'>;
  /** False for a visitor, for one who has become a user, and for an account that is being deleted. */
  isUser(): boolean;
}

/** The ledger of one account, whose tables are made on first use. */
export class AccountLedger {
  readonly #deps: AccountLedgerDeps;
  readonly now: () => number;
  #ledger: CreditLedger | null = null;

  constructor(deps: AccountLedgerDeps) {
    this.#deps = deps;
    this.now = offsetClock(deps.settings);
  }

  /** Whether the account has credits: the operator gives them, and it is a user's. */
  get exists(): boolean {
    return this.#deps.settings.credits !== null && this.#deps.isUser();
  }

  get plans(): Plans {
    return plansOf(this.#deps.settings.credits);
  }

  /** The account's plan as it is now. */
  plan(): Plan {
    return planOf(this.plans, this.open().balance(this.now()).state.term?.plan ?? null);
  }

  /**
   * @param zone in which the daily credits of an account begin that has none yet
   * @throws ProblemError `not_found` where the account has no credits
   */
  open(zone = 'UTC'): CreditLedger {
    if (!this.exists)
      throw new ProblemError('not_found', 'There is no such account with credits.', { reason: 'account' });
    if (this.#ledger) return this.#ledger;
    const { storage } = this.#deps;
    createTables(storage, creditsSchema);
    this.#ledger = new CreditLedger({ store: storage, plans: this.plans, zone: () => zone });
    return this.#ledger;
  }

  /** Null where it has none, or has not used any: makes no tables. */
  openExisting(): CreditLedger | null {
    return this.exists && hasTable(this.#deps.storage.sql, creditsSchema.marker) ? this.open() : null;
  }

  /** The storage is deleted. */
  forget(): void {
    this.#ledger = null;
  }
}
