import { DurableObject } from 'cloudflare:workers';
import type { AccountDetail, SessionSummary } from '../protocol/resources.ts';
import { defaultNewVisitors, readSettings, type SettingsEnv } from '../settings.ts';
import { isLoopback } from '../treasury/address.ts';
import type { Treasury } from '../treasury/treasury.ts';
import type { Admission, AdmissionRequest, Settlement } from './admission.ts';
import { LeaseBook } from './lease-book.ts';
import { ProjectList } from './project-list.ts';

export interface AccountEnv extends SettingsEnv {
  TREASURY: DurableObjectNamespace<Treasury>;
}

/** One visitor or user: trial turns, leases, projects. */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  readonly #leases = new LeaseBook(this.ctx.storage);
  readonly #projects = new ProjectList(this.ctx.storage);

  /**
   * Decides whether a turn may run and who pays: atomic, and idempotent by turn id. The operator's key pays up to the trial limit,
   * as long as the day's budget covers a call; a newcomer's first trial turn also needs a place among the new visitors of the address.
   */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const known = this.#leases.state(request.turn);
    if (known === undefined) {
      const refusal = await this.#refusalOf(request);
      if (refusal) return refusal;
    }
    // Others may have come while the treasury was asked: the limit is looked at again, in the same step that opens the lease.
    const limit = this.#settings.anonTurnLimit;
    if (!this.#leases.open(request, limit)) return this.#usedUp();
    if (this.#leases.state(request.turn) === 'returned')
      return { ok: false, code: 'internal', detail: 'This turn was given up. Send the prompt again.', fields: {} };
    this.#projects.remember(request.session, request.title, Date.now());
    return { ok: true, lease: { turn: request.turn, payer: 'trial', trial: { used: this.#leases.used, limit } } };
  }

  /** Closes a lease. Idempotent; safe to repeat after an answer that got lost. */
  settle(settlement: Settlement): void {
    this.#leases.settle(settlement);
  }

  detail(): AccountDetail {
    return {
      kind: 'visitor',
      trial: { used: this.#leases.used, limit: this.#settings.anonTurnLimit },
      connection: null,
      rateLimit: null,
      plan: null,
      demo: this.#settings.demo,
    };
  }

  projects(): SessionSummary[] {
    return this.#projects.list();
  }

  /** Puts a project on the list, or renames it there. */
  rememberProject(session: string, title: string): void {
    this.#projects.remember(session, title, Date.now());
  }

  forgetProject(session: string): void {
    this.#projects.forget(session);
  }

  /** Why the operator does not pay for one more turn, or null. A place among the newcomers is only taken by who could build. */
  async #refusalOf(request: AdmissionRequest): Promise<Admission | null> {
    const { anthropicKey, anonTurnLimit, hostedDailyUsd } = this.#settings;
    if (anthropicKey === null) return this.#signIn('This site shares no key of its own.');
    if (this.#leases.used >= anonTurnLimit) return this.#usedUp();
    if (!(await this.#treasury().covers(request.leastUsd, hostedDailyUsd))) {
      const detail = "Today's shared budget is spent. Connect your own Claude to go on now, or come back tomorrow.";
      return { ok: false, code: 'hosted_budget_spent', detail, fields: {} };
    }
    if (this.#leases.welcomed) return null;
    if (!(await this.#welcome(request))) return this.#signIn('This address has used up its trial visitors for today.');
    this.#leases.welcomed = true;
    return null;
  }

  async #welcome({ visitor, address }: AdmissionRequest): Promise<boolean> {
    const limit = this.#settings.newVisitorsPerAddress;
    if (limit === null && isLoopback(address)) return true;
    return this.#treasury().welcome(visitor, address, limit ?? defaultNewVisitors);
  }

  #treasury(): DurableObjectStub<Treasury> {
    return this.env.TREASURY.getByName('treasury');
  }

  #usedUp(): Admission {
    const limit = this.#settings.anonTurnLimit;
    if (limit === 0) return this.#signIn('This site has no trial turns.');
    return this.#signIn(limit === 1 ? 'The trial turn is used up.' : `All ${limit} trial turns are used up.`);
  }

  #signIn(reason: string): Admission {
    const detail = `${reason} Sign in to go on building.`;
    return { ok: false, code: 'sign_in_required', detail, fields: { limit: this.#settings.anonTurnLimit } };
  }
}
