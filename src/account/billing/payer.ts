import type { Trial } from '../../protocol/events.ts';
import type { Settings } from '../../settings.ts';
import type { Connection } from '../connection/connection.ts';
import type { LeasePayer, TurnLeases } from './turn-leases.ts';

export interface PayerSelectionDeps {
  settings: Pick<Settings, 'anonTurnLimit' | 'hostedDailyTurns' | 'credits'>;
  /** Null if the account has stored nothing yet: reading must create no tables. */
  stores(): { connection: Pick<Connection, 'exists'>; leases: TurnLeases } | null;
  isUser(): boolean;
}

/** Decides who pays an account's next turn, and how many turns that payer allows. */
export class PayerSelection {
  readonly #deps: PayerSelectionDeps;

  constructor(deps: PayerSelectionDeps) {
    this.#deps = deps;
  }

  /** The payer of the next turn: the account's own connection, even if broken; else the operator, by trial, credits, or daily turns. */
  get next(): LeasePayer {
    if (this.#deps.stores()?.connection.exists) return 'connection';
    if (!this.#deps.isUser()) return 'trial';
    return this.#deps.settings.credits ? 'credits' : 'hosted';
  }

  /** Turns of the payer's allowance that are used: the trial's of all time, the hosted ones of this UTC day. A connection and credits use none. */
  used(payer: LeasePayer): number {
    const leases = this.#deps.stores()?.leases;
    if (!leases || payer === 'connection' || payer === 'credits') return 0;
    return payer === 'trial' ? leases.trialUsed : leases.hostedUsed(Date.now());
  }

  /** Turns that the payer allows; infinite for a connection, and on credits. */
  limit(payer: LeasePayer): number {
    const { anonTurnLimit, hostedDailyTurns } = this.#deps.settings;
    if (payer === 'connection' || payer === 'credits') return Number.POSITIVE_INFINITY;
    return payer === 'trial' ? anonTurnLimit : hostedDailyTurns;
  }

  allowance(payer: LeasePayer): Trial {
    return { used: this.used(payer), limit: this.limit(payer) };
  }
}

/** Identifies a connected Claude account in leases and limit notes. A new connection is a new source, even with the same key. */
export const sourceOf = (connection: Pick<Connection, 'detail'>): string =>
  `connection ${connection.detail()?.since ?? 0}`;
