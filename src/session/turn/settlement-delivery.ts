import type { Account } from '../../account/account.ts';
import type { Settlement } from '../../account/billing/admission-types.ts';
import { repliesOf, sumOfReplies } from './model-usage.ts';
import type { TurnContext } from './turn-context.ts';

export interface SettlementDeliveryDeps {
  /** The account that owns the session now. */
  owner(): DurableObjectStub<Account>;
  /** Sets the alarm to when it is next needed. */
  scheduleAlarm(): Promise<void>;
}

type SettlementContext = Pick<TurnContext, 'credits' | 'limits' | 'meta' | 'outbox' | 'storage' | 'turns'>;

/**
 * Delivers settlements from the outbox to the owner's account, each with the newest note on the limits of its connection, and with what
 * the turn has cost where credits pay.
 */
export class SettlementDelivery {
  readonly #session: SettlementContext;
  readonly #deps: SettlementDeliveryDeps;
  #inFlight: Promise<unknown> = Promise.resolve();

  constructor(session: SettlementContext, deps: SettlementDeliveryDeps) {
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
    const { credits, limits, outbox } = this.#session;
    const owner = this.#deps.owner();
    const settle = async (settlement: Settlement): Promise<void> => {
      const limit = limits.pendingNote();
      await owner.settle({ ...settlement, ...this.#creditsOf(settlement.turn), limit });
      if (limit) limits.acknowledge(limit);
      credits.forget(settlement.turn);
    };
    const isEmpty = await outbox.deliver(settle, Date.now(), all);
    if (!isEmpty) await this.#deps.scheduleAlarm();
    return isEmpty;
  }

  #creditsOf(turn: string): Pick<Settlement, 'credits'> {
    const { credits, meta, storage, turns } = this.#session;
    const row = turns.get(turn);
    if (row?.payer !== 'credits') return {};
    const { inputTokens: input, outputTokens: output, ...cached } = sumOfReplies(repliesOf(storage.sql, turn));
    return {
      credits: {
        ...{ session: meta.need('id'), title: meta.get('title') ?? '', model: row.model, calls: credits.costs(turn) },
        tokens: { input, output, cacheRead: cached.cacheReadTokens, cacheWrite: cached.cacheWriteTokens },
      },
    };
  }
}
