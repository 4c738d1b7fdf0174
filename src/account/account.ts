import { DurableObject } from 'cloudflare:workers';
import type { ClaudeCredential } from '../claude/client.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { AccountDetail, ConnectionDetail, ModelEntry, SessionSummary } from '../protocol/resources.ts';
import { type Reply, replyOf } from '../session/reply.ts';
import { defaultKeyChecks, readSettings, type SettingsEnv } from '../settings.ts';
import { isLoopback } from '../treasury/address.ts';
import type { Treasury } from '../treasury/treasury.ts';
import type { Admission, AdmissionRequest, Settlement } from './admission.ts';
import { type AccountBooks, AdmissionDesk, challengeRefusal, sourceOf } from './admission-desk.ts';
import { ConnectionKeeper } from './connection-keeper.ts';
import { Flows } from './flows.ts';
import { KeyChecks } from './key-checks.ts';
import { LeaseBook } from './lease-book.ts';
import { LimitMemory } from './limit-memory.ts';
import { connectedModels, sharedModels } from './model-menu.ts';
import { ProjectList } from './project-list.ts';
import { createAccountTables, hasAccountTables } from './schema.ts';
import { checkTurnstile } from './turnstile.ts';
import { isUserAccount } from './user.ts';
import { Welcome } from './welcome.ts';

export interface AccountEnv extends SettingsEnv {
  TREASURY: DurableObjectNamespace<Treasury>;
  VAULT: KVNamespace;
}

/** A key to be checked and kept. */
export interface KeyRequest {
  key: string;
  /** The address that it came from. */
  address: string;
}

interface Books extends AccountBooks {
  keyChecks: KeyChecks;
  flows: Flows;
}

/** One visitor or user: trial turns, leases, projects, the connection to Claude. */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  readonly #desk = new AdmissionDesk({
    settings: this.#settings,
    kept: () => this.#books(false),
    keep: () => this.#books(),
    isUser: () => this.#isUser(),
    treasury: () => this.#treasury(),
  });
  #open: Books | null = null;

  /** Decides whether a turn may run and who pays: atomic, and idempotent by turn id. */
  admit(request: AdmissionRequest): Promise<Admission> {
    return this.#desk.admit(request);
  }

  /** Closes a lease. Idempotent; safe to repeat after an answer that got lost. */
  settle(settlement: Settlement): void {
    const { connection, leases, limits } = this.#books();
    leases.settle(settlement, Date.now());
    const { limit } = settlement;
    // What was said of a connection that has been replaced since is not said of this one.
    if (limit && limit.source === sourceOf(connection)) limits.note(limit, Date.now());
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

  /** Why a session of this account may not be set to a model now, in a sentence, or null. */
  modelRefusal(model: string): Promise<string | null> {
    return this.#desk.modelRefusal(model);
  }

  /** What may be picked, and what of it the payer allows now. */
  async models(): Promise<ModelEntry[]> {
    if (this.#desk.payer !== 'connection') return [...sharedModels];
    return connectedModels((await this.#books(false)?.connection.models()) ?? null);
  }

  detail(): AccountDetail {
    return {
      kind: this.#isUser() ? 'user' : 'visitor',
      connection: this.#books(false)?.connection.detail() ?? null,
      rateLimit: this.#rateLimit(),
      plan: null,
      name: null,
      providers: this.#settings.oidcProviders.map(({ id, name }) => ({ id, name })),
      oauth: this.#settings.claudeOAuth !== null,
      demo: this.#settings.demo,
      ...this.#desk.detail(),
    };
  }

  /** The account's own credential. Refusals: `not_found`, `connection_broken`, `connection_unavailable`. */
  async credential(): Promise<Reply<{ credential: ClaudeCredential }>> {
    return (await this.#books(false)?.connection.credential()) ?? notConnected();
  }

  /** Another credential, after Claude has answered 401 to one. Refusals as of `credential`. */
  async renewCredential(refused: ClaudeCredential): Promise<Reply<{ credential: ClaudeCredential }>> {
    return (await this.#books(false)?.connection.renew(refused)) ?? notConnected();
  }

  /** Checks a key and keeps it. Refusals: `key_rejected`, `claude_unreachable`, `too_many_requests`. */
  async connectKey({ key, address }: KeyRequest): Promise<Reply<ConnectionDetail>> {
    const counted = await replyOf(() => this.#countKeyCheck(address));
    return counted.ok ? this.#books().connection.connectKey(key) : counted;
  }

  disconnect(): void {
    const books = this.#books(false);
    books?.connection.forget();
    books?.limits.forget();
  }

  override async alarm(): Promise<void> {
    const books = this.#books(false);
    if (!books) return;
    books.flows.forgetExpired(Date.now());
    await books.connection.tend();
    await this.#schedule();
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

  /** What Claude last said of the limits of the connection, until it resets. */
  #rateLimit(): AccountDetail['rateLimit'] {
    const books = this.#books(false);
    return books?.connection.exists ? books.limits.state(sourceOf(books.connection), Date.now()) : null;
  }

  #isUser(): boolean {
    return isUserAccount(this.ctx.storage.sql);
  }

  /** What this account keeps. Without `make`: null where it has kept nothing yet, so that a look leaves no trace. */
  #books(): Books;
  #books(make: false): Books | null;
  #books(make = true): Books | null {
    const { storage } = this.ctx;
    const { sql } = storage;
    if (this.#open) return this.#open;
    if (!make && !hasAccountTables(sql)) return null;
    createAccountTables(sql);
    const { vaultKeys: keys, anthropicBaseUrl: baseUrl } = this.#settings;
    // An alarm knows the object's id and not its name.
    const account = this.ctx.id.toString();
    this.#open = {
      leases: new LeaseBook(sql),
      limits: new LimitMemory(sql),
      projects: new ProjectList(sql),
      welcome: new Welcome(sql),
      keyChecks: new KeyChecks(sql),
      flows: new Flows(sql, keys, account),
      connection: new ConnectionKeeper({
        sql,
        kv: this.env.VAULT,
        keys,
        account,
        baseUrl,
        now: Date.now,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        sync: () => storage.sync(),
        schedule: () => this.ctx.waitUntil(this.#schedule()),
      }),
    };
    return this.#open;
  }

  /** Sets the alarm to when something is next due. */
  async #schedule(): Promise<void> {
    const books = this.#books(false);
    const due = [books?.connection.dueAt(), books?.flows.dueAt()].filter((at) => typeof at === 'number');
    if (due.length > 0) await this.ctx.storage.setAlarm(Math.min(...due));
  }

  /** Counts a check before it goes out, so that parallel ones do not pass. @throws ProblemError `too_many_requests` */
  async #countKeyCheck(address: string): Promise<void> {
    const limit = this.#settings.keyChecksPerAddress;
    const tooMany = (retryAfter: number): ProblemError =>
      new ProblemError('too_many_requests', 'Too many keys were tried. Wait a while, then try again.', { retryAfter });
    const own = this.#books(false)?.keyChecks.wait(Date.now()) ?? 0;
    if (own > 0) throw tooMany(own);
    if (limit !== null || !isLoopback(address)) {
      const wait = await this.#treasury().countKeyCheck(address, limit ?? defaultKeyChecks);
      if (wait > 0) throw tooMany(wait);
    }
    const { keyChecks } = this.#books();
    const stillOwn = keyChecks.wait(Date.now());
    if (stillOwn > 0) throw tooMany(stillOwn);
    keyChecks.count(Date.now());
  }

  #treasury(): DurableObjectStub<Treasury> {
    return this.env.TREASURY.getByName('treasury');
  }
}

function notConnected(): Reply<never> {
  return { ok: false, code: 'not_found', detail: 'No Claude account is connected.', fields: {} };
}
