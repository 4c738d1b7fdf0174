import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import { expectClean } from '../../support/axe.ts';
import { launchChromium } from '../../support/chromium.ts';
import { passkeyDevice } from '../../support/passkey-device.ts';
import { uniquePrompt, useRunning } from '../../support/running-redraw.ts';

/** The notice of a visitor's project that is about to be deleted. */

const running = useRunning({ CLOCK_OFFSET_MS: '0' });
const day = 24 * 60 * 60_000;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** What Redraw's clock is ahead by. It only ever goes forward: the tests of this file share it. */
let offset = 0;
async function pass(days: number): Promise<void> {
  offset += days * day;
  await running.redraw.kill();
  await running.redraw.restart({ CLOCK_OFFSET_MS: String(offset) });
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const notice = (page: Page) => page.getByRole('region', { name: /^This project is deleted on / });

/** A visitor's project, in the page that made it. */
async function visitorWithProject(): Promise<Page> {
  const page = await (
    await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce', bypassCSP: true })
  ).newPage();
  await passkeyDevice(page);
  await page.goto(running.redraw.url);
  await page.getByRole('textbox').first().fill(uniquePrompt('A page'));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
  await page.locator('.turn-end').waitFor();
  return page;
}

/** The number of days that are left. */
async function daysLeft(page: Page): Promise<number> {
  const path = `/api/sessions/${page.url().split('/').at(-1)}`;
  const { expiresAt } = (await (await page.request.get(running.redraw.url + path)).json()) as SessionDetail;
  return Math.round(((expiresAt ?? 0) - Date.now()) / day);
}

test('tells of the deletion in the last two weeks, can be put away, and goes at once with a sign-in', async () => {
  const page = await visitorWithProject();
  await page.reload();
  await page.locator('.talk-foot').waitFor();
  expect(await daysLeft(page)).toBe(90);
  expect(await notice(page).count()).toBe(0);

  await pass(80);
  await page.reload();
  await notice(page).waitFor();
  await expectClean(page, 'the notice');
  expect(await notice(page).getByRole('link', { name: 'Download as zip' }).getAttribute('href')).toMatch(
    /export\.zip$/,
  );
  await notice(page).getByRole('button', { name: 'Dismiss' }).click();
  await notice(page).waitFor({ state: 'detached' });

  await page.reload();
  await notice(page).getByRole('button', { name: 'Sign in' }).click();
  await button(page, 'Create a passkey').click();
  await notice(page).waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('.talk-foot').waitFor();
  expect(await notice(page).count()).toBe(0);
});

test('goes with the next prompt', async () => {
  const page = await visitorWithProject();
  await pass(80);
  await page.reload();
  await notice(page).waitFor();
  await page.locator('#change').fill(uniquePrompt('Go on'));
  await page.keyboard.press('Enter');
  await notice(page).waitFor({ state: 'detached' });
  await expect.poll(() => daysLeft(page)).toBe(90);
});

test('the account page tells from the start how long a project stays without use', async () => {
  const page = await visitorWithProject();
  await page.goto(`${running.redraw.url}/account`);
  await page
    .getByText(
      'A project that nobody uses for 90 days is deleted, unless your own Claude worked on it; signing in keeps it.',
    )
    .waitFor();
  await button(page, 'Create a passkey').click();
  await page.getByText('nobody uses').waitFor({ state: 'detached' });
});
