import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoModel } from '../claude-simulator/demo/demo-model.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { type OAuthServer, startOAuthServer } from '../oauth-server/listen.ts';
import { expectClean, violations } from '../support/axe.ts';
import { launchChromium } from '../support/chromium.ts';
import { passkeyDevice } from '../support/passkey-device.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';

/** Every screen and dialog, in both colour schemes, on a phone and a desktop, without axe violations. */

let simulator: Simulator;
let oauth: OAuthServer;
let redraw: Redraw;
let browser: Browser;

beforeAll(async () => {
  simulator = await startSimulator({ handler: demoModel({ pace: 'zero' }) });
  oauth = await startOAuthServer();
  redraw = await startRedraw({
    ...{ ANTHROPIC_BASE_URL: simulator.url, ANON_TURN_LIMIT: '3' },
    OIDC_PROVIDERS: JSON.stringify([
      { id: 'acme', name: 'Acme', issuer: 'https://acme.example', clientId: 'redraw', clientSecret: 'secret' },
    ]),
    ...oauth.settingsFor('https://claude.example/callback'),
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await redraw?.close();
  await oauth?.close();
  await simulator?.close();
});

async function ended(page: Page, count: number): Promise<void> {
  await page
    .locator('.turn')
    .nth(count - 1)
    .locator('.turn-sum', { hasText: 'Done' })
    .waitFor();
}

/** Asserts that a screen has no violation, in the light and in the dark. */
async function expectCleanInBoth(page: Page, screen: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectClean(page, `${screen}, ${colorScheme}`);
  }
}

/** The preview with its menus, its versions, its code, and the comparison of two versions. */
async function walkDesk(page: Page, isPhone: boolean): Promise<void> {
  const press = (name: string | RegExp) =>
    page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click();
  if (isPhone) await press('Preview');
  await press(/^Size of the window/);
  await expectCleanInBoth(page, 'sizes');
  await page.getByLabel(/^Phone/).click();
  await page.keyboard.press('Escape');
  await press('More');
  await expectCleanInBoth(page, 'more of the sheet');
  await press('Open on a phone');
  await expectCleanInBoth(page, 'on a phone');
  await page.keyboard.press('Escape');
  await press('Point at something');
  await page.locator('.look.is-pointing').waitFor();
  await expectCleanInBoth(page, 'pointing');
  await press('Leave');
  await press('Versions');
  await page.locator('.version-lines').first().waitFor();
  await press(/^Look at version 1/);
  await page.locator('.look').waitFor();
  await expectCleanInBoth(page, 'versions');
  await press(/^Compare with now/);
  await page
    .getByRole('textbox', { name: /^Difference of/ })
    .first()
    .waitFor();
  await expectCleanInBoth(page, 'changes');
  await press('Files');
  await page.locator('.tree-file').last().click();
  await page.getByRole('textbox', { name: /^Text of/ }).waitFor();
  await expectCleanInBoth(page, 'code of a version');
  await press('Find in this file');
  await page.locator('.cm-search').waitFor();
  await expectCleanInBoth(page, 'find in a file');
  if (isPhone) await press('All files');
  await page.getByRole('searchbox').fill('use');
  await page.locator('.place').first().waitFor();
  await expectCleanInBoth(page, 'search in files');
  await press('App');
  await press('Back to now');
  await press('Versions');
  if (isPhone) await press('Conversation');
}

/** Sign-in, connection, and the confirmations of the account page. */
async function walkAccount(page: Page): Promise<void> {
  await passkeyDevice(page);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const project = page.url();
  await press('0 of 3 turns left');
  await page.getByRole('dialog', { name: 'Who pays' }).waitFor();
  await expectCleanInBoth(page, 'who pays');
  await page.keyboard.press('Escape');
  await page.goto(`${redraw.url}/account`);
  await page.locator('.facts').waitFor();
  await expectCleanInBoth(page, 'account of a visitor');
  await page.getByLabel('API key of Claude').fill('sk-ant-invalid-1');
  await page.keyboard.press('Enter');
  await page.locator('.notice', { hasText: 'did not accept' }).waitFor();
  await expectCleanInBoth(page, 'key refused');
  await press('Create a passkey');
  await page.getByRole('button', { name: /^Remove / }).click();
  await press('Delete the account …');
  await expectCleanInBoth(page, 'account of a user');
  await page.getByLabel('API key of Claude').fill('sk-ant-api03-good-a1B2');
  await page.keyboard.press('Enter');
  await press('Replace');
  await expectCleanInBoth(page, 'replacing the connection');
  await page.getByRole('region', { name: 'Your Claude' }).getByRole('button', { name: 'Keep it' }).click();
  await press('Forget');
  await expectCleanInBoth(page, 'connected account');

  const revoked = { error: { type: 'authentication_error', message: 'This key was revoked.' } };
  simulator.script([revoked], { key: 'sk-ant-api03-good-a1B2', repeatLast: true });
  await page.goto(project);
  await page.locator('#change').fill('One more');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Connect Claude again' }).waitFor();
  await expectCleanInBoth(page, 'broken connection');
  await page.keyboard.press('Escape');
  await page.goto(`${redraw.url}/account`);
  await page.locator('.notice', { hasText: 'does not work any more' }).waitFor();
  await expectCleanInBoth(page, 'account with a broken connection');
}

async function walk(page: Page, isPhone: boolean): Promise<void> {
  await page.goto(redraw.url);
  await page.locator('.promise').waitFor();
  await expectCleanInBoth(page, 'landing');

  await page.locator('#idea').fill('A habit tracker for three habits');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
  await ended(page, 1);
  await page.locator('iframe').first().waitFor({ state: 'attached' });
  await page.locator('.receipt summary').first().click();
  await page.locator('summary.tool-line').first().click();
  await expectCleanInBoth(page, 'builder');

  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('dialog', { name: 'Share the app' }).waitFor();
  await page.getByRole('button', { name: 'Give the app a new address' }).click();
  await expectCleanInBoth(page, 'share dialog');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Share');

  await page.getByRole('dialog', { name: 'Share the app' }).waitFor({ state: 'detached' });
  // The app has just been reloaded and may have taken the focus.
  await page.getByRole('button', { name: 'Share' }).press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await expectCleanInBoth(page, 'keys dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });

  if (isPhone) {
    await page.getByRole('button', { name: 'Preview', exact: true }).click();
    await expectCleanInBoth(page, 'preview on a phone');
    await page.getByRole('button', { name: 'Conversation', exact: true }).click();
  }

  for (const [index, prompt] of ['Make it green', 'Make it blue'].entries()) {
    await page.locator('#change').fill(prompt);
    await page.keyboard.press('Enter');
    await ended(page, index + 2);
  }
  await page.locator('.turn-index summary').click();
  await expectCleanInBoth(page, 'index of turns');
  await page.keyboard.press('Escape');

  await walkDesk(page, isPhone);

  await page.locator('#change').fill('One more');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'How would you like to go on?' }).waitFor();
  await page.getByText('What happens to the key').click();
  await page.getByText('What exactly that means').click();
  await expectCleanInBoth(page, 'end of the trial');
  await page.keyboard.press('Escape');
  await walkAccount(page);

  await page.goto(redraw.url);
  await page.locator('.project canvas').waitFor();
  await expectCleanInBoth(page, 'landing with projects');
  await page.getByRole('button', { name: /^Rename / }).click();
  await expectCleanInBoth(page, 'renaming');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Delete / }).click();
  await page.locator('.toast').waitFor();
  await expectCleanInBoth(page, 'deleted, with a notice');

  await page.goto(`${redraw.url}/s/aaaaaaaaaaaaaaaaaaaaaaaaaa`);
  await page.getByRole('heading', { name: 'Nothing is drawn here' }).waitFor();
  await expectCleanInBoth(page, 'not found');
}

test.each([1440, 360])(
  'no screen has a violation, in the light or in the dark, %i pixels wide',
  async (width) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      // Text that is fading in has no contrast yet.
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    await walk(await context.newPage(), width < 720);
    await context.close();
  },
  600_000,
);

const isInSight = (element: Locator): Promise<boolean> =>
  element.evaluate((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  });

test('at 200 % zoom the whole page can be read without scrolling sideways', async () => {
  // 1280 pixels at 200 % are 640 pixels of CSS.
  const context = await browser.newContext({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  const expectNarrow = async () =>
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  for (const path of ['/account', '/']) {
    await page.goto(redraw.url + path);
    await page.locator('h1').waitFor();
    await expectNarrow();
  }
  await page.locator('#idea').fill('A habit tracker for three habits');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
  await ended(page, 1);
  await expectNarrow();
  for (const control of [page.locator('#change'), page.getByRole('button', { name: 'Preview', exact: true })])
    expect(await isInSight(control)).toBe(true);
  await page.getByRole('button', { name: '2 of 3 turns left' }).click();
  const last = page.getByRole('dialog').getByRole('link', { name: 'Open the account' });
  await last.scrollIntoViewIfNeeded();
  expect(await isInSight(last)).toBe(true);
  await context.close();
});

test('in forced colours the marks of the page stay visible', async () => {
  const context = await browser.newContext({ forcedColors: 'active', bypassCSP: true });
  const page = await context.newPage();
  await page.goto(redraw.url);
  await page.locator('.promise').waitFor();
  expect(await violations(page)).toEqual([]);
  const border = await page.locator('.sheet-frame').evaluate((frame) => getComputedStyle(frame).borderTopStyle);
  expect(border).toBe('solid');
  await context.close();
});
