import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { type PasskeyDevice, passkeyDevice } from '../../support/passkey-device.ts';
import { useRunning } from '../../support/running-redraw.ts';

/** Acts on the account whose browser has signed in more than five minutes ago. */

const running = useRunning({ CLOCK_OFFSET_MS: '0' });
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

/** What Redraw's clock is ahead by. It only ever goes forward: the tests of this file share it. */
let offset = 0;
async function passFiveMinutes(): Promise<void> {
  offset += 5 * 60_000;
  await running.redraw.kill();
  await running.redraw.restart({ CLOCK_OFFSET_MS: String(offset) });
}

interface Person {
  context: BrowserContext;
  page: Page;
  device: PasskeyDevice;
}

async function person(locale = 'en-US'): Promise<Person> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  const device = await passkeyDevice(page);
  await page.goto(`${running.redraw.url}/account`);
  return { context, page, device };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const press = (page: Page, name: string) => button(page, name).click();
const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const proof = (page: Page) => page.getByRole('dialog', { name: 'Show that it is you' });
const logins = (page: Page) => part(page, 'Browsers').getByRole('listitem');

async function user(): Promise<Person> {
  const made = await person();
  await press(made.page, 'Create a passkey');
  await part(made.page, 'Browsers').getByText('this one').waitFor();
  return made;
}

/** Another browser of the same user's. */
async function secondBrowser(of: Person): Promise<Person> {
  const second = await person();
  await second.device.copy(of.device);
  await press(second.page, 'I have a passkey');
  await part(second.page, 'Browsers').getByText('this one').waitFor();
  // The counter of a passkey grows with each use: a stale copy would look cloned.
  await of.device.copy(second.device);
  return second;
}

test('cancelled, all is as it was; the passkey proves, and the act goes on by itself', async () => {
  const { context, page, device } = await user();
  const passkeys = part(page, 'Passkeys').getByRole('listitem');
  await passFiveMinutes();

  await page.getByRole('button', { name: 'Delete the account …' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('delete');
  await page.keyboard.press('Enter');
  await proof(page).waitFor();
  await page.keyboard.press('Escape');
  await proof(page).waitFor({ state: 'detached' });
  await page.getByText('Nothing has changed: you did not sign in once more.').waitFor();
  expect(await passkeys.count()).toBe(1);
  expect(await logins(page).count()).toBe(1);

  await press(page, 'Add a passkey');
  await proof(page).waitFor();
  await device.answers(false);
  await press(page, 'Use a passkey');
  await proof(page).getByText('No passkey was used. Nothing has changed.').waitFor();
  await device.answers(true);
  // The next passkey is that of a new device.
  await page.route('**/api/auth/passkey/register/options', async (route) => {
    await device.copy({ ...device, credentials: async () => [] });
    await route.continue();
  });
  await button(page, 'Use a passkey').focus();
  await page.keyboard.press('Enter');
  await page.getByText('The passkey is added.').waitFor();
  await proof(page).waitFor({ state: 'detached' });
  await passkeys.nth(1).waitFor();
  expect(await logins(page).count()).toBe(1);
  await context.close();
});

test('each act is asked for by itself: one browser is signed out, later all of them', async () => {
  const first = await user();
  const second = await secondBrowser(first);
  const { page } = first;
  await page.reload();
  await logins(page).nth(1).waitFor();
  await passFiveMinutes();

  await logins(page)
    .getByRole('button', { name: /^Sign out / })
    .click();
  await proof(page).waitFor();
  await press(page, 'Use a passkey');
  await logins(page).nth(1).waitFor({ state: 'detached' });
  expect(await logins(page).count()).toBe(1);
  await second.page.reload();
  await part(second.page, 'Sign in').waitFor();

  await passFiveMinutes();
  await press(page, 'Sign out everywhere');
  await proof(page).waitFor();
  expect(await part(page, 'Browsers').isVisible()).toBe(true);
  await press(page, 'Use a passkey');
  await part(page, 'Sign in').waitFor();
  await proof(page).waitFor({ state: 'detached' });
  await Promise.all([first.context.close(), second.context.close()]);
});

test('says it in the language of the page', async () => {
  const made = await person('de-DE');
  const { context, page } = made;
  await press(page, 'Passkey anlegen');
  await part(page, 'Browser').waitFor();
  await passFiveMinutes();
  await press(page, 'Überall abmelden');
  const dialog = page.getByRole('dialog', { name: 'Zeigen Sie, dass Sie es sind' });
  await dialog.getByText('Ihre Anmeldung ist mehr als fünf Minuten her.').waitFor();
  await press(page, 'Schließen');
  await page.getByText('Es hat sich nichts geändert: Sie haben sich nicht noch einmal angemeldet.').waitFor();
  await context.close();
});
