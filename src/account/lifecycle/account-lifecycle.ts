import { offsetClock } from '../../async/offset-clock.ts';
import { logError } from '../../log/error-log.ts';
import type { Treasury } from '../../operator/treasury.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { Settings } from '../../settings.ts';
import { sourceOf } from '../billing/payer.ts';
import type { Identity } from '../sign-in/identity-object.ts';
import { type Logins, loginDigest } from '../sign-in/logins.ts';
import type { SignInMethods } from '../sign-in/sign-in-methods.ts';
import { AccountDeletion } from './account-deletion.ts';
import { AccountMerge, type AccountTransfer } from './account-merge.ts';
import type { AccountStores } from './account-stores.ts';
import { emptyAt, holdsNothing } from './empty-account.ts';
import { LoginRevocation } from './login-revocation.ts';

/** The calls of a session by which its owner's account transfers or deletes it, or tells it news. */
interface OwnedSession extends Rpc.DurableObjectBranded {
  changeOwner(from: string, to: string): Promise<void>;
  erase(owner: string): Promise<boolean>;
  endLogins(logins: readonly string[]): Promise<void>;
  endCreditWait(): Promise<boolean>;
}

/** The calls of another account that a merge or a deletion needs. */
interface OtherAccount extends Rpc.DurableObjectBranded {
  importTransfer(transfer: AccountTransfer): Promise<boolean>;
  removeTombstone(account: string): Promise<void>;
}

/** The objects that a merge or a deletion reaches. */
export interface AccountLifecycleEnv {
  ACCOUNT: DurableObjectNamespace<OtherAccount>;
  SESSION: DurableObjectNamespace<OwnedSession>;
  IDENTITY: DurableObjectNamespace<Identity>;
  TREASURY: DurableObjectNamespace<Treasury>;
}

export interface AccountLifecycleDeps {
  storage: DurableObjectStorage;
  env: AccountLifecycleEnv;
  /** The stores, also while the account is not active; null if there are none. */
  stores(): Pick<AccountStores, 'connection' | 'leases' | 'limits' | 'projects' | 'visitorGate'> | null;
  /** Null for a visitor. */
  user(): SignInMethods | null;
  /** Sets the alarm to when something is next due. */
  schedule(): Promise<void>;
  settings: Pick<Settings, 'clockOffsetMs'>;
  waitUntil(promise: Promise<unknown>): void;
  /** Called before the storage is deleted: state in memory is void from then on. */
  onStorageDeleted(): void;
}

const noSuchAccount = (): ProblemError =>
  new ProblemError('not_found', 'There is no such account.', { reason: 'account' });

/** Whether an account is active, and its two ends: the merge into a user's account, or the deletion. */
export class AccountLifecycle {
  readonly #deps: AccountLifecycleDeps;
  readonly #merge: AccountMerge;
  readonly #deletion: AccountDeletion;
  readonly #revocation: LoginRevocation;
  readonly #now: () => number;
  #isEmptied = false;
  /**
   * The user's account that the visitor went on with who had nothing stored. In memory only: what was on its way here at the sign-in is
   * refused, and nothing is left that could be looked for later.
   */
  #wentTo: string | null = null;

  constructor(deps: AccountLifecycleDeps) {
    this.#deps = deps;
    const { env, settings, stores, schedule, storage, user } = deps;
    this.#now = offsetClock(settings);
    const { sql } = storage;
    const sessions = () => (stores()?.projects.rows() ?? []).map(({ session }) => session);
    this.#merge = new AccountMerge({
      sql,
      schedule,
      send: async (visitor, target) => {
        await this.#moveSpending(visitor, target);
        return env.ACCOUNT.getByName(target).importTransfer(await this.#exportTransfer(visitor));
      },
      transferSession: (session, from, to) => env.SESSION.getByName(session).changeOwner(from, to),
      forgetConnection: () => this.#forgetConnection(),
      targetDeleted: async () => {
        this.#deletion.begin(this.#merge.visitor);
        await this.#deletion.finish();
      },
    });
    this.#deletion = new AccountDeletion({
      sql,
      schedule,
      mergedVisitors: () => user()?.mergedFrom() ?? [],
      removeTombstone: (visitor, account) => env.ACCOUNT.getByName(visitor).removeTombstone(account),
      sessions,
      deleteSession: (session, owner) => env.SESSION.getByName(session).erase(owner),
      releaseElsewhere: (account) => this.#releaseElsewhere(account),
      deleteStorage: () => this.#deleteStorage(),
    });
    this.#revocation = new LoginRevocation({
      schedule,
      ended: () => user()?.logins.ended() ?? [],
      forgetEnded: (logins) => user()?.logins.forgetEnded(logins),
      sessions,
      closeAt: (session, logins) => env.SESSION.getByName(session).endLogins(logins),
    });
  }

  /** False for a visitor who has become a user, and for an account that is being deleted. */
  get isActive(): boolean {
    return this.#successor === null && !this.#deletion.isPending && !this.#isEmptied;
  }

  /** @throws ProblemError `not_found` unless it is active */
  assertActive(): void {
    if (!this.isActive) throw noSuchAccount();
  }

  /** Whether the account was deleted while this object is in memory: nothing may be stored any more. */
  get isDeleted(): boolean {
    return this.#isEmptied;
  }

  /** The user's account that this visitor was merged into, once the transfer is done; null for everybody else. */
  async successor(): Promise<string | null> {
    if (this.#merge.target !== null) await this.#merge.finish();
    return this.#successor;
  }

  get #successor(): string | null {
    return this.#merge.target ?? this.#wentTo;
  }

  /**
   * Merges this visitor into a user's account, which owns everything from then on. Idempotent; the first call decides the target. A visitor
   * who has nothing stored leaves nothing: no tombstone, no row in the user's account.
   *
   * @returns whether the transfer is done; if not, the alarm goes on with it
   */
  async mergeInto(visitor: string, user: string): Promise<boolean> {
    const { storage, user: ofUser } = this.#deps;
    if (ofUser() || this.#deletion.isPending || this.#isEmptied) return true;
    if (this.#merge.target === null && holdsNothing(storage.sql)) {
      this.#wentTo ??= user;
      await this.deleteIfEmpty();
      return true;
    }
    this.#merge.begin(visitor, user, Date.now());
    return this.#logFailure('a merge', () => this.#merge.finish());
  }

  /** Tells a project that its queued prompts need not wait for credits any more. @param onHeard called once it has heard of it */
  endCreditWait(session: string, onHeard: () => void): void {
    const told = this.#deps.env.SESSION.getByName(session).endCreditWait();
    this.#deps.waitUntil(
      told.then(
        (hasHeard) => hasHeard && onHeard(),
        () => undefined,
      ),
    );
  }

  /**
   * Deletes what is left of a merged visitor, the tombstone: the account that it was merged into is being deleted.
   *
   * @throws Error if the transfer is not done yet
   */
  async removeTombstone(account: string): Promise<void> {
    if (this.#merge.target !== account) return;
    if (!(await this.#merge.finish())) throw new Error('The merge is not done yet.');
    await this.#deleteStorage();
  }

  /**
   * Deletes the account with everything that belongs to it.
   *
   * @param login the caller's own; null for a visitor
   * @returns whether the deletion is done; if not, the alarm goes on with it
   * @throws ProblemError `fresh_sign_in_required` for a user; `not_found` for a visitor who has become one: nothing is here any more
   */
  async delete(account: string, login: string | null): Promise<boolean> {
    if (this.#successor !== null) throw noSuchAccount();
    if (this.#isEmptied) return true;
    if (!this.#deletion.isPending) this.#deps.user()?.assertFresh(login, this.#now());
    const logins = this.#deps.user()?.logins;
    logins?.removeAll();
    // What the caller has open ends with its project: the last that it hears is that the turn was stopped.
    if (login !== null) logins?.forgetEnded([loginDigest(login)]);
    this.#deletion.begin(account);
    await this.revokeLogins();
    return this.#logFailure('the deletion of an account', () => this.#deletion.finish());
  }

  /** Asks about a login. Tells the sessions if it has just ended by itself. */
  hasLogin(stands: (logins: Logins, now: number) => boolean): boolean {
    const user = this.#deps.user();
    const isStanding = this.isActive && user !== null && stands(user.logins, this.#now());
    if (!isStanding) this.#deps.waitUntil(this.revokeLogins());
    return isStanding;
  }

  /** Closes what ended logins have open at the sessions. If one cannot be reached, the alarm goes on with it. */
  async revokeLogins(): Promise<void> {
    await this.#logFailure('the end of a login', () => this.#revocation.finish());
  }

  /** Deletes the storage of an account in which nothing is stored any more. The account may begin anew at any time. */
  async deleteIfEmpty(): Promise<void> {
    const at = this.#emptyAt();
    if (at === null || at > Date.now()) return;
    const { onStorageDeleted, storage } = this.#deps;
    onStorageDeleted();
    // Both at once: what begins while they are confirmed has its tables and its alarm.
    await Promise.all([storage.deleteAlarm(), storage.deleteAll()]);
  }

  #emptyAt(): number | null {
    return emptyAt(this.#deps.storage.sql, this.#deps.settings.clockOffsetMs);
  }

  /** When `resume` or `deleteIfEmpty` is to be called (UNIX milliseconds), or null. */
  dueAt(): number | null {
    const due = this.#deletion.dueAt() ?? this.#merge.dueAt() ?? this.#revocation.dueAt() ?? this.#emptyAt();
    const loginsDueAt = this.#deps.user()?.logins.dueAt() ?? null;
    if (loginsDueAt === null) return due;
    return Math.min(due ?? Number.POSITIVE_INFINITY, loginsDueAt - this.#deps.settings.clockOffsetMs);
  }

  /** Goes on with an interrupted merge, deletion or revocation. */
  async resume(): Promise<void> {
    this.#deps.user()?.logins.expire(this.#now());
    await this.revokeLogins();
    if (this.#deletion.isPending) await this.#deletion.finish();
    else await this.#merge.finish();
  }

  /** Turns a failure into a line of the log and false: the alarm repeats the work. */
  async #logFailure(what: string, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      logError(`${what} was interrupted: ${error}`);
      return false;
    }
  }

  /** Counts what the operator has paid for the visitor today for the user. Idempotent, as `send` is repeated where it fails. */
  async #moveSpending(visitor: string, target: string): Promise<void> {
    // Nobody else has had a turn that the operator paid.
    if (!this.#deps.stores()?.visitorGate.isAdmitted) return;
    await this.#deps.env.TREASURY.getByName('treasury').moveSpending(visitor, target);
  }

  async #exportTransfer(visitor: string): Promise<AccountTransfer> {
    const stores = this.#deps.stores();
    if (!stores) return { visitor, leases: [], projects: [], connection: null, limit: null };
    const { connection, leases, limits, projects, visitorGate } = stores;
    const exported = await connection.exportTransfer();
    if (!exported.ok) throw new Error(exported.detail);
    const limit = limits.newest(sourceOf(connection));
    return {
      ...{ visitor, leases: leases.rows(), projects: projects.rows(), connection: exported.value, limit },
      gate: visitorGate.marks(),
    };
  }

  /** Forgets the connection, in KV too. @throws Error if KV has to be asked again */
  async #forgetConnection(): Promise<void> {
    const connection = this.#deps.stores()?.connection;
    connection?.forget();
    await connection?.syncKv();
    if (typeof connection?.dueAt() === 'number') throw new Error('The connection is not forgotten everywhere yet.');
  }

  /** Releases what KV and other objects hold of this account: connection, identities, counts per address. */
  async #releaseElsewhere(account: string): Promise<void> {
    await this.#forgetConnection();
    const { env, user } = this.#deps;
    const visitors = [account, ...(user()?.mergedFrom() ?? [])];
    const identities = user()?.identities.list() ?? [];
    await Promise.all([
      env.TREASURY.getByName('treasury').forgetVisitors(visitors),
      ...identities.map(({ id }) => env.IDENTITY.getByName(id).release(account)),
    ]);
  }

  async #deleteStorage(): Promise<void> {
    const { onStorageDeleted, storage } = this.#deps;
    this.#isEmptied = true;
    onStorageDeleted();
    await storage.deleteAlarm();
    await storage.deleteAll();
  }
}
