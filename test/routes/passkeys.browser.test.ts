import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AccountDetail, PasskeyEntry, SessionSummary } from '../../src/protocol/resources.ts';
import { cookieOf } from '../support/browser-visitor.ts';
import { launchChromium } from '../support/chromium.ts';
import { useRunning } from '../support/running-redraw.ts';

const running = useRunning();
let browser: Awaited<ReturnType<typeof launchChromium>>;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Device {
  context: BrowserContext;
  page: Page;
  cdp: CDPSession;
  authenticator: string;
}

/** A browser with its own authenticator, which stores passkeys and has just been touched. */
async function device(): Promise<Device> {
  const context = await browser.newContext();
  const page = await context.newPage();
  // A document of the origin is enough: what is tested are the calls. The pages' own passkeys are in `account.browser.test.ts`.
  await page.goto(`${running.redraw.url}/api/account`);
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { context, page, cdp, authenticator: authenticatorId };
}

const call = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(path as string, {
        method: method as string,
        ...(method === 'GET' ? {} : { headers, body: JSON.stringify(body ?? {}) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text === '' ? null : JSON.parse(text);
    },
    [method, path, body],
  ) as Promise<T>;

/** Uses the options as the page does. */
const ceremony = async (page: Page, kind: 'register' | 'login'): Promise<unknown> => {
  const options = await call<unknown>(page, 'POST', `/api/auth/passkey/${kind}/options`);
  const response = await page.evaluate(
    async ([kind, options]) => {
      const credential =
        kind === 'register'
          ? await navigator.credentials.create({
              publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
                options as PublicKeyCredentialCreationOptionsJSON,
              ),
            })
          : await navigator.credentials.get({
              publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
                options as PublicKeyCredentialRequestOptionsJSON,
              ),
            });
      return (credential as PublicKeyCredential).toJSON();
    },
    [kind, options] as const,
  );
  return call(page, 'POST', `/api/auth/passkey/${kind}`, response);
};

it('a browser makes a passkey, and a second device signs in with it', async () => {
  const first = await device();
  const { session } = await call<{ session: string }>(first.page, 'POST', '/api/sessions');
  const before = await cookieOf(first.context);
  expect(await ceremony(first.page, 'register')).toEqual({ projects: 'here' });
  expect(await cookieOf(first.context)).not.toBe(before);
  expect(await call<AccountDetail>(first.page, 'GET', '/api/account')).toMatchObject({ kind: 'user' });
  expect(await call<PasskeyEntry[]>(first.page, 'GET', '/api/account/passkeys')).toMatchObject([
    { name: 'Chrome on Linux' },
  ]);

  // The passkey is copied to the other device, as a password manager syncs it.
  const { credentials } = await first.cdp.send('WebAuthn.getCredentials', { authenticatorId: first.authenticator });
  const second = await device();
  for (const credential of credentials)
    await second.cdp.send('WebAuthn.addCredential', { authenticatorId: second.authenticator, credential });
  expect(await ceremony(second.page, 'login')).toEqual({ projects: 'here' });
  expect(await call<SessionSummary[]>(second.page, 'GET', '/api/sessions')).toMatchObject([{ session }]);

  // The same authenticator creates no second passkey for the account.
  await expect(ceremony(first.page, 'register')).rejects.toThrow(/InvalidStateError|already/i);
  await call(first.page, 'POST', '/api/auth/sign-out');
  expect(await cookieOf(first.context)).toBeNull();
  expect(await call<AccountDetail>(first.page, 'GET', '/api/account')).toMatchObject({ kind: 'visitor' });
  await Promise.all([first.context.close(), second.context.close()]);
});
