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
import { createUserTables } from '../storage/account-tables.ts';
import type { FlowData, OneTimeFlows } from '../storage/one-time-flows.ts';
import { Identities, maxIdentities } from './identities.ts';
import { Logins } from './logins.ts';
import { maxPasskeys, Passkeys } from './passkeys.ts';
import { isUserAccount, UserRecord } from './user-record.ts';

/** The kind of the flow that makes a passkey. */
export const passkeyFlow = 'passkey_register';

/** A new passkey, as the browser answered. */
export interface PasskeyRegistration {
  /** The account that it is for. */
  account: string;
  response: RegistrationResponseJSON;
  flow: string;
  site: Site;
  /** The browser, in plain words. */
  device: string;
  /** Whether the browser is to be signed in with it. */
  signIn: boolean;
}

export interface PasskeyLogin {
  response: AuthenticationResponseJSON;
  flow: string;
  site: Site;
  device: string;
}

/** Somebody whom a provider has vouched for. */
export interface ProvenIdentity {
  /** Name of the identity's object. */
  key: string;
  /** Id of the provider in `OIDC_PROVIDERS`. */
  provider: string;
  /** What the person is called there, or null. */
  name: string | null;
  /** What tells this identity apart for the person, for example an e-mail address, or null. */
  label: string | null;
}

/** What a user's account keeps of its ways in: passkeys, identities, and the browsers that are signed in. */
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

  /** The desk of an account; null where it is a visitor's. */
  static of(sql: SqlStorage): SignInMethods | null {
    return isUserAccount(sql) ? new SignInMethods(sql) : null;
  }

  /** Makes the account a user's. Idempotent. `now` in UNIX milliseconds. */
  static make(sql: SqlStorage, account: string, name: string | null, now: number): SignInMethods {
    createUserTables(sql);
    const desk = new SignInMethods(sql);
    desk.record.make(account, name, now);
    return desk;
  }

  /** @throws ProblemError `invalid_request` where there are enough */
  assertRoomForPasskey(): void {
    if (this.passkeys.list().length >= maxPasskeys)
      throw new ProblemError('invalid_request', `An account may have ${maxPasskeys} passkeys. Remove one first.`);
  }

  /**
   * Keeps a passkey that was checked.
   *
   * @returns the login of the browser, where it is to be signed in
   */
  keepPasskey(credential: WebAuthnCredential, device: string, signIn: boolean, now: number): string | null {
    this.assertRoomForPasskey();
    this.passkeys.add(credential, device, now);
    return signIn ? this.logins.open(device, now) : null;
  }

  /** @throws ProblemError `sign_in_failed`, and then the passkey stays unused */
  async loginByPasskey({ response, flow, site, device }: PasskeyLogin, now: () => number): Promise<string> {
    const credential = this.passkeys.find(response.id);
    if (!credential) throw unknownPasskey();
    const counter = await checkLogin(response, credential, flow, site);
    if (!this.passkeys.use(credential.id, counter, now()))
      throw new ProblemError('sign_in_failed', 'The passkey was used somewhere else at the same time. Try it again.');
    return this.logins.open(device, now());
  }

  /** @throws ProblemError `not_found`, or `last_way_in` */
  removePasskey(id: string): void {
    if (!this.passkeys.find(id)) throw new ProblemError('not_found', 'There is no such passkey.');
    this.#assertOtherWay();
    this.passkeys.remove(id);
  }

  /** @throws ProblemError `not_found`, or `last_way_in` */
  removeIdentity(key: string): IdentityEntry {
    const entry = this.identities.list().find(({ id }) => id === key);
    if (!entry) throw new ProblemError('not_found', 'There is no such way to sign in.');
    this.#assertOtherWay();
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

  /** Notes that a visitor was merged into this account; false where that was known. `now` in UNIX milliseconds. */
  noteMerged(visitor: string, now: number): boolean {
    const rows = this.#sql.exec(
      'INSERT OR IGNORE INTO merged_from (visitor, at) VALUES (?, ?) RETURNING visitor',
      visitor,
      now,
    );
    return rows.toArray().length > 0;
  }

  get canTakeIdentity(): boolean {
    return this.identities.list().length < maxIdentities;
  }

  #assertOtherWay(): void {
    if (this.passkeys.list().length + this.identities.list().length > 1) return;
    const detail = 'This is the last way to sign in to your account. Add another one first, or delete the account.';
    throw new ProblemError('last_way_in', detail);
  }
}

export function unknownPasskey(): ProblemError {
  return new ProblemError('sign_in_failed', 'Redraw does not know this passkey. It may have been removed.');
}

/**
 * Begins a flow that makes a passkey: for the user, or for the account that a visitor is to have.
 *
 * @param desk null for a visitor
 */
export async function beginPasskey(
  desk: SignInMethods | null,
  flows: OneTimeFlows,
  site: Site,
  now: number,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  desk?.assertRoomForPasskey();
  const user = desk?.record.get();
  const account = user?.id ?? newId();
  const flow = await flows.begin(passkeyFlow, { account } satisfies FlowData, now);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(user?.createdAt ?? now);
  const name = user?.name ?? `Redraw account of ${day}`;
  return registrationOptions(site, flow, account, name, desk?.passkeys.credentials() ?? []);
}
