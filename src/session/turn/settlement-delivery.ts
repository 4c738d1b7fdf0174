import type { Account } from '../../account/account.ts';
import type { Settlement } from '../../account/billing/admission-types.ts';
import type { TurnContext } from './turn-context.ts';

export interface SettlementDeliveryDeps {
  /** The account that owns the session now. */
  owner(): DurableObjectStub<Account>;
  /** Sets the alarm to when it is next needed. */
  scheduleAlarm(): Promise<void>;
}

/** Delivers settlements from the outbox to the owner's account, each with the newest note on the limits of its connection. */
export class SettlementDelivery {
  readonly #session: Pick<TurnContext, 'limits' | 'outbox'>;
  readonly #deps: SettlementDeliveryDeps;
  #inFlight: Promise<unknown> = Promise.resolve();

  constructor(session: Pick<TurnContext, 'limits' | 'outbox'>, deps: SettlementDeliveryDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  /** Settles, and never rejects, when the delivery that was started last has ended. */
  get inFlight(): Promise<unknown> {
    return this.#inFlight;
  }

  /**
   * Delivers the settlements that are due.
   *
   * @param all true: also those whose backoff has not passed
   * @returns true if the outbox is empty
   */
  deliver(all = false): Promise<boolean> {
    const delivered = this.#deliver(all);
    this.#inFlight = delivered.catch(() => false);
    return delivered;
  }

  async #deliver(all: boolean): Promise<boolean> {
    const { limits, outbox } = this.#session;
    const owner = this.#deps.owner();
    const settle = async (settlement: Settlement): Promise<void> => {
      const limit = limits.pendingNote();
      await owner.settle({ ...settlement, limit });
      if (limit) limits.acknowledge(limit);
    };
    const isEmpty = await outbox.deliver(settle, Date.now(), all);
    if (!isEmpty) await this.#deps.scheduleAlarm();
    return isEmpty;
  }
}
