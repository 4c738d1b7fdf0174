import { DurableObject } from 'cloudflare:workers';
import type { AccountDetail, SessionSummary } from '../protocol/resources.ts';
import { defaultNewVisitors, readSettings, type SettingsEnv } from '../settings.ts';
import { isLoopback } from '../treasury/address.ts';
import type { Treasury } from '../treasury/treasury.ts';
import type { Admission, AdmissionRequest, Settlement } from './admission.ts';
import { LeaseBook } from './lease-book.ts';
import { ProjectList } from './project-list.ts';
import { createAccountTables, hasAccountTables } from './schema.ts';

export interface AccountEnv extends SettingsEnv {
  TREASURY: DurableObjectNamespace<Treasury>;
}

/** One visitor or user: trial turns, leases, projects. */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  #open: { leases: LeaseBook; projects: ProjectList } | null = null;

  /**
   * Decides whether a turn may run and who pays: atomic, and idempotent by turn id. The operator's key pays up to the trial limit,
   * as long as the day's budget covers a call; a newcomer's first trial turn also needs a place among the new visitors of the address.
   */
  async admit(request: AdmissionRequest): Promise<Admission> {
    if (this.#books(false)?.leases.state(request.turn) === undefined) {
      const refusal = await this.#refusalOf(request);
      if (refusal) return refusal;
    }
    // Others may have come while the treasury was asked: the limit is looked at again, in the same step that opens the lease.
    const limit = this.#settings.anonTurnLimit;
    const { leases, projects } = this.#books();
    if (!leases.open(request, limit)) return this.#usedUp();
    if (leases.state(request.turn) === 'returned')
      return { ok: false, code: 'internal', detail: 'This turn was given up. Send the prompt again.', fields: {} };
    projects.remember(request.session, request.title, Date.now());
    return {
      ok: true,
      lease: {
        turn: request.turn,
        payer: 'trial',
        trial: { used: leases.used, limit },
        credential: { kind: 'api_key', key: this.#settings.anthropicKey ?? '' },
      },
    };
  }

  /** Closes a lease. Idempotent; safe to repeat after an answer that got lost. */
  settle(settlement: Settlement): void {
    this.#books().leases.settle(settlement);
  }

  detail(): AccountDetail {
    return {
      kind: 'visitor',
      trial: { used: this.#books(false)?.leases.used ?? 0, limit: this.#settings.anonTurnLimit },
      connection: null,
      rateLimit: null,
      plan: null,
      payer: 'trial',
      hosted: null,
      name: null,
      providers: this.#settings.oidcProviders.map(({ id, name }) => ({ id, name })),
      oauth: this.#settings.claudeOAuth !== null,
      turnstile: null,
      demo: this.#settings.demo,
    };
  }

  projects(): SessionSummary[] {
    return this.#books(false)?.projects.list() ?? [];
  }

  /** Puts a project on the list, or renames it there. */
  rememberProject(session: string, title: string): void {
    this.#books().projects.remember(session, title, Date.now());
  }

  forgetProject(session: string): void {
    this.#books(false)?.projects.forget(session);
  }

  /** What this account keeps. Without `make`: null where it has kept nothing yet, so that a look leaves no trace. */
  #books(): { leases: LeaseBook; projects: ProjectList };
  #books(make: false): { leases: LeaseBook; projects: ProjectList } | null;
  #books(make = true): { leases: LeaseBook; projects: ProjectList } | null {
    const { sql } = this.ctx.storage;
    if (this.#open) return this.#open;
    if (!make && !hasAccountTables(sql)) return null;
    createAccountTables(sql);
    this.#open = { leases: new LeaseBook(sql), projects: new ProjectList(sql) };
    return this.#open;
  }

  /** Why the operator does not pay for one more turn, or null. A place among the newcomers is only taken by who could build. */
  async #refusalOf(request: AdmissionRequest): Promise<Admission | null> {
    const { anthropicKey, anonTurnLimit, hostedDailyUsd } = this.#settings;
    if (anthropicKey === null) return this.#signIn('This site shares no key of its own.');
    if ((this.#books(false)?.leases.used ?? 0) >= anonTurnLimit) return this.#usedUp();
    if (!(await this.#treasury().covers(request.leastUsd, hostedDailyUsd))) {
      const detail = "Today's shared budget is spent. Connect your own Claude to go on now, or come back tomorrow.";
      return { ok: false, code: 'hosted_budget_spent', detail, fields: {} };
    }
    if (this.#books(false)?.leases.welcomed) return null;
    if (!(await this.#welcome(request))) return this.#signIn('This address has used up its trial visitors for today.');
    this.#books().leases.welcomed = true;
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
