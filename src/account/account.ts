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
   * Decides whether a turn may run and who pays: atomic, and idempotent by turn id. The operator's key pays up to the trial limit;
   * a newcomer's first trial turn also needs a place among the new visitors of the address.
   */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const known = this.#leases.find(request.turn);
    if (!known && !this.#leases.welcomed) {
      const welcome = this.#settings.anthropicKey !== null && (await this.#welcome(request));
      if (!welcome) return this.#refusal('This address has used up its trial visitors for today.');
      this.#leases.welcomed = true;
    }
    const limit = this.#settings.anonTurnLimit;
    if (!this.#leases.open(request, limit)) {
      return this.#refusal(limit === 1 ? 'The trial turn is used up.' : `All ${limit} trial turns are used up.`);
    }
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
    this.#projects.rename(session, title);
  }

  forgetProject(session: string): void {
    this.#projects.forget(session);
  }

  async #welcome(request: AdmissionRequest): Promise<boolean> {
    const limit = this.#settings.newVisitorsPerAddress;
    if (limit === null && isLoopback(request.address)) return true;
    return this.env.TREASURY.getByName('treasury').welcome(
      request.visitor,
      request.address,
      limit ?? defaultNewVisitors,
    );
  }

  #refusal(reason: string): Admission {
    const detail = `${reason} Sign in to go on building.`;
    return { ok: false, code: 'sign_in_required', detail, fields: { limit: this.#settings.anonTurnLimit } };
  }
}
