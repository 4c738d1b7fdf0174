import { DurableObject } from 'cloudflare:workers';
import type { ClaudeCredential } from '../claude/claude-client.ts';
import { creditsSchema } from '../credits/credits-schema.ts';
import { logError } from '../log/error-log.ts';
import type { Treasury } from '../operator/treasury.ts';
import type { AccountDetail, ConnectionDetail, ModelEntry, SessionSummary } from '../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../protocol/rpc-result.ts';
import { readSettings, type SettingsEnv } from '../settings.ts';
import { migrate } from '../storage/migrate.ts';
import { hasTable } from '../storage/sql.ts';
import { accountDetail } from './account-detail.ts';
import { AddressQuota, type Uploaded } from './billing/address-quota.ts';
import type { Admission, AdmissionRequest, Settlement } from './billing/admission-types.ts';
import { sourceOf } from './billing/payer.ts';
import { mergedMeanwhile } from './billing/refusals.ts';
import { TurnAdmission } from './billing/turn-admission.ts';
import { flowNotBegun } from './connection/connect-by-oauth.ts';
import { notConnected } from './connection/connection.ts';
import type { KeyRequest } from './connection/key-check-limit.ts';
import { AccountCredits } from './credits/account-credits.ts';
import { AccountLifecycle, type AccountLifecycleEnv } from './lifecycle/account-lifecycle.ts';
import { type AccountTransfer, importTransfer } from './lifecycle/account-merge.ts';
import { type AccountStores, openAccountStores } from './lifecycle/account-stores.ts';
import { SignInCalls } from './sign-in/sign-in-calls.ts';
import { SignInMethods } from './sign-in/sign-in-methods.ts';
import { accountSchema, userSchema } from './storage/account-schema.ts';

export interface AccountEnv extends SettingsEnv, AccountLifecycleEnv {
  ACCOUNT: DurableObjectNamespace<Account>;
  VAULT: KVNamespace;
}

/**
 * One visitor or user: leases of turns, the list of projects, the connection to Claude. Only the RPC interface is here; the work is
 * done in the sub-rooms. Sign-in stands in `signIn`.
 */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  readonly #credits = new AccountCredits({
    storage: this.ctx.storage,
    settings: this.#settings,
    isUser: () => this.#user !== null && this.#lifecycle.isActive,
    stores: () => this.#storesOrNull(),
    treasury: () => this.#treasury(),
    wake: (session, onHeard) => this.#lifecycle.endCreditWait(session, onHeard),
  });
  readonly #turnAdmission = new TurnAdmission({
    settings: this.#settings,
    stores: () => this.#storesOrNull(),
    requireStores: () => this.#requireStores(),
    isUser: () => this.#user !== null,
    treasury: () => this.#treasury(),
    credits: this.#credits,
  });
  readonly #addressQuota = new AddressQuota({
    settings: this.#settings,
    keyChecks: () => this.#storesOrNull()?.keyChecks ?? null,
    requireKeyChecks: () => this.#requireStores().keyChecks,
    isConnected: () => this.#turnAdmission.payer === 'connection',
    isUser: () => this.#user !== null,
    treasury: () => this.#treasury(),
  });
  #stores: AccountStores | null = null;
  /** Null for a visitor. */
  #user: SignInMethods | null = SignInMethods.open(this.ctx.storage.sql);
  readonly #lifecycle = new AccountLifecycle({
    storage: this.ctx.storage,
    env: this.env,
    stores: () => this.#openExistingStores(),
    user: () => this.#user,
    schedule: () => this.#schedule(),
    settings: this.#settings,
    waitUntil: (promise) => this.ctx.waitUntil(promise),
    onStorageDeleted: () => {
      this.#stores = null;
      this.#user = null;
      this.#credits.ledger.forget();
    },
  });
  readonly #signIn = new SignInCalls({
    storage: this.ctx.storage,
    settings: this.#settings,
    account: this.ctx.id.toString(),
    identities: this.env.IDENTITY,
    user: () => this.#user,
    setUser: (user) => {
      this.#user = user;
    },
    isActive: () => this.#lifecycle.isActive,
    requireFlows: () => this.#requireStores().flows,
    admitSignUp: (account, address) => this.#addressQuota.admitSignUp(account, address),
    schedule: () => this.#schedule(),
    revokeLogins: () => this.#lifecycle.revokeLogins(),
  });

  constructor(ctx: DurableObjectState, env: AccountEnv) {
    // Before the fields are initialised: they read tables.
    migrate(ctx.storage, [accountSchema, userSchema, creditsSchema]);
    super(ctx, env);
  }

  /** Credits and plans of a user. Pipelined as `signIn`. */
  credits(): AccountCredits['calls'] {
    return this.#credits.calls;
  }

  /** See `AccountCredits.hold`. */
  holdCredits(...hold: Parameters<AccountCredits['hold']>): ReturnType<AccountCredits['hold']> {
    return this.#credits.hold(...hold);
  }

  /** Logins, sign-in flows, passkeys and identities. Promise pipelining: `account.signIn().logins(…)` is one round trip. */
  signIn(): SignInCalls {
    return this.#signIn;
  }

  /** Whether a browser is signed in by this login. Called before each request of a user. */
  isSignedIn(login: string): boolean {
    return this.#lifecycle.hasLogin((logins, now) => logins.isValid(login, now));
  }

  /** Whether the login of a digest stands. Called by a session after it has opened a stream or socket for it. */
  hasLogin(digest: string): boolean {
    return this.#lifecycle.hasLogin((logins, now) => logins.has(digest, now));
  }

  /** Decides whether a turn may run and who pays: atomic, and idempotent by turn id. */
  admit(request: AdmissionRequest): Promise<Admission> {
    if (!this.#lifecycle.isActive) return this.#refuseTurn();
    return this.#turnAdmission.admit(request).finally(() => this.#credits.sweepAt() !== null && this.#schedule());
  }

  /** Closes a lease. Idempotent; safe to repeat after a lost answer. */
  async settle(settlement: Settlement): Promise<void> {
    const successor = await this.#successor();
    if (successor) return successor.settle(settlement);
    if (this.#lifecycle.isDeleted) return;
    const { connection, leases, limits } = this.#openStores();
    leases.settle(settlement, Date.now());
    this.#credits.settleTurn(settlement);
    // A note about a connection that was replaced since does not apply to the present one.
    if (settlement.limit?.source === sourceOf(connection)) limits.record(settlement.limit, Date.now());
  }

  /** Verifies a new visitor's Turnstile token and records that it passed, for good. Refusal: `challenge_required`. */
  passChallenge(token: string, address: string): Promise<RpcResult<null>> {
    return rpcResult(() => this.#turnAdmission.passChallenge(token, address).then(() => null));
  }

  /** Counts a project that is made without a turn. Refusal: `too_many_requests`. */
  admitProject(session: string, address: string): Promise<RpcResult<void>> {
    return rpcResult(() => this.#addressQuota.admitProject(session, address));
  }

  /** See `AddressQuota.admitUpload`. @param account this one */
  admitUpload(account: string, bytes: number, address: string, what?: Uploaded): Promise<RpcResult<void>> {
    return rpcResult(() => this.#addressQuota.admitUpload(account, bytes, address, what));
  }

  /** Why a session of this account may not be set to a model now, or null. */
  modelRefusal(model: string): ReturnType<TurnAdmission['modelRefusal']> {
    return this.#turnAdmission.modelRefusal(model);
  }

  /** The models that can be chosen; `allowed` says which of them the payer pays now. */
  models(): Promise<ModelEntry[]> {
    return this.#turnAdmission.models();
  }

  /** Null for a visitor who has become a user, and for an account that is being deleted. */
  detail(): AccountDetail | null {
    if (!this.#lifecycle.isActive) return null;
    return accountDetail({
      ...{ settings: this.#settings, stores: this.#storesOrNull(), user: this.#user },
      ...{ turnAdmission: this.#turnAdmission, credits: this.#credits.calls },
    });
  }

  /** The account's own credential. Refusals: `not_found`, `connection_broken`, `connection_unavailable`. */
  async credential(): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    const successor = await this.#successor();
    if (successor) return successor.credential();
    return (await this.#storesOrNull()?.connection.credential()) ?? notConnected();
  }

  /** Another credential, after Claude has answered 401 to one. Refusals as of `credential`. */
  async renewCredential(refused: ClaudeCredential): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    const successor = await this.#successor();
    if (successor) return successor.renewCredential(refused);
    return (await this.#storesOrNull()?.connection.renew(refused)) ?? notConnected();
  }

  /** Checks and stores a key. Refusals: `key_rejected`, `claude_unreachable`, `too_many_requests`. */
  async connectKey({ key, address }: KeyRequest): Promise<RpcResult<ConnectionDetail>> {
    const counted = await rpcResult(() => this.#addressQuota.admitKeyCheck(address).finally(() => this.#schedule()));
    if (!counted.ok) return counted;
    const connected = await this.#requireStores().connection.connectKey(key);
    if (connected.ok) this.#credits.wakeWaiting();
    // If the visitor signed in while the key was checked, the key belongs into the user's account.
    const successor = await this.#successor();
    return successor ? successor.connectKey({ key, address }) : connected;
  }

  /** Begins a connection by OAuth. Refusal: `not_found` if the operator has not set it up. */
  async oauthStart(): Promise<RpcResult<{ url: string }>> {
    const opened = await rpcResult(() => this.#requireStores());
    return opened.ok ? opened.value.connection.startOAuth() : opened;
  }

  /** Finishes it, with `code#state` or the address of the redirect. Refusals: `oauth_failed`, `claude_unreachable`, `not_found`. */
  async oauthFinish(code: string): Promise<RpcResult<ConnectionDetail>> {
    const stores = this.#storesOrNull();
    if (stores) return stores.connection.finishOAuth(code).finally(() => this.#credits.wakeWaiting());
    return { ok: false, code: 'oauth_failed', detail: flowNotBegun, fields: { reason: 'not_begun' } };
  }

  /** Forgets the connection, if there is one. Refusal: `not_found` where the account is another one now, or none. */
  disconnect(): Promise<RpcResult<void>> {
    return rpcResult(() => {
      this.#lifecycle.assertActive();
      const stores = this.#storesOrNull();
      stores?.connection.forget();
      stores?.limits.forget();
    });
  }

  /** @param search only projects whose title contains this text; empty: all */
  projects(search = ''): SessionSummary[] {
    return this.#storesOrNull()?.projects.list(search) ?? [];
  }

  /** Lists a project, or renames it there. False if this account takes no new projects. */
  async rememberProject(session: string, title: string): Promise<boolean> {
    const successor = await this.#successor();
    // This account was merged: it takes no new projects, but transferred ones can be renamed.
    if (successor) await successor.renameProject(session, title);
    if (!this.#lifecycle.isActive) return false;
    this.#requireStores().projects.remember(session, title, Date.now());
    return true;
  }

  renameProject(session: string, title: string): void {
    this.#storesOrNull()?.projects.rename(session, title, Date.now());
  }

  async forgetProject(session: string): Promise<void> {
    const successor = await this.#successor();
    if (successor) return successor.forgetProject(session);
    this.#openExistingStores()?.projects.forget(session);
    await this.#schedule();
  }

  /** See `AccountLifecycle.mergeInto`. */
  mergeInto(visitor: string, user: string): Promise<boolean> {
    return this.#lifecycle.mergeInto(visitor, user);
  }

  /** Imports a merged visitor's account. Idempotent. False if this account is no user's, or no more. */
  async importTransfer(transfer: AccountTransfer): Promise<boolean> {
    if (!this.#user || !this.#lifecycle.isActive) return false;
    await importTransfer(this.ctx.storage, this.#user, this.#openStores(), transfer, Date.now());
    return true;
  }

  /** See `AccountLifecycle.removeTombstone`. */
  removeTombstone(account: string): Promise<void> {
    return this.#lifecycle.removeTombstone(account);
  }

  /** See `AccountLifecycle.delete`. Refusals: `fresh_sign_in_required`, `not_found`. */
  deleteAccount(account: string, login: string | null): Promise<RpcResult<boolean>> {
    return rpcResult(() => this.#lifecycle.delete(account, login));
  }

  /** Seals the connection anew if it is not sealed with the active key. Refusal: `connection_unavailable`. */
  async reseal(): Promise<RpcResult<'none' | 'current' | 'resealed'>> {
    return (await this.#storesOrNull()?.connection.reseal()) ?? { ok: true, value: 'none' };
  }

  override async alarm(): Promise<void> {
    try {
      await this.#lifecycle.resume();
      const stores = this.#storesOrNull();
      stores?.flows.deleteExpired(Date.now());
      await stores?.connection.syncKv();
      this.#credits.sweep();
      await this.#lifecycle.deleteIfEmpty();
    } catch (error) {
      logError(`the chores of an account were interrupted: ${error}`);
    }
    await this.#schedule();
  }

  /** The user's account that this visitor was merged into, once the transfer is done; null for everybody else. */
  async #successor(): Promise<DurableObjectStub<Account> | null> {
    const account = await this.#lifecycle.successor();
    return account === null ? null : this.env.ACCOUNT.getByName(account);
  }

  /** Refuses a turn of a merged visitor, after the transfer: the session then has its new owner to ask. */
  async #refuseTurn(): Promise<Admission> {
    await this.#successor();
    return mergedMeanwhile(this.#settings.anonTurnLimit);
  }

  /** Null if the account is not active or has stored nothing yet: a visitor who only looks leaves no tables. */
  #storesOrNull(): AccountStores | null {
    return this.#lifecycle.isActive ? this.#openExistingStores() : null;
  }

  /** Creates the tables if there are none. @throws ProblemError `not_found` if the account is not active */
  #requireStores(): AccountStores {
    this.#lifecycle.assertActive();
    return this.#openStores();
  }

  /** The stores, even while a merge or the deletion is under way; null if there are none. */
  #openExistingStores(): AccountStores | null {
    return this.#stores || hasTable(this.ctx.storage.sql, accountSchema.marker) ? this.#openStores() : null;
  }

  /** The same; creates the tables if there are none. */
  #openStores(): AccountStores {
    this.#stores ??= openAccountStores({
      storage: this.ctx.storage,
      kv: this.env.VAULT,
      settings: this.#settings,
      account: this.ctx.id.toString(),
      schedule: () => this.ctx.waitUntil(this.#schedule()),
    });
    return this.#stores;
  }

  /** Sets the alarm to when something is next due. */
  async #schedule(): Promise<void> {
    const stores = this.#storesOrNull();
    const all = [this.#lifecycle.dueAt(), stores?.connection.dueAt(), stores?.flows.dueAt(), this.#credits.sweepAt()];
    const due = all.filter((at) => typeof at === 'number');
    if (due.length > 0) await this.ctx.storage.setAlarm(Math.min(...due));
  }

  #treasury(): DurableObjectStub<Treasury> {
    return this.env.TREASURY.getByName('treasury');
  }
}
