import { nextResetOf } from '../../credits/daily-reset.ts';
import type { CallCost, TurnSettlement } from '../../credits/ledger.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { Settings } from '../../settings.ts';
import type { ProjectList } from '../storage/project-list.ts';
import { AccountLedger } from './account-ledger.ts';
import { CreditCalls } from './credit-calls.ts';
import { type CallToHold, CreditHolds, type HoldResult } from './credit-holds.ts';
import { ReviewCalls } from './review-calls.ts';
import { WaitingProjects } from './waiting-projects.ts';

export interface AccountCreditsDeps {
  storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  settings: Pick<Settings, 'credits' | 'clockOffsetMs' | 'hostedDailyUsd'>;
  /** False for a visitor, for one who has become a user, and for an account that is being deleted. */
  isUser(): boolean;
  /** Null if the account has stored nothing yet. */
  stores(): {
    leases: { find(turn: string): { state: string } | undefined };
    projects: Pick<ProjectList, 'titleOf'>;
  } | null;
  treasury(): Pick<DurableObjectStub<Treasury>, 'drawSlice' | 'putReview' | 'redeemPromoCode'>;
  /** Tells a project that its queued prompts need not wait for credits any more. @param onHeard called once it has heard of it */
  wake(session: string, onHeard: () => void): void;
}

/** A turn as its session tells its end. `credits`: absent for one that has not begun, or that somebody else pays. */
interface EndedTurn {
  turn: string;
  counted: boolean;
  credits?: Omit<TurnSettlement, 'turn' | 'isCounted'>;
}

/** The credits of one account: the ledger, the holds of its turns, and what is called from outside. */
export class AccountCredits {
  readonly ledger: AccountLedger;
  readonly holds: CreditHolds;
  readonly calls: CreditCalls;
  /** Projects whose queued prompts wait for credits. */
  readonly waiting: WaitingProjects;
  readonly #clockOffsetMs: number;
  readonly #stores: AccountCreditsDeps['stores'];
  readonly #wake: AccountCreditsDeps['wake'];

  constructor({ isUser, settings, storage, stores, treasury, wake }: AccountCreditsDeps) {
    this.ledger = new AccountLedger({ storage, settings, isUser });
    this.holds = new CreditHolds({ ledger: this.ledger, settings, treasury });
    this.waiting = new WaitingProjects(storage.sql);
    const titleOf = (session: string) => stores()?.projects.titleOf(session) ?? null;
    const onMore = () => this.wakeWaiting();
    const reviews = new ReviewCalls({ store: storage, ledger: this.ledger, treasury, onMore });
    this.calls = new CreditCalls({ sql: storage.sql, ledger: this.ledger, titleOf, treasury, onMore, reviews });
    this.#stores = stores;
    this.#wake = wake;
    this.#clockOffsetMs = settings.clockOffsetMs;
  }

  /**
   * Holds for a model call of a turn that runs, see `CreditHolds.hold`.
   *
   * @param account this one
   * @param costs of calls before it
   */
  async hold(account: string, call: CallToHold, costs: readonly CallCost[]): Promise<HoldResult> {
    const { turn } = call;
    const held = await this.holds.hold(call, { account, address: null, newVisitors: null, newProject: null }, costs);
    // The turn has ended meanwhile: nobody would free it.
    if (this.#stores()?.leases.find(turn)?.state !== 'open') this.settle({ turn, isCounted: false, calls: [] });
    return held;
  }

  /** Ends a turn as its session tells it. */
  settleTurn({ counted, credits, turn }: EndedTurn): void {
    this.settle({ calls: [], ...credits, turn, isCounted: counted });
    // What was held and not used is free for others.
    this.wakeWaiting();
  }

  /** Ends a turn; one that nothing was held for changes nothing. */
  settle(settlement: TurnSettlement): void {
    this.ledger.openExisting()?.settleTurn(settlement, this.ledger.now());
  }

  /** There are credits, or a connection that pays: the projects that wait go on. */
  wakeWaiting(): void {
    if (!this.ledger.openExisting()) return;
    for (const session of this.waiting.all()) this.#wake(session, () => this.waiting.remove(session));
  }

  /** When the next daily credits come, by the system's time. */
  nextResetAt(): number {
    const { clock } = this.ledger.open().balance(this.ledger.now()).state;
    return nextResetOf(clock) - this.#clockOffsetMs;
  }

  /** Settles the turns that were lost. */
  sweep(): void {
    this.ledger.openExisting()?.sweep(this.ledger.now());
    this.wakeWaiting();
  }

  /** When `sweep` is due by the system's time, or null. */
  sweepAt(): number | null {
    const at = this.ledger.openExisting()?.sweepAt() ?? null;
    return at === null ? null : at - this.#clockOffsetMs;
  }
}
