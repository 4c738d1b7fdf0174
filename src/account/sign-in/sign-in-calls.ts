import { RpcTarget } from 'cloudflare:workers';
import { offsetClock } from '../../async/offset-clock.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { IdentityEntry, LoginEntry, PasskeyEntry } from '../../protocol/resources.ts';
import { type RpcResult, rpcResult } from '../../protocol/rpc-result.ts';
import type { Settings } from '../../settings.ts';
import { checkRegistration, type PublicKeyCredentialCreationOptionsJSON, type Site } from '../../sign-in/webauthn.ts';
import { type FlowData, hasFlows, OneTimeFlows } from '../storage/one-time-flows.ts';
import type { Identity } from './identity-object.ts';
import { loginDigest } from './logins.ts';
import {
  beginPasskey,
  type PasskeyLogin,
  type PasskeyRegistration,
  type ProvenIdentity,
  passkeyFlow,
  SignInMethods,
  unknownPasskey,
} from './sign-in-methods.ts';

export interface SignInCallsDeps {
  storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  settings: Pick<Settings, 'vaultKeys' | 'clockOffsetMs'>;
  /** The object's id, to which flows are sealed. */
  account: string;
  identities: DurableObjectNamespace<Identity>;
  /** Null for a visitor. */
  user(): SignInMethods | null;
  /** Called when a visitor's account becomes a user's. */
  setUser(user: SignInMethods): void;
  /** False for a visitor who has become a user, and for an account that is being deleted. */
  isActive(): boolean;
  /** Creates the account's tables if there are none. @throws ProblemError `not_found` unless the account is active */
  requireFlows(): OneTimeFlows;
  /** Counts a new account for its address. @throws ProblemError `too_many_requests` */
  admitSignUp(account: string, address: string): Promise<void>;
  /** Sets the alarm to when something is next due. */
  schedule(): Promise<void>;
  /** Closes what ended logins have open at the account's sessions. */
  revokeLogins(): Promise<void>;
}

/** The part of the account's RPC interface that signs users in and out: logins, flows, passkeys, identities. */
export class SignInCalls extends RpcTarget {
  readonly #deps: SignInCallsDeps;
  readonly #now: () => number;

  constructor(deps: SignInCallsDeps) {
    super();
    this.#deps = deps;
    this.#now = offsetClock(deps.settings);
  }

  /** The browsers that are signed in. @param login the caller's own */
  logins(login: string): LoginEntry[] {
    return this.#user?.logins.list(login, this.#now()) ?? [];
  }

  /** Signs out one browser, or all of them. Refusal: `fresh_sign_in_required` for all of them. */
  signOut(login: string, everywhere: boolean): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      if (everywhere) this.#user?.assertFresh(login, this.#now());
      if (everywhere) this.#user?.logins.removeAll();
      else this.#user?.logins.remove(loginDigest(login));
      await this.#deps.revokeLogins();
      return null;
    });
  }

  /**
   * Signs out the browser of a login. Refusals: `not_found`; `fresh_sign_in_required` for another one than the caller's own.
   *
   * @param id the login's digest
   * @param login the caller's own
   */
  endLogin(id: string, login: string): Promise<RpcResult<{ isOwn: boolean }>> {
    return rpcResult(async () => {
      const now = this.#now();
      if (!this.#user?.logins.has(id, now))
        throw new ProblemError('not_found', 'There is no such login.', { reason: 'login' });
      const isOwn = id === loginDigest(login);
      if (!isOwn) this.#user.assertFresh(login, now);
      this.#user.logins.remove(id);
      await this.#deps.revokeLogins();
      return { isOwn };
    });
  }

  /**
   * Begins a flow of this account and returns its id. Refusals: `not_found` unless the account is active; `fresh_sign_in_required`.
   *
   * @param provenBy a login that has to be fresh; null: none
   */
  beginFlow(kind: string, data: FlowData, provenBy: string | null = null): Promise<RpcResult<string>> {
    return rpcResult(async () => {
      if (provenBy !== null) this.#user?.assertFresh(provenBy, this.#now());
      const flow = await this.#deps.requireFlows().begin(kind, data, Date.now());
      await this.#deps.schedule();
      return flow;
    });
  }

  /**
   * Ends a flow and returns its data; null if there is none, or it has expired. Works also for a visitor who has just become a user:
   * another tab may be about to finish a sign-in that it began before.
   */
  async takeFlow(kind: string, id: string): Promise<FlowData | null> {
    const { account, isActive, settings, storage } = this.#deps;
    // Two tabs that register a passkey each would end in two accounts.
    const isSecondPasskey = kind === passkeyFlow && !isActive();
    if (isSecondPasskey || !hasFlows(storage.sql)) return null;
    return new OneTimeFlows(storage.sql, settings.vaultKeys, account, settings.clockOffsetMs).take(
      kind,
      id,
      Date.now(),
    );
  }

  /**
   * The options of `navigator.credentials.create` for a new passkey. Refusals: `invalid_request`, `not_found`, `fresh_sign_in_required`.
   *
   * @param login the caller's own; null for a visitor
   */
  beginPasskey(site: Site, login: string | null): Promise<RpcResult<PublicKeyCredentialCreationOptionsJSON>> {
    return rpcResult(async () => {
      this.#user?.assertFresh(login, this.#now());
      const options = await beginPasskey(this.#user, this.#deps.requireFlows(), site, Date.now());
      await this.#deps.schedule();
      return options;
    });
  }

  /**
   * Checks and stores a passkey; the first one makes the account a user's. Refusals: as above, `sign_in_failed`, `too_many_requests`.
   */
  keepPasskey({
    account,
    address,
    device,
    flow,
    response,
    login,
    site,
  }: PasskeyRegistration): Promise<RpcResult<{ login: string | null }>> {
    return rpcResult(async () => {
      const credential = await checkRegistration(response, flow, site);
      await this.#admitSignUp(account, address);
      const now = this.#now();
      this.#user?.assertFresh(login, now);
      const user = this.#user ?? this.#createUser(account, null, now);
      const made = user.addPasskey(credential, device, login === null, now);
      if (made !== null) await this.#onLoginMade();
      return { login: made };
    });
  }

  /** Signs a browser in by a passkey and returns its login. Refusal: `sign_in_failed`. */
  loginByPasskey(login: PasskeyLogin): Promise<RpcResult<string>> {
    return rpcResult(async () => {
      if (!this.#user || !this.#deps.isActive()) throw unknownPasskey();
      const made = await this.#user.loginByPasskey(login, this.#now);
      await this.#onLoginMade();
      return made;
    });
  }

  passkeys(): PasskeyEntry[] {
    return this.#user?.passkeys.list() ?? [];
  }

  /** Refusal: `not_found`. */
  renamePasskey(id: string, name: string): Promise<RpcResult<null>> {
    return rpcResult(() => {
      if (!this.#user?.passkeys.rename(id, name))
        throw new ProblemError('not_found', 'There is no such passkey.', { reason: 'passkey' });
      return null;
    });
  }

  /** Refusals: `not_found`, `last_way_in`, `fresh_sign_in_required`. @param login the caller's own */
  removePasskey(id: string, login: string): Promise<RpcResult<null>> {
    return rpcResult(() => {
      if (!this.#user) throw new ProblemError('not_found', 'There is no such passkey.', { reason: 'passkey' });
      this.#user.assertFresh(login, this.#now());
      this.#user.removePasskey(id);
      return null;
    });
  }

  identities(): IdentityEntry[] {
    return this.#user?.identities.list() ?? [];
  }

  /**
   * Signs a browser in by an identity at a provider and returns its login; the first sign-in makes the account a user's. The caller has
   * claimed the identity for this account at the identity's object. Refusals: `not_found`, `too_many_requests`.
   *
   * @param address the network address of the request; absent: a new account is not counted
   */
  loginByIdentity(
    account: string,
    { key, provider, name, label }: ProvenIdentity,
    device: string,
    address?: string,
  ): Promise<RpcResult<string>> {
    return rpcResult(async () => {
      await this.#admitSignUp(account, address);
      const now = this.#now();
      const user = this.#createUser(account, name, now);
      user.identities.add(key, provider, label, now);
      const login = user.logins.create(device, now);
      await this.#onLoginMade();
      return login;
    });
  }

  /** Makes a new login for who is signed in and has proved it at a provider; null unless that identity signs in to this account. */
  async renewLogin({ key }: ProvenIdentity, device: string): Promise<string | null> {
    const user = this.#user;
    if (!user || !this.#deps.isActive() || !user.identities.list().some(({ id }) => id === key)) return null;
    const login = user.logins.create(device, this.#now());
    await this.#onLoginMade();
    return login;
  }

  /**
   * Adds an identity to the account. `taken`: it belongs to another account; `full`: the account has the maximum; `expired`: the proof of the
   * caller's login is too old by now.
   */
  async linkIdentity(
    account: string,
    { key, provider, label }: ProvenIdentity,
    login: string,
  ): Promise<'linked' | 'taken' | 'full' | 'expired'> {
    const user = this.#user;
    const now = this.#now();
    if (!user?.hasRoomForIdentity || !this.#deps.isActive()) return 'full';
    if (!user.logins.isFresh(login, now)) return 'expired';
    // Record locally before claiming: an unrecorded claim could never be released.
    user.identities.add(key, provider, label, now);
    if ((await this.#deps.identities.getByName(key).claim(account)) === account) return 'linked';
    user.identities.remove(key);
    return 'taken';
  }

  /** Refusals: `not_found`, `last_way_in`, `fresh_sign_in_required`. @param login the caller's own */
  unlinkIdentity(account: string, key: string, login: string): Promise<RpcResult<null>> {
    return rpcResult(async () => {
      if (!this.#user)
        throw new ProblemError('not_found', 'There is no such way to sign in.', { reason: 'sign_in_method' });
      this.#user.assertFresh(login, this.#now());
      const entry = this.#user.removeIdentity(key);
      try {
        await this.#deps.identities.getByName(key).release(account);
      } catch (error) {
        this.#user?.identities.add(entry.id, entry.provider, entry.name, entry.createdAt);
        throw error;
      }
      return null;
    });
  }

  get #user(): SignInMethods | null {
    return this.#deps.user();
  }

  #createUser(account: string, name: string | null, now: number): SignInMethods {
    const user = SignInMethods.create(this.#deps.storage, account, name, now);
    this.#deps.setUser(user);
    return user;
  }

  /** Counts the account if it is to become a user's. @throws ProblemError `not_found`, `too_many_requests` */
  async #admitSignUp(account: string, address: string | undefined): Promise<void> {
    this.#assertActive();
    if (this.#user || address === undefined) return;
    await this.#deps.admitSignUp(account, address);
    this.#assertActive();
  }

  /** A login ends by itself later, and making one may have dropped another. */
  async #onLoginMade(): Promise<void> {
    await this.#deps.schedule();
    await this.#deps.revokeLogins();
  }

  /** @throws ProblemError `not_found` */
  #assertActive(): void {
    if (!this.#deps.isActive()) throw new ProblemError('not_found', 'There is no such account.', { reason: 'account' });
  }
}
