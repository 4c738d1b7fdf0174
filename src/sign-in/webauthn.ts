import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type WebAuthnCredential,
} from '@simplewebauthn/server';
import { ProblemError } from '../protocol/problems.ts';

export type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
};

/** The page on which a passkey is registered or used. */
export interface Site {
  /** For example `https://redraw.example`. */
  origin: string;
  /** Relying party id: the host name, to which the passkey is bound. */
  rpId: string;
}

/** Time limit for the person. Milliseconds. */
const timeoutMs = 5 * 60_000;

/** The flow's id, which is the challenge in the client data; empty if there is none. */
export function flowIdOf(clientDataJson: string): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString()) as { challenge?: unknown };
    return typeof challenge === 'string' ? Buffer.from(challenge, 'base64url').toString() : '';
  } catch {
    return '';
  }
}

/** The account in a passkey's user handle; null if that is not an account's id. */
export function accountOf(userHandle: string | undefined): string | null {
  const account = Buffer.from(userHandle ?? '', 'base64url').toString();
  return /^[a-z2-7]{26}$/.test(account) ? account : null;
}

/**
 * The options of `navigator.credentials.create`: a discoverable passkey, so that no name has to be typed; its user handle is the account.
 *
 * @param flow the flow's id, which is the challenge
 */
export function registrationOptions(
  { rpId }: Site,
  flow: string,
  account: string,
  name: string,
  known: readonly WebAuthnCredential[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: 'Redraw',
    rpID: rpId,
    userID: new Uint8Array(new TextEncoder().encode(account)),
    userName: name,
    userDisplayName: name,
    challenge: flow,
    timeout: timeoutMs,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, ...(transports ? { transports } : {}) })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** The options of `navigator.credentials.get`: any passkey of this site. */
export function loginOptions({ rpId }: Site, flow: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: rpId,
    challenge: flow,
    timeout: timeoutMs,
    userVerification: 'required',
  });
}

const challengeOf = (flow: string): string => Buffer.from(flow).toString('base64url');

function unverified(): ProblemError {
  return new ProblemError('sign_in_failed', 'The passkey could not be checked. Try it again.', {
    reason: 'passkey_unverified',
  });
}

/** @throws ProblemError `sign_in_failed` for an error of the verification */
function refused(error: unknown): never {
  // A security key without PIN, or a passkey of a time when the check was not asked for (WebAuthn 3, 6.1: the flag UV).
  if (!(error instanceof Error) || !/user verification/i.test(error.message)) throw unverified();
  const detail =
    'This passkey was used without a check that it is you. Set up a screen lock, a fingerprint or a PIN for it, and try it again.';
  throw new ProblemError('sign_in_failed', detail, { reason: 'user_verification' });
}

/** Verifies a new passkey. @throws ProblemError `sign_in_failed` */
export async function checkRegistration(
  response: RegistrationResponseJSON,
  flow: string,
  { origin, rpId }: Site,
): Promise<WebAuthnCredential> {
  const checked = await verifyRegistrationResponse({
    response,
    expectedChallenge: challengeOf(flow),
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
  }).catch(refused);
  if (!checked.verified) throw unverified();
  return checked.registrationInfo.credential;
}

/**
 * Verifies that a passkey has signed the challenge.
 *
 * @returns the passkey's new counter
 * @throws ProblemError `sign_in_failed`
 */
export async function checkLogin(
  response: AuthenticationResponseJSON,
  credential: WebAuthnCredential,
  flow: string,
  { origin, rpId }: Site,
): Promise<number> {
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challengeOf(flow),
    expectedOrigin: origin,
    expectedRPID: rpId,
    credential,
    requireUserVerification: true,
  }).catch(refused);
  if (!checked.verified) throw unverified();
  return checked.authenticationInfo.newCounter;
}
