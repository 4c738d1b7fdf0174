import { newId } from '../../protocol/id.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { IdentityEntry } from '../../protocol/resources.ts';
import {
  type AuthenticationResponseJSON,
  checkLogin,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  registrationOptions,
  type Site,
  type WebAuthnCredential,
} from '../../sign-in/webauthn.ts';
import { createTables } from '../../storage/migrate.ts';
import { userSchema } from '../storage/account-schema.ts';
import type { FlowData, OneTimeFlows } from '../storage/one-time-flows.ts';
import { Identities, maxIdentities } from './identities.ts';
import { freshMs, Logins } from './logins.ts';
import { maxPasskeys, Passkeys } from './passkeys.ts';
import { isUserAccount, UserRecord } from './user-record.ts';

/** The kind of the flow that registers a passkey. */
export const passkeyFlow = 'passkey_register';

/** A new passkey, as the browser answered. */
export interface PasskeyRegistration {
  /** The account that the passkey is for. */
  account: string;
  response: RegistrationResponseJSON;
  /** Id of the flow. */
  flow: string;
  site: Site;
  /** The browser, for example `Firefox on Windows`. */
  device: string;
  /** The login of who adds a passkey; null for a visitor, who is signed in with it. */
  login: string | null;
  /** The network address of the request, for which a new account is counted. */
  address?: string;
}

export interface PasskeyLogin {
  response: AuthenticationResponseJSON;
  flow: string;
  site: Site;
  device: string;
}

/** An identity that a provider has vouched for. */
export interface ProvenIdentity {
  /** Name of the identity's object. */
  key: string;
  /** Id of the provider in `OIDC_PROVIDERS`. */
  provider: string;
  /** The person's name at the provider, or null. */
  name: string | null;
  /** How the person recognises this identity, for example an e-mail address, or null. */
  label: string | null;
}

/** The sign-in methods of a user's account: passkeys and identities, and the browsers that are signed in. */
export class SignInMethods {
  readonly record: UserRecord;
  readonly logins: Logins;
  readonly passkeys: Passkeys;
  readonly identities: Identities;

  readonly #sql: SqlStorage;

  private constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.record = new UserRecord(sql);
    this.logins = new Logins(sql);
    this.passkeys = new Passkeys(sql);
    this.identities = new Identities(sql);
  }

  /** Null for a visitor's account. */
  static open(sql: SqlStorage): SignInMethods | null {
    return isUserAccount(sql) ? new SignInMethods(sql) : null;
  }

  /** Makes the account a user's. Idempotent. `now` in UNIX milliseconds. */
  static create(
    storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>,
    account: string,
    name: string | null,
    now: number,
  ): SignInMethods {
    createTables(storage, userSchema);
    const methods = new SignInMethods(storage.sql);
    methods.record.create(account, name, now);
    return methods;
  }

  /** @throws ProblemError `fresh_sign_in_required` unless the login was made in the last five minutes */
  assertFresh(login: string | null, now: number): void {
    if (login !== null && this.logins.isFresh(login, now)) return;
    const detail = 'Show first that it is you: sign in once more.';
    const passkey = this.passkeys.list().length > 0;
    const providers = [...new Set(this.identities.list().map(({ provider }) => provider))];
    throw new ProblemError('fresh_sign_in_required', detail, { withinSeconds: freshMs / 1000, passkey, providers });
  }

  /** @throws ProblemError `invalid_request` if the account has the maximum */
  assertRoomForPasskey(): void {
    if (this.passkeys.list().length >= maxPasskeys)
      throw new ProblemError('invalid_request', `An account may have ${maxPasskeys} passkeys. Remove one first.`, {
        reason: 'passkeys',
        limit: maxPasskeys,
      });
  }

  /**
   * Stores a verified passkey.
   *
   * @returns the login of the browser; null unless it is to be signed in
   */
  addPasskey(credential: WebAuthnCredential, device: string, signIn: boolean, now: number): string | null {
    this.assertRoomForPasskey();
    this.passkeys.add(credential, device, now);
    return signIn ? this.logins.create(device, now) : null;
  }

  /** @returns the login of the browser. @throws ProblemError `sign_in_failed`; no use of the passkey is recorded then */
  async loginByPasskey({ response, flow, site, device }: PasskeyLogin, now: () => number): Promise<string> {
    const credential = this.passkeys.find(response.id);
    if (!credential) throw unknownPasskey();
    const counter = await checkLogin(response, credential, flow, site);
    if (!this.passkeys.recordUse(credential.id, counter, now()))
      throw new ProblemError('sign_in_failed', 'The passkey was used somewhere else at the same time. Try it again.', {
        reason: 'passkey_used',
      });
    return this.logins.create(device, now());
  }

  /** @throws ProblemError `not_found`, or `last_way_in` */
  removePasskey(id: string): void {
    if (!this.passkeys.find(id))
      throw new ProblemError('not_found', 'There is no such passkey.', { reason: 'passkey' });
    this.#assertNotLastMethod();
    this.passkeys.remove(id);
  }

  /** @throws ProblemError `not_found`, or `last_way_in` */
  removeIdentity(key: string): IdentityEntry {
    const entry = this.identities.list().find(({ id }) => id === key);
    if (!entry) throw new ProblemError('not_found', 'There is no such way to sign in.', { reason: 'sign_in_method' });
    this.#assertNotLastMethod();
    this.identities.remove(key);
    return entry;
  }

  /** Visitors that were merged into this account. */
  mergedFrom(): string[] {
    return this.#sql
      .exec<{ visitor: string }>('SELECT visitor FROM merged_from')
      .toArray()
      .map(({ visitor }) => visitor);
  }

  hasMerged(visitor: string): boolean {
    return this.#sql.exec('SELECT 1 FROM merged_from WHERE visitor = ?', visitor).toArray().length > 0;
  }

  /** Records that a visitor was merged into this account; false if it was recorded before. `now` in UNIX milliseconds. */
  recordMerge(visitor: string, now: number): boolean {
    const rows = this.#sql.exec(
      'INSERT OR IGNORE INTO merged_from (visitor, at) VALUES (?, ?) RETURNING visitor',
      visitor,
      now,
    );
    return rows.toArray().length > 0;
  }

  get hasRoomForIdentity(): boolean {
    return this.identities.list().length < maxIdentities;
  }

  #assertNotLastMethod(): void {
    if (this.passkeys.list().length + this.identities.list().length > 1) return;
    const detail = 'This is the last way to sign in to your account. Add another one first, or delete the account.';
    throw new ProblemError('last_way_in', detail);
  }
}

export function unknownPasskey(): ProblemError {
  return new ProblemError('sign_in_failed', 'Redraw does not know this passkey. It may have been removed.', {
    reason: 'passkey_unknown',
  });
}

/**
 * Begins a flow that registers a passkey: of the user, or of an account to be created for a visitor.
 *
 * @param methods null for a visitor
 */
export async function beginPasskey(
  methods: SignInMethods | null,
  flows: OneTimeFlows,
  site: Site,
  now: number,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  methods?.assertRoomForPasskey();
  const user = methods?.record.get();
  const account = user?.id ?? newId();
  const flow = await flows.begin(passkeyFlow, { account } satisfies FlowData, now);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(user?.createdAt ?? now);
  const name = user?.name ?? `Redraw account of ${day}`;
  return registrationOptions(site, flow, account, name, methods?.passkeys.credentials() ?? []);
}
