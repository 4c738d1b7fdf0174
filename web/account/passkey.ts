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

/** Whether this browser knows passkeys at all. */
export const supportsPasskeys = browserSupportsWebAuthn;

/** What the device refused, as a sentence. */
function readableError(error: unknown): unknown {
  if (error instanceof ApiError) return error;
  const words = strings.signIn;
  const isRegistered = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED';
  if (isRegistered) return new ApiError('passkey_known', words.known);
  // NotAllowedError stands for a closed dialog and for one that timed out alike (WebAuthn 3, 14.5.1).
  return new ApiError('passkey_cancelled', words.cancelled);
}

async function runCeremony<T>(ceremony: () => Promise<T>): Promise<T> {
  try {
    return await ceremony();
  } catch (error) {
    throw readableError(error);
  }
}

/** Makes a passkey on this device: signs a visitor in, and gives a user one more. @throws ApiError */
export async function createPasskey(calls: AccountCalls): Promise<SignInAnswer> {
  const optionsJSON = await calls.registerOptions();
  return calls.register(await runCeremony(() => startRegistration({ optionsJSON })));
}

/** Signs in with a passkey that is on this device, or within its reach. @throws ApiError */
export async function signInWithPasskey(calls: AccountCalls): Promise<SignInAnswer> {
  const optionsJSON = await calls.loginOptions();
  return calls.login(await runCeremony(() => startAuthentication({ optionsJSON })));
}
