import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

const running = useRunning();
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  page = await context.newPage();
});
afterEach(() => context?.close());

/** Starts a project on the start page, and waits until it is built. */
async function start(): Promise<void> {
  const prompt = uniquePrompt('A timer');
  running.simulator.script(toolTurn(createFile('index.html', '<h1>One</h1>')), { text: prompt });
  await page.goto(running.redraw.url);
  await page.locator('#idea').fill(prompt);
  await page.keyboard.press('Enter');
  await page.locator('.turn-sum', { hasText: 'Done' }).waitFor();
}

async function send(text: string): Promise<void> {
  await page.locator('#change').fill(text);
  await page.keyboard.press('Enter');
}

test('a cookie that is lost in mid-work is told as that, and what stands and what was typed stays', async () => {
  await start();
  await context.clearCookies();
  await send('Make it green');
  await page.getByRole('alert').filter({ hasText: 'does not know this browser' }).waitFor();
  expect(await page.locator('#change').inputValue()).toBe('Make it green');
  await page.locator('.turn-sum', { hasText: 'Done' }).waitFor();
});

test('a browser that keeps no cookies is told so where its project would be', async () => {
  await start();
  // The browser's own requests cannot be sent without its cookies: these are sent in its place.
  await page.route('**/api/**', async (route) => {
    const response = await fetch(route.request().url(), { method: route.request().method() });
    const contentType = response.headers.get('content-type') ?? '';
    await route.fulfill({ status: response.status, contentType, body: await response.text() });
  });
  await page.reload();
  await page.getByText('does not know this browser').waitFor();
});

test('a project of somebody else is not theirs, and no matter of cookies', async () => {
  const other = running.visitor();
  const { session } = await other.build(uniquePrompt('A timer'));
  await start();
  await page.goto(`${running.redraw.url}/s/${session}`);
  await page.getByText('There is no project at this address').waitFor();
  expect(await page.getByText('does not know this browser').count()).toBe(0);
});
