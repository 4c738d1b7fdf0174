import type { CDPSession, Page } from 'playwright-core';

/** A passkey in the format of Chromium's virtual authenticator (CDP, `WebAuthn.Credential`). */
type Credential = Awaited<ReturnType<typeof credentialsOf>>[number];

/** A page's virtual authenticator: consents to everything at once. */
export interface PasskeyDevice {
  /** Its passkeys. */
  credentials(): Promise<Credential[]>;
  /** Copies the passkeys of another device, as synchronisation does. */
  copy(other: PasskeyDevice): Promise<void>;
  /** Sets whether its user touches it. */
  answers(isPresent: boolean): Promise<void>;
}

async function credentialsOf(session: CDPSession, authenticatorId: string) {
  return (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
}

/** Gives a page an authenticator that stores passkeys. */
export async function passkeyDevice(page: Page): Promise<PasskeyDevice> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    credentials: () => credentialsOf(session, authenticatorId),
    copy: async (other) => {
      await session.send('WebAuthn.clearCredentials', { authenticatorId });
      for (const credential of await other.credentials())
        await session.send('WebAuthn.addCredential', { authenticatorId, credential });
    },
    answers: async (isPresent) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: isPresent });
    },
  };
}
