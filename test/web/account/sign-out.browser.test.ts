import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cookieOf, visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { fetchOnce } from '../../support/fetch-once.ts';
import { passkeyDevice } from '../../support/passkey-device.ts';
import { createFile, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

/** After an account has ended in this browser, none of its tabs shows or keeps anything of its projects. */

const running = useRunning();
let browser: Browser;
let context: BrowserContext;
/** A tab with a project, and one with the account's page. */
let tab: Page;
let accountTab: Page;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Keys of what the tab keeps of projects. */
const kept = (page: Page) =>
  page.evaluate(() =>
    [localStorage, sessionStorage]
      .flatMap((storage) => Object.keys(storage))
      .filter((key) => /\.(sketch|draft|edits)\./.test(key)),
  );

beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' });
  accountTab = await context.newPage();
  await passkeyDevice(accountTab);
  const visitor = await visitorOf(context, running.redraw.url);
  const prompt = uniquePrompt('tea');
  running.simulator.script(toolTurn(createFile('index.html', '<title>Tea</title><h1>Tea</h1>')), { text: prompt });
  const { session } = await visitor.build(prompt);
  await accountTab.goto(`${running.redraw.url}/account`);
  await press(accountTab, 'Create a passkey');
  await accountTab.getByRole('region', { name: 'Browsers' }).waitFor();

  tab = await context.newPage();
  await tab.goto(`${running.redraw.url}/s/${session}`);
  await tab.locator('article.turn').waitFor();
  await tab.locator('#change').fill('a draft that nobody else may read');
  await tab.evaluate(
    (id) => sessionStorage.setItem(`redraw.edits.${id}`, '[["a.txt",{"base":null,"text":"x"}]]'),
    session,
  );
  expect((await kept(tab)).length).toBeGreaterThanOrEqual(2);
});

afterEach(() => context.close());

async function expectLeft(): Promise<void> {
  await tab.locator('article.turn').waitFor({ state: 'detached' });
  expect(new URL(tab.url()).pathname).toBe('/');
  expect(await kept(tab)).toEqual([]);
}

describe('a project in another tab is left, with what is kept of it', () => {
  test('where this browser is signed out', async () => {
    await press(accountTab, 'Sign out');
    await accountTab.getByRole('region', { name: 'Sign in' }).waitFor();
    await expectLeft();
    expect(await kept(accountTab)).toEqual([]);
  });

  test('where the account is deleted', async () => {
    await press(accountTab, 'Delete the account …');
    await accountTab.getByLabel('Type “delete” to confirm').fill('delete');
    await press(accountTab, 'Delete everything');
    await accountTab.getByText('You are here without an account.').waitFor();
    await expectLeft();
  });

  test('where another browser has signed out everywhere, once the page asks who it is', async () => {
    const response = await fetchOnce(`${running.redraw.url}/api/auth/sign-out`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Origin: running.redraw.url,
        Cookie: (await cookieOf(context)) ?? '',
      },
      body: '{"everywhere":true}',
    });
    expect(response.status).toBe(204);
    await tab.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expectLeft();
  });
});
