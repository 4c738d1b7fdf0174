import { redactedLine } from '../../log/redact.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { RateLimitStore } from '../billing/rate-limit-store.ts';
import { sourceOf } from '../billing/turn-admission.ts';
import type { TurnLeases } from '../billing/turn-leases.ts';
import type { Connection } from '../connection/connection.ts';
import type { Identity } from '../sign-in/identity-object.ts';
import type { SignInMethods } from '../sign-in/sign-in-methods.ts';
import type { ProjectList } from '../storage/project-list.ts';
import { AccountDeletion } from './account-deletion.ts';
import { AccountMerge, type AccountTransfer } from './account-merge.ts';

/** A session, as far as its owner's account hands it on or deletes it. */
interface OwnedSession extends Rpc.DurableObjectBranded {
  changeOwner(from: string, to: string): Promise<void>;
  erase(owner: string): Promise<boolean>;
}

/** Another account, as far as this one hands over to it. */
interface OtherAccount extends Rpc.DurableObjectBranded {
  takeIn(parcel: AccountTransfer): Promise<boolean>;
  dissolve(account: string): Promise<void>;
}

/** The objects that an account's end reaches. */
export interface AccountLifecycleEnv {
  ACCOUNT: DurableObjectNamespace<OtherAccount>;
  SESSION: DurableObjectNamespace<OwnedSession>;
  IDENTITY: DurableObjectNamespace<Identity>;
  TREASURY: DurableObjectNamespace<Treasury>;
}

/** What the life of an account needs of the object that it is in. */
export interface AccountLifecycleDeps {
  storage: DurableObjectStorage;
  env: AccountLifecycleEnv;
  /** What is kept, or null where nothing is. */
  kept(): { leases: TurnLeases; projects: ProjectList; connection: Connection; limits: RateLimitStore } | null;
  /** Null for a visitor. */
  user(): SignInMethods | null;
  /** Sets the alarm to when something is next due. */
  schedule(): Promise<void>;
  /** Nothing is stored any more: what is in memory is void. */
  emptied(): void;
}

/** Whether an account is somebody's, and how it ends: merged into a user's, or deleted. */
export class AccountLifecycle {
  readonly #host: AccountLifecycleDeps;
  readonly #merge: AccountMerge;
  readonly #closing: AccountDeletion;
  #over = false;

  constructor(host: AccountLifecycleDeps) {
    this.#host = host;
    const { env, kept, schedule, storage, user } = host;
    const { sql } = storage;
    this.#merge = new AccountMerge({
      sql,
      schedule,
      send: async (visitor, into) => env.ACCOUNT.getByName(into).takeIn(await this.#parcel(visitor)),
      handOn: (session, from, to) => env.SESSION.getByName(session).changeOwner(from, to),
      forget: () => this.#forgetConnection(),
      stranded: async () => {
        this.#closing.begin(this.#merge.visitor);
        await this.#closing.finish();
      },
    });
    this.#closing = new AccountDeletion({
      sql,
      schedule,
      visitors: () => user()?.mergedFrom() ?? [],
      dissolve: (visitor, account) => env.ACCOUNT.getByName(visitor).dissolve(account),
      sessions: () => (kept()?.projects.rows() ?? []).map(({ session }) => session),
      erase: (session, owner) => env.SESSION.getByName(session).erase(owner),
      withdraw: (account) => this.#withdraw(account),
      empty: () => this.#empty(),
    });
  }

  /** Whether somebody is here: no visitor who has become a user, and no account that is being deleted. */
  get isHere(): boolean {
    return this.#merge.into === null && !this.#closing.open && !this.#over;
  }

  /** Whether the account was deleted under this very object: nothing may come to be here any more. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The account of the user whom this visitor has become, once what was kept here is there; null for everybody else. */
  async successor(): Promise<string | null> {
    if (this.#merge.into !== null) await this.#merge.finish();
    return this.#merge.into;
  }

  /**
   * Merges this visitor into a user, whose account keeps all from now on. Idempotent; the first call decides where it goes.
   *
   * @returns whether all has arrived; what has not follows by itself
   */
  async mergeInto(visitor: string, user: string): Promise<boolean> {
    if (this.#host.user() || this.#closing.open || this.#over) return true;
    this.#merge.begin(visitor, user, Date.now());
    return this.#attempt('a merge', () => this.#merge.finish());
  }

  /** The user into whose account this visitor was merged is being deleted: once all has arrived there, nothing stays here. */
  async dissolve(account: string): Promise<void> {
    if (this.#merge.into !== account) return;
    if (!(await this.#merge.finish())) throw new Error('The merge is not done yet.');
    await this.#empty();
  }

  /**
   * Deletes the account with all that belongs to it.
   *
   * @returns whether nothing is left of it; what is left goes by itself
   */
  async close(account: string): Promise<boolean> {
    if (this.#merge.into !== null || this.#over) return true;
    this.#host.user()?.logins.closeAll();
    this.#closing.begin(account);
    return this.#attempt('the deletion of an account', () => this.#closing.finish());
  }

  /** When `tend` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    return this.#closing.dueAt() ?? this.#merge.dueAt();
  }

  /** Goes on with what was interrupted. */
  async tend(): Promise<void> {
    if (this.#closing.open) await this.#closing.finish();
    else await this.#merge.finish();
  }

  async #attempt(what: string, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      console.error(redactedLine(`${what} was interrupted: ${error}`));
      return false;
    }
  }

  async #parcel(visitor: string): Promise<AccountTransfer> {
    const books = this.#host.kept();
    if (!books) return { visitor, leases: [], projects: [], connection: null, limit: null };
    const given = await books.connection.give();
    if (!given.ok) throw new Error(given.detail);
    const limit = books.limits.newest(sourceOf(books.connection));
    return { visitor, leases: books.leases.rows(), projects: books.projects.rows(), connection: given.value, limit };
  }

  async #forgetConnection(): Promise<void> {
    const connection = this.#host.kept()?.connection;
    connection?.forget();
    await connection?.tend();
    if (typeof connection?.dueAt() === 'number') throw new Error('The connection is not forgotten everywhere yet.');
  }

  /** Takes back what other objects keep of this account. */
  async #withdraw(account: string): Promise<void> {
    await this.#forgetConnection();
    const { env, user } = this.#host;
    const known = [account, ...(user()?.mergedFrom() ?? [])];
    const identities = user()?.identities.list() ?? [];
    await Promise.all([
      env.TREASURY.getByName('treasury').forgetVisitors(known),
      ...identities.map(({ id }) => env.IDENTITY.getByName(id).release(account)),
    ]);
  }

  async #empty(): Promise<void> {
    const { emptied, storage } = this.#host;
    this.#over = true;
    emptied();
    await storage.deleteAlarm();
    await storage.deleteAll();
  }
}
