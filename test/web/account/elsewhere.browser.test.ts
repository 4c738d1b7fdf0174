import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { type OAuthServer, startOAuthServer } from '../../oauth-server/listen.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { freePort } from '../../support/free-port.ts';
import { clientId, clientSecret, type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts';
import { uniquePrompt } from '../../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../../support/start-redraw.ts';

/** Flows that lead to another site and back: sign-in at a provider, and the connection to a Claude account. */

let simulator: Simulator;
let provider: OpenIdProvider;
let oauth: OAuthServer;
let redraw: Redraw;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const port = await freePort();
  const acme = { id: 'acme', name: 'Acme', issuer: `http://localhost:${port}`, clientId, clientSecret };
  simulator = await startSimulator({ script: [{}], repeatLast: true });
  oauth = await startOAuthServer();
  redraw = await startRedraw((url) => ({
    ...{ ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: 'sk-test', ANON_TURN_LIMIT: '1' },
    OIDC_PROVIDERS: JSON.stringify([acme]),
    ...oauth.settingsFor(`${url}/account/claude`),
  }));
  provider = await startOpenIdProvider(port, `${redraw.url}/api/auth/oidc/acme/callback`);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await redraw?.close();
  await provider?.close();
  await oauth?.close();
  await simulator?.close();
});

beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
});

afterEach(() => context.close());

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

async function ended(count: number): Promise<void> {
  await page
    .locator('article.turn[aria-busy="false"] .turn-sum', { hasText: 'Done' })
    .nth(count - 1)
    .waitFor();
}

/** Uses the only trial turn, so that the next is refused. @returns the project's address */
async function beRefused(next: string): Promise<string> {
  const visitor = await visitorOf(context, redraw.url);
  const { session } = await visitor.build(uniquePrompt('a project'));
  await page.goto(`${redraw.url}/s/${session}`);
  await ended(1);
  await page.locator('#change').fill(next);
  await page.locator('#change').press('Enter');
  await page.getByRole('dialog', { name: 'How would you like to go on?' }).waitFor();
  return page.url();
}

/** Signs in at the provider's page. */
async function approve(login: string): Promise<void> {
  await page.waitForURL(/\/interaction\//);
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill('x');
  await page.locator('[type=submit]').click();
  await page.locator('[name=prompt][value=consent]').waitFor({ state: 'attached' });
  await page.locator('[type=submit]').click();
}

describe('a provider', () => {
  test('signs in; the prompt that was refused is offered once more, and the project is there from elsewhere', async () => {
    const second = uniquePrompt('second');
    const address = await beRefused(second);
    await press('Go on with Acme');
    await approve('ada');
    await page.waitForURL(address);
    await page.locator('.toast', { hasText: 'You are signed in. What you wrote is still in the box.' }).waitFor();
    expect(await page.locator('#change').inputValue()).toBe(second);
    await press('Send it now');
    await ended(2);
    expect(await page.locator('.prompt').nth(1).textContent()).toContain(second);
    await page.getByRole('button', { name: '19 of 20 left today' }).waitFor();

    const elsewhere = await browser.newContext({ locale: 'en-US' });
    page = await elsewhere.newPage();
    await page.goto(`${redraw.url}/account`);
    await press('Go on with Acme');
    await approve('ada');
    await page.getByText('You are signed in as ada of the tests.').waitFor();
    await page.getByText('ada@example.com').waitFor();
    await page.locator(`a[href="${new URL(address).pathname}"]`).click();
    await ended(2);
    await elsewhere.close();
  });

  test('that is left without signing in costs nothing, and it is said', async () => {
    const second = uniquePrompt('second');
    const address = await beRefused(second);
    await press('Go on with Acme');
    await page.getByRole('link', { name: /cancel/i }).click();
    await page.waitForURL(address);
    await page.locator('dialog .notice', { hasText: 'You did not finish signing in. Nothing has changed.' }).waitFor();
    expect(await page.locator('#change').inputValue()).toBe(second);
    await page.getByLabel('API key of Claude').fill('sk-ant-api03-good-a1B2');
    await page.keyboard.press('Enter');
    await ended(2);
    expect(await page.locator('.prompt').nth(1).textContent()).toContain(second);
  });
});

describe('a Claude account', () => {
  test('is connected where Claude leads back', async () => {
    const second = uniquePrompt('second');
    const address = await beRefused(second);
    await page.getByText('What exactly that means').click();
    await page.getByText('Your password stays with Claude.').waitFor();
    await press('Go to Claude');
    await page.waitForURL(address);
    await page.locator('.toast', { hasText: 'Connected: Claude account' }).waitFor();
    await press('Send it now');
    await ended(2);
    await page.getByRole('button', { name: 'Your Claude account' }).waitFor();
    const { key } = await simulator.request(1, { text: second });
    expect(oauth.server.accepts(key ?? '')).toBe(true);
  });

  test('is connected by a code that is pasted, and the prompt goes on by itself', async () => {
    await redraw.kill();
    await redraw.restart(oauth.settingsFor(`${oauth.url}/code`));
    await beRefused(uniquePrompt('second'));
    const opening = context.waitForEvent('page');
    await press('Go to Claude');
    const claude = await opening;
    await claude.waitForURL(`${oauth.url}/code?**`);
    const { searchParams } = new URL(claude.url());
    const field = page.getByLabel('Code that Claude shows, or the whole address');
    await field.fill('half a code');
    await field.press('Enter');
    await page.locator('dialog .notice', { hasText: 'The connection was not made: Paste the whole code' }).waitFor();

    const again = context.waitForEvent('page');
    await press('Go to Claude');
    await (await again).waitForURL(`${oauth.url}/code?**`);
    expect(new URL((await again).url()).searchParams.get('state')).not.toBe(searchParams.get('state'));
    await field.fill((await again).url());
    await field.press('Enter');
    await ended(2);
  });
});
