import type { Account } from '../../account/account.ts';
import type { Admission, AdmissionRequest } from '../../account/billing/admission-types.ts';
import { buildRequest, requestTokens } from '../../agent/build-request.ts';
import { costBounds } from '../../agent/call-cost.ts';
import { turnLimits } from '../../agent/turn-limits.ts';
import { defaultModel } from '../../claude/model-catalogue.ts';
import { versionLabel } from '../../workspace/version-label.ts';
import { cachedRequestPrefix } from './cached-request-prefix.ts';
import { firstRequestTokens } from './context-window.ts';
import type { SettlementDelivery } from './settlement-delivery.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';

/** Attempts to reach the account, which may be moving or restarting. */
const maxAttempts = 3;

/** The fields of an admission request that are held in memory only: no row stores them. */
export type TransientRequest = Required<Pick<AdmissionRequest, 'address' | 'force'>> &
  Pick<AdmissionRequest, 'network'>;

/** Defaults for a turn that is resumed after eviction: `address` and `force` are not persisted. */
export const resumedRequest: TransientRequest = { address: '', force: false };

export interface AdmissionClientDeps {
  /** The account that owns the session now. */
  owner(): DurableObjectStub<Account>;
  /** Sets the alarm to when it is next needed. */
  scheduleAlarm(): Promise<void>;
  /** Keeps the object alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
  settlements: SettlementDelivery;
}

/** Asks the owner's account whether a turn may run, and who pays. */
export class AdmissionClient {
  readonly #session: Pick<TurnContext, 'meta' | 'sandbox' | 'storage' | 'transcript'>;
  readonly #deps: AdmissionClientDeps;
  #pending: { turn: string; cancel: () => void } | null = null;

  constructor(session: Pick<TurnContext, 'meta' | 'sandbox' | 'storage' | 'transcript'>, deps: AdmissionClientDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  /** Whether this object is already asking about a turn: a turn found `admitting` meanwhile must not be asked about twice. */
  isPending(turn: string): boolean {
    return this.#pending?.turn === turn;
  }

  /** Stops waiting for the answer about a turn. */
  cancel(turn: string): void {
    if (this.#pending?.turn === turn) this.#pending.cancel();
  }

  /**
   * Asks, while the alarm that would resume the turn is set.
   *
   * @returns null if the wait was cancelled
   * @throws where the account cannot be reached
   */
  async ask(turn: TurnRow, transient: TransientRequest): Promise<Admission | null> {
    const cancelled = Promise.withResolvers<null>();
    this.#pending = { turn: turn.id, cancel: () => cancelled.resolve(null) };
    const answer = Promise.all([this.#deps.scheduleAlarm(), this.#askAccount(turn, transient)]).then(
      ([, admission]) => admission,
    );
    // A lease granted after the wait was cancelled is undone by the settlement of the turn.
    this.#deps.waitUntil(answer.catch(() => undefined));
    try {
      return await Promise.race([answer, cancelled.promise]);
    } finally {
      this.#pending = null;
    }
  }

  async #askAccount(turn: TurnRow, transient: TransientRequest): Promise<Admission> {
    // A turn that is given back makes room for this one.
    await this.#deps.settlements.inFlight;
    const { meta } = this.#session;
    const { outputTokens } = turnLimits;
    const prefix = cachedRequestPrefix(this.#session);
    const empty = buildRequest({ model: defaultModel, ...prefix, outputTokens, messages: [] });
    const request = {
      turn: turn.id,
      session: meta.need('id'),
      title: meta.get('title') || versionLabel(turn.prompt),
      model: turn.wantedModel,
      preferred: turn.model,
      leastUsd: costBounds(defaultModel, requestTokens(empty), outputTokens).most,
      promptTokens: firstRequestTokens(this.#session, turn),
      newProject: meta.get('state') === 'new',
      queued: turn.queued,
      ...transient,
    };
    for (let attempt = 1; ; attempt++) {
      const owner = meta.need('owner');
      try {
        const admission = await this.#deps.owner().admit({ ...request, visitor: owner });
        // Refused because the visitor signed in meanwhile: the project now belongs to the user, whose account is asked next.
        if (!admission.ok && meta.need('owner') !== owner) continue;
        return admission;
      } catch (error) {
        if (attempt >= maxAttempts) throw error;
      }
    }
  }
}
