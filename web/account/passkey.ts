import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser';
import type { SignInAnswer } from '../../src/protocol/resources.ts';
import type { AccountCalls } from '../api/account-calls.ts';
import { ApiError } from '../api/api-error.ts';
import { strings } from '../strings/strings.ts';

/** Whether this browser supports passkeys. */
export const supportsPasskeys = browserSupportsWebAuthn;

/** @returns an `ApiError` with a readable sentence for an error of a WebAuthn ceremony */
function readableError(error: unknown): unknown {
  if (error instanceof ApiError) return error;
  const words = strings.signIn;
  const isRegistered = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
  if (isRegistered) return new ApiError('passkey_known', words.known);
  // NotAllowedError covers a cancelled dialog and a time-out alike (WebAuthn 3, 14.5.1).
  return new ApiError('passkey_cancelled', words.cancelled);
}

async function runCeremony<T>(ceremony: () => Promise<T>): Promise<T> {
  try {
    return await ceremony();
  } catch (error) {
    throw readableError(error);
  }
}

/** Creates a passkey on this device: signs a visitor in, and adds one to a user. @throws ApiError */
export async function createPasskey(calls: AccountCalls): Promise<SignInAnswer> {
  const optionsJSON = await calls.registerOptions();
  return calls.register(await runCeremony(() => startRegistration({ optionsJSON })));
}

/** Signs in with an existing passkey of this device, or of another one nearby. @throws ApiError */
export async function signInWithPasskey(calls: AccountCalls): Promise<SignInAnswer> {
  const optionsJSON = await calls.loginOptions();
  return calls.login(await runCeremony(() => startAuthentication({ optionsJSON })));
}
