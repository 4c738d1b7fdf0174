import { DurableObject } from 'cloudflare:workers';
import type { ClaudeCredential } from '../claude/claude-client.ts';
import { redactedLine } from '../log/redact.ts';
import { isLoopback } from '../operator/address-network.ts';
import type { Treasury } from '../operator/treasury.ts';
import { ProblemError } from '../protocol/problems.ts';
import type {
  AccountDetail,
  ConnectionDetail,
  IdentityEntry,
  LoginEntry,
  ModelEntry,
  PasskeyEntry,
  SessionSummary,
} from '../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../protocol/rpc-result.ts';
import { defaultKeyChecks, readSettings, type SettingsEnv } from '../settings.ts';
import { checkRegistration, type PublicKeyCredentialCreationOptionsJSON, type Site } from '../sign-in/webauthn.ts';
import type { Admission, AdmissionRequest, Settlement } from './billing/admission.ts';
import { connectedModels, sharedModels } from './billing/model-list.ts';
import { sourceOf, TurnAdmission } from './billing/turn-admission.ts';
import { checkTurnstile, refusalOf } from './billing/turnstile.ts';
import { notBegun } from './connection/connect-by-oauth.ts';
import { AccountLifecycle, type AccountLifecycleEnv } from './lifecycle/account-lifecycle.ts';
import { type AccountTransfer, importTransfer } from './lifecycle/account-merge.ts';
import { type AccountStores, openAccountStores } from './lifecycle/account-stores.ts';
import {
  beginPasskey,
  type PasskeyLogin,
  type PasskeyRegistration,
  type ProvenIdentity,
  passkeyFlow,
  SignInMethods,
  unknownPasskey,
} from './sign-in/sign-in-methods.ts';
import { hasAccountTables } from './storage/account-tables.ts';
import { type FlowData, hasFlows, OneTimeFlows } from './storage/one-time-flows.ts';

export interface AccountEnv extends SettingsEnv, AccountLifecycleEnv {
  ACCOUNT: DurableObjectNamespace<Account>;
  VAULT: KVNamespace;
}

/** A key to be checked and kept. */
export interface KeyRequest {
  key: string;
  /** The address that it came from. */
  address: string;
}

/** One visitor or user: trial turns, leases, projects, the connection to Claude. */
export class Account extends DurableObject<AccountEnv> {
  readonly #settings = readSettings(this.env);
  readonly #admissions = new TurnAdmission({
    settings: this.#settings,
    kept: () => this.#books(false),
    keep: () => this.#books(),
    isUser: () => this.#user !== null,
    treasury: () => this.#treasury(),
  });
  #open: AccountStores | null = null;
  #user: SignInMethods | null = SignInMethods.of(this.ctx.storage.sql);
  readonly #life = new AccountLifecycle({
    storage: this.ctx.storage,
    env: this.env,
    kept: () => this.#kept(false),
    user: () => this.#user,
    schedule: () => this.#schedule(),
    emptied: () => {
      this.#open = null;
      this.#user = null;
    },
  });

  /** Decides whether a turn may run and who pays: atomic, and idempotent by turn id. */
  admit(request: AdmissionRequest): Promise<Admission> {
    return this.#life.isHere ? this.#admissions.admit(request) : this.#admitElsewhere();
  }

  /** Closes a lease. Idempotent; safe to repeat after an answer that got lost. */
  async settle(settlement: Settlement): Promise<void> {
    const successor = await this.#successor();
    if (successor) return successor.settle(settlement);
    if (this.#life.isOver) return;
    const { connection, leases, limits } = this.#kept();
    leases.settle(settlement, Date.now());
    const { limit } = settlement;
    // What was said of a connection that has been replaced since is not said of this one.
    if (limit && limit.source === sourceOf(connection)) limits.note(limit, Date.now());
  }

  /** Has Cloudflare check the token of a new visitor's widget, and notes for good that it was passed. Refusal: `challenge_required`. */
  passChallenge(token: string, address: string): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      const { turnstile } = this.#settings;
      if (turnstile === null || this.#admissions.detail().turnstile === null) return null;
      const refusal = refusalOf(await checkTurnstile(turnstile.secret, token, address));
      if (refusal !== null) throw new ProblemError('challenge_required', refusal, { siteKey: turnstile.siteKey });
      this.#books().welcome.stamp('challenge', Date.now());
      return null;
    });
  }

  /** Why a session of this account may not be set to a model now, in a sentence, or null. */
  modelRefusal(model: string): Promise<string | null> {
    return this.#admissions.modelRefusal(model);
  }

  /** What may be picked, and what of it the payer allows now. */
  async models(): Promise<ModelEntry[]> {
    if (this.#admissions.payer !== 'connection') return [...sharedModels];
    return connectedModels((await this.#books(false)?.connection.models()) ?? null);
  }

  /** Who this is; null where nobody is: a visitor who has become a user, or an account that is being deleted. */
  detail(): AccountDetail | null {
    if (!this.#life.isHere) return null;
    const user = this.#user?.record.get();
    return {
      kind: user ? 'user' : 'visitor',
      connection: this.#books(false)?.connection.detail() ?? null,
      ...this.#limits(),
      plan: null,
      name: user?.name ?? null,
      providers: this.#settings.oidcProviders.map(({ id, name }) => ({ id, name })),
      oauth: this.#settings.claudeOAuth !== null && !this.#settings.demo,
      demo: this.#settings.demo,
      ...this.#admissions.detail(),
    };
  }

  /** The account's own credential. Refusals: `not_found`, `connection_broken`, `connection_unavailable`. */
  async credential(): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    const successor = await this.#successor();
    if (successor) return successor.credential();
    return (await this.#books(false)?.connection.credential()) ?? notConnected();
  }

  /** Another credential, after Claude has answered 401 to one. Refusals as of `credential`. */
  async renewCredential(refused: ClaudeCredential): Promise<RpcResult<{ credential: ClaudeCredential }>> {
    const successor = await this.#successor();
    if (successor) return successor.renewCredential(refused);
    return (await this.#books(false)?.connection.renew(refused)) ?? notConnected();
  }

  /** Checks a key and keeps it. Refusals: `key_rejected`, `claude_unreachable`, `too_many_requests`. */
  async connectKey({ key, address }: KeyRequest): Promise<RpcResult<ConnectionDetail>> {
    const counted = await rpcResult(() => this.#countKeyCheck(address));
    if (!counted.ok) return counted;
    const kept = await this.#books().connection.connectKey(key);
    // Who signed in while the key was checked has it in the account that they have now.
    const successor = await this.#successor();
    return successor ? successor.connectKey({ key, address }) : kept;
  }

  /** Begins a connection by OAuth. Refusal: `not_found` where the operator has not set it up. */
  async oauthStart(): Promise<RpcResult<{ url: string }>> {
    const here = await rpcResult(() => this.#books());
    return here.ok ? here.value.connection.startOAuth() : here;
  }

  /** Finishes it, with `code#state` or the address of the redirect. Refusals: `oauth_failed`, `claude_unreachable`, `not_found`. */
  async oauthFinish(code: string): Promise<RpcResult<ConnectionDetail>> {
    const books = this.#books(false);
    if (books) return books.connection.finishOAuth(code);
    return { ok: false, code: 'oauth_failed', detail: notBegun, fields: {} };
  }

  disconnect(): void {
    const books = this.#books(false);
    books?.connection.forget();
    books?.limits.forget();
  }

  /** @param search only projects whose title holds this text; empty: all */
  projects(search = ''): SessionSummary[] {
    return this.#books(false)?.projects.list(search) ?? [];
  }

  /** Puts a project on the list, or renames it there. False where this account takes none any more. */
  async rememberProject(session: string, title: string): Promise<boolean> {
    const successor = await this.#successor();
    // Here a project cannot come to be any more; those that went over may be renamed.
    if (successor) await successor.renameProject(session, title);
    if (!this.#life.isHere) return false;
    this.#books().projects.remember(session, title, Date.now());
    return true;
  }

  renameProject(session: string, title: string): void {
    this.#books(false)?.projects.retitle(session, title, Date.now());
  }

  async forgetProject(session: string): Promise<void> {
    const successor = await this.#successor();
    if (successor) return successor.forgetProject(session);
    this.#kept(false)?.projects.forget(session);
  }

  /** Whether a browser is signed in by this login. */
  stands(login: string): boolean {
    return this.#life.isHere && (this.#user?.logins.stands(login, Date.now()) ?? false);
  }

  /** The browsers that are signed in. @param login the one that asks */
  logins(login: string): LoginEntry[] {
    return this.#user?.logins.list(login, Date.now()) ?? [];
  }

  /** Signs a browser out, or all of them. */
  signOut(login: string, everywhere: boolean): void {
    if (everywhere) this.#user?.logins.closeAll();
    else this.#user?.logins.close(login);
  }

  /** Begins a flow of this account. Refusal: `not_found` where nobody is here any more. */
  beginFlow(kind: string, data: FlowData): Promise<RpcResult<string>> {
    return rpcResult(async () => {
      const flow = await this.#books().flows.begin(kind, data, Date.now());
      await this.#schedule();
      return flow;
    });
  }

  /** Ends a flow and gives what it kept; null where there is none, or not any more. A visitor who has just become a user may still. */
  async takeFlow(kind: string, id: string): Promise<FlowData | null> {
    const { sql } = this.ctx.storage;
    // Two tabs that make a passkey each would end in two accounts.
    const isSecond = kind === passkeyFlow && !this.#life.isHere;
    if (isSecond || !hasFlows(sql)) return null;
    return new OneTimeFlows(sql, this.#settings.vaultKeys, this.ctx.id.toString()).take(kind, id, Date.now());
  }

  /** What the browser is asked in order to make a passkey. Refusals: `invalid_request`, `not_found`. */
  beginPasskey(site: Site): Promise<RpcResult<PublicKeyCredentialCreationOptionsJSON>> {
    return rpcResult(async () => {
      const options = await beginPasskey(this.#user, this.#books().flows, site, Date.now());
      await this.#schedule();
      return options;
    });
  }

  /** Keeps a passkey of this account, and makes the account where it is the first. Refusals: `sign_in_failed`, `invalid_request`. */
  keepPasskey({
    account,
    device,
    flow,
    response,
    signIn,
    site,
  }: PasskeyRegistration): Promise<RpcResult<{ login: string | null }>> {
    return rpcResult(async () => {
      const credential = await checkRegistration(response, flow, site);
      this.#assertHere();
      this.#user ??= SignInMethods.make(this.ctx.storage.sql, account, null, Date.now());
      return { login: this.#user.keepPasskey(credential, device, signIn, Date.now()) };
    });
  }

  /** Signs a browser in by a passkey. Refusal: `sign_in_failed`. */
  loginByPasskey(login: PasskeyLogin): Promise<RpcResult<string>> {
    return rpcResult(() => {
      if (!this.#user || !this.#life.isHere) throw unknownPasskey();
      return this.#user.loginByPasskey(login, Date.now);
    });
  }

  passkeys(): PasskeyEntry[] {
    return this.#user?.passkeys.list() ?? [];
  }

  /** Refusal: `not_found`. */
  renamePasskey(id: string, name: string): Promise<RpcResult<null>> {
    return rpcResult(() => {
      if (!this.#user?.passkeys.rename(id, name)) throw new ProblemError('not_found', 'There is no such passkey.');
      return null;
    });
  }

  /** Refusals: `not_found`, `last_way_in`. */
  removePasskey(id: string): Promise<RpcResult<null>> {
    return rpcResult(() => {
      if (!this.#user) throw new ProblemError('not_found', 'There is no such passkey.');
      this.#user.removePasskey(id);
      return null;
    });
  }

  identities(): IdentityEntry[] {
    return this.#user?.identities.list() ?? [];
  }

  /**
   * Signs a browser in as somebody whom a provider has vouched for, and makes the account where it is the first time. The caller has
   * learnt from the identity's object that it is this account's.
   */
  loginByIdentity(
    account: string,
    { key, provider, name, label }: ProvenIdentity,
    device: string,
  ): Promise<RpcResult<string>> {
    return rpcResult(() => {
      this.#assertHere();
      const now = Date.now();
      this.#user = SignInMethods.make(this.ctx.storage.sql, account, name, now);
      this.#user.identities.add(key, provider, label, now);
      return this.#user.logins.open(device, now);
    });
  }

  /** Adds another way to sign in. `taken`: it is another account's; `full`: there are enough. */
  async linkIdentity(account: string, { key, provider, label }: ProvenIdentity): Promise<'linked' | 'taken' | 'full'> {
    const desk = this.#user;
    if (!desk?.canTakeIdentity || !this.#life.isHere) return 'full';
    // First here: what is claimed and not listed could not be taken back.
    desk.identities.add(key, provider, label, Date.now());
    if ((await this.env.IDENTITY.getByName(key).claim(account)) === account) return 'linked';
    desk.identities.remove(key);
    return 'taken';
  }

  /** Refusals: `not_found`, `last_way_in`. */
  unlinkIdentity(account: string, key: string): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      if (!this.#user) throw new ProblemError('not_found', 'There is no such way to sign in.');
      const entry = this.#user.removeIdentity(key);
      try {
        await this.env.IDENTITY.getByName(key).release(account);
      } catch (error) {
        this.#user?.identities.add(entry.id, entry.provider, entry.name, entry.createdAt);
        throw error;
      }
      return null;
    });
  }

  /**
   * Merges this visitor into a user, whose account keeps all from now on. Idempotent; the first call decides where it goes.
   *
   * @returns whether all has arrived; what has not follows by itself
   */
  mergeInto(visitor: string, user: string): Promise<boolean> {
    return this.#life.mergeInto(visitor, user);
  }

  /** Takes in what a visitor's account hands over: once, however often it is sent. False where there is no such user any more. */
  async takeIn(parcel: AccountTransfer): Promise<boolean> {
    if (!this.#user || !this.#life.isHere) return false;
    await importTransfer(this.ctx.storage, this.#user, this.#kept(), parcel, Date.now());
    return true;
  }

  /** The user into whose account this visitor was merged is being deleted: once all has arrived there, nothing stays here. */
  dissolve(account: string): Promise<void> {
    return this.#life.dissolve(account);
  }

  /**
   * Deletes the account with all that belongs to it.
   *
   * @returns whether nothing is left of it; what is left goes by itself
   */
  close(account: string): Promise<boolean> {
    return this.#life.close(account);
  }

  /** Seals what it keeps anew where that is not sealed with the active key. */
  async reseal(): Promise<RpcResult<'none' | 'current' | 'resealed'>> {
    return (await this.#books(false)?.connection.reseal()) ?? { ok: true, value: 'none' };
  }

  override async alarm(): Promise<void> {
    try {
      await this.#life.tend();
      const books = this.#books(false);
      books?.flows.forgetExpired(Date.now());
      await books?.connection.tend();
    } catch (error) {
      console.error(redactedLine(`the chores of an account were interrupted: ${error}`));
    }
    await this.#schedule();
  }

  /** @throws ProblemError `not_found` */
  #assertHere(): void {
    if (!this.#life.isHere) throw new ProblemError('not_found', 'There is no such account.');
  }

  /** The account of the user whom this visitor has become, once what was kept here is there; null for everybody else. */
  async #successor(): Promise<DurableObjectStub<Account> | null> {
    const account = await this.#life.successor();
    return account === null ? null : this.env.ACCOUNT.getByName(account);
  }

  /** What Claude last said of the limits of the connection, until it resets. */
  #limits(): Pick<AccountDetail, 'rateLimit' | 'announced'> {
    const books = this.#books(false);
    if (!books?.connection.exists) return { rateLimit: null, announced: [] };
    const source = sourceOf(books.connection);
    const now = Date.now();
    return { rateLimit: books.limits.state(source, now), announced: books.limits.announced(source, now) };
  }

  /** A project of a visitor who has become a user asks its new owner, once it has one. */
  async #admitElsewhere(): Promise<Admission> {
    await this.#successor();
    const detail = 'Somebody has signed in, in this browser. Reload the page and send the prompt again.';
    const fields = { limit: this.#settings.anonTurnLimit };
    return { ok: false, payer: 'trial', code: 'sign_in_required', detail, fields };
  }

  /**
   * What this account keeps for who is here. Without `make`: null where it has kept nothing yet, so that a look leaves no trace.
   *
   * @throws ProblemError `not_found` where nobody is here any more and something is to be kept
   */
  #books(): AccountStores;
  #books(make: false): AccountStores | null;
  #books(make = true): AccountStores | null {
    if (!make) return this.#life.isHere ? this.#kept(false) : null;
    this.#assertHere();
    return this.#kept();
  }

  /** What is stored here, also while it is on its way elsewhere. */
  #kept(): AccountStores;
  #kept(make: false): AccountStores | null;
  #kept(make = true): AccountStores | null {
    const { storage } = this.ctx;
    if (!this.#open && !make && !hasAccountTables(storage.sql)) return null;
    this.#open ??= openAccountStores({
      storage,
      kv: this.env.VAULT,
      settings: this.#settings,
      account: this.ctx.id.toString(),
      schedule: () => this.ctx.waitUntil(this.#schedule()),
    });
    return this.#open;
  }

  /** Sets the alarm to when something is next due. */
  async #schedule(): Promise<void> {
    const books = this.#books(false);
    const all = [this.#life.dueAt(), books?.connection.dueAt(), books?.flows.dueAt()];
    const due = all.filter((at) => typeof at === 'number');
    if (due.length > 0) await this.ctx.storage.setAlarm(Math.min(...due));
  }

  /** Counts a check before it goes out. @throws ProblemError `too_many_requests` */
  async #countKeyCheck(address: string): Promise<void> {
    const { keyChecksPerAddress: limit } = this.#settings;
    const ofAddress = async (): Promise<number> =>
      limit === null && isLoopback(address) ? 0 : this.#treasury().countKeyCheck(address, limit ?? defaultKeyChecks);
    const own = this.#books(false)?.keyChecks.wait(Date.now()) ?? 0;
    const wait = own || (await ofAddress()) || this.#books().keyChecks.count(Date.now());
    if (wait === 0) return;
    throw new ProblemError('too_many_requests', 'Too many keys were tried. Wait a while, then try again.', {
      retryAfter: wait,
    });
  }

  #treasury(): DurableObjectStub<Treasury> {
    return this.env.TREASURY.getByName('treasury');
  }
}

function notConnected(): RpcResult<never> {
  return { ok: false, code: 'not_found', detail: 'No Claude account is connected.', fields: {} };
}
