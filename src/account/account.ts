import { DurableObject } from 'cloudflare:workers';
import type { ClaudeCredential } from '../claude/client.ts';
import type { AccountDetail, ModelEntry, SessionSummary } from '../protocol/resources.ts';
import type { Reply } from '../session/reply.ts';
import { readSettings, type SettingsEnv } from '../settings.ts';
import type { Treasury } from '../treasury/treasury.ts';
import type { Admission, AdmissionRequest, Settlement } from './admission.ts';
import { type AccountBooks, AdmissionDesk, challengeRefusal } from './admission-desk.ts';
import { ConnectionKeeper } from './connection-keeper.ts';
import { LeaseBook } from './lease-book.ts';
import { connectedModels, sharedModels } from './model-list.ts';
import { ProjectList } from './project-list.ts';
import { createAccountTables, hasAccountTables } from './schema.ts';
import { checkTurnstile } from './turnstile.ts';
import { isUserAccount } from './user.ts';
import { Welcome } from './welcome.ts';

export interface AccountEnv extends SettingsEnv {
  TREASURY: DurableObjectNamespace<Treasury>;
}

/** One visitor or user: who pays, leases, projects. */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  readonly #connection = new ConnectionKeeper();
  readonly #desk = new AdmissionDesk({
    settings: this.#settings,
    kept: () => this.#books(false),
    keep: () => this.#books(),
    isUser: () => this.#isUser(),
    connection: this.#connection,
    treasury: () => this.env.TREASURY.getByName('treasury'),
  });
  #open: AccountBooks | null = null;

  /** Decides whether a turn may run and who pays: atomic, and idempotent by turn id. */
  admit(request: AdmissionRequest): Promise<Admission> {
    return this.#desk.admit(request);
  }

  /** Closes a lease. Idempotent; safe to repeat after an answer that got lost. */
  settle(settlement: Settlement): void {
    this.#books().leases.settle(settlement, Date.now());
  }

  /** Has Cloudflare check the token of a new visitor's widget, and notes for good that it was passed. */
  async passChallenge(token: string, address: string): Promise<Reply<null>> {
    const { turnstile } = this.#settings;
    if (turnstile === null || this.#desk.detail().turnstile === null) return { ok: true, value: null };
    const answer = await checkTurnstile(turnstile.secret, token, address);
    if (answer === 'passed') {
      this.#books().welcome.stamp('challenge', Date.now());
      return { ok: true, value: null };
    }
    const detail =
      answer === 'failed'
        ? 'The check that you are a person was not passed. Try it again.'
        : 'The check that you are a person could not be made. Try it again.';
    return challengeRefusal(turnstile.siteKey, detail);
  }

  /** Whether the session of this account may be set to a model; `subscription_required` where the payer does not allow it. */
  async allowsModel(model: string): Promise<Reply<null>> {
    return (await this.#desk.modelRefusal(model)) ?? { ok: true, value: null };
  }

  /** What may be picked, and what of it the payer allows now. */
  async models(): Promise<ModelEntry[]> {
    if (this.#desk.payer !== 'connection') return [...sharedModels];
    return connectedModels(await this.#connection.models());
  }

  detail(): AccountDetail {
    return {
      kind: this.#isUser() ? 'user' : 'visitor',
      connection: this.#connection.detail(),
      rateLimit: null,
      plan: null,
      name: null,
      providers: this.#settings.oidcProviders.map(({ id, name }) => ({ id, name })),
      oauth: this.#settings.claudeOAuth !== null,
      demo: this.#settings.demo,
      ...this.#desk.detail(),
    };
  }

  /** What a turn of this account asks Claude with; `connection_broken` where the connection cannot be used. */
  credential(): Promise<Reply<{ credential: ClaudeCredential }>> {
    return this.#connection.credential();
  }

  renewCredential(refused: ClaudeCredential): Promise<Reply<{ credential: ClaudeCredential }>> {
    return this.#connection.renew(refused);
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

  #isUser(): boolean {
    return isUserAccount(this.ctx.storage.sql);
  }

  /** What this account keeps. Without `make`: null where it has kept nothing yet, so that a look leaves no trace. */
  #books(): AccountBooks;
  #books(make: false): AccountBooks | null;
  #books(make = true): AccountBooks | null {
    const { sql } = this.ctx.storage;
    if (this.#open) return this.#open;
    if (!make && !hasAccountTables(sql)) return null;
    createAccountTables(sql);
    this.#open = { leases: new LeaseBook(sql), projects: new ProjectList(sql), welcome: new Welcome(sql) };
    return this.#open;
  }
}
