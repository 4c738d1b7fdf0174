import { DurableObject } from 'cloudflare:workers';
import type { ClaudeCredential } from '../claude/client.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { AccountDetail, ConnectionDetail, SessionSummary } from '../protocol/resources.ts';
import { type Reply, replyOf } from '../session/reply.ts';
import { defaultKeyChecks, defaultNewVisitors, readSettings, type SettingsEnv } from '../settings.ts';
import { isLoopback } from '../treasury/address.ts';
import type { Treasury } from '../treasury/treasury.ts';
import type { Admission, AdmissionRequest, Settlement } from './admission.ts';
import { ConnectionKeeper } from './connection-keeper.ts';
import { Flows } from './flows.ts';
import { KeyChecks } from './key-checks.ts';
import { LeaseBook } from './lease-book.ts';
import { ProjectList } from './project-list.ts';
import { createAccountTables, hasAccountTables } from './schema.ts';

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

interface Books {
  leases: LeaseBook;
  projects: ProjectList;
  connection: ConnectionKeeper;
  keyChecks: KeyChecks;
  flows: Flows;
}

/** One visitor or user: trial turns, leases, projects, the connection to Claude. */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  #open: Books | null = null;

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
      connection: this.#books(false)?.connection.detail() ?? null,
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
    this.#books(false)?.connection.forget();
  }

  /** Ids of the models that the account's own connection may use; null where there is none, or Claude has not said so. */
  async models(): Promise<string[] | null> {
    return this.#books(false)?.connection.models() ?? null;
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
      projects: new ProjectList(sql),
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

function notConnected(): Reply<never> {
  return { ok: false, code: 'not_found', detail: 'No Claude account is connected.', fields: {} };
}
