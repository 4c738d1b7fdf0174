import type { CallCost, TurnSettlement } from '../../credits/ledger.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { Settings } from '../../settings.ts';
import { AccountLedger } from './account-ledger.ts';
import { CreditCalls } from './credit-calls.ts';
import { type CallToHold, CreditHolds, type HoldResult } from './credit-holds.ts';

export interface AccountCreditsDeps {
  storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  settings: Pick<Settings, 'credits' | 'clockOffsetMs' | 'hostedDailyUsd'>;
  /** False for a visitor, for one who has become a user, and for an account that is being deleted. */
  isUser(): boolean;
  /** The title of a project as it is now; null where there is none. */
  titleOf(session: string): string | null;
  treasury(): Pick<DurableObjectStub<Treasury>, 'drawSlice' | 'redeemPromoCode'>;
}

/** The credits of one account: the ledger, the holds of its turns, and what is called from outside. */
export class AccountCredits {
  readonly ledger: AccountLedger;
  readonly holds: CreditHolds;
  readonly calls: CreditCalls;
  readonly #clockOffsetMs: number;

  constructor({ isUser, settings, storage, titleOf, treasury }: AccountCreditsDeps) {
    this.ledger = new AccountLedger({ storage, settings, isUser });
    this.holds = new CreditHolds({ ledger: this.ledger, settings, treasury });
    this.calls = new CreditCalls({ sql: storage.sql, ledger: this.ledger, titleOf, treasury });
    this.#clockOffsetMs = settings.clockOffsetMs;
  }

  /**
   * Holds for a model call of a turn that runs, see `CreditHolds.hold`.
   *
   * @param costs of calls before it
   * @param isOpen whether a turn runs: nobody would free what is held for one that has ended meanwhile
   */
  async hold(
    account: string,
    call: CallToHold,
    costs: readonly CallCost[],
    isOpen: (turn: string) => boolean,
  ): Promise<HoldResult> {
    const { turn } = call;
    const held = await this.holds.hold(call, { account, address: null, newVisitors: null, newProject: null }, costs);
    if (!isOpen(turn)) this.settle({ turn, isCounted: false, calls: [] });
    return held;
  }

  /** Ends a turn; one that nothing was held for changes nothing. */
  settle(settlement: TurnSettlement): void {
    this.ledger.openExisting()?.settleTurn(settlement, this.ledger.now());
  }

  /** Settles the turns that were lost. */
  sweep(): void {
    this.ledger.openExisting()?.sweep(this.ledger.now());
  }

  /** When `sweep` is due by the system's time, or null. */
  sweepAt(): number | null {
    const at = this.ledger.openExisting()?.sweepAt() ?? null;
    return at === null ? null : at - this.#clockOffsetMs;
  }
}
