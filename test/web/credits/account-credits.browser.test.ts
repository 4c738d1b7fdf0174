import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { entriesOf, give, operatorCall, operatorSecret, signedIn } from '../../account/credits/credit-user.ts';
import { expectClean } from '../../support/axe.ts';
import { giveCookie } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { fetchOnce } from '../../support/fetch-once.ts';
import { only, problemOf, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunning({ CREDITS: 'on', CREDIT_USD: '0.001', OPERATOR_SECRET: operatorSecret });
let browser: Browser;
const wrong: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

afterEach(() => {
  expect(wrong.splice(0)).toEqual([]);
});

const uncached = { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

async function build(visitor: Visitor, outputTokens: number): Promise<void> {
  const prompt = uniquePrompt('built');
  const usage = { ...uncached, input_tokens: 1_000, output_tokens: outputTokens };
  running.simulator.script([{ content: ['Done.'], usage }], { text: prompt });
  const { events } = await visitor.build(prompt);
  await entriesOf(visitor, only(events, 'turn_finished').turn);
}

async function open(visitor: Visitor, path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', bypassCSP: true, ...options });
  if (visitor.cookie) await giveCookie(context, visitor);
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(running.redraw.url + path);
  return page;
}

const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
const width = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);
const entry = (page: Page, text: string) => page.locator('.credit-table tbody tr', { hasText: text });

describe('the account page', () => {
  test('has the balance by bucket, each entry of it, and the filters', async () => {
    const visitor = await signedIn(running);
    await build(visitor, 200);
    await build(visitor, 1_000);
    await give(visitor, 25, { why: 'Thank you' });
    const page = await open(visitor, '/account');
    const section = page.getByRole('region', { name: 'Credits', exact: true });
    // 0.2 and 0.6 of the day's ten.
    await section.getByText('34.2 credits', { exact: true }).waitFor();
    await section.getByText('9.2 of 10 credits left').waitFor();
    await section.getByText('Given: Thank you').waitFor();
    expect(await entry(page, 'Turn:').locator('.amount').allTextContents()).toEqual(['−0.6', '−0.2']);
    await section.getByLabel('Model').selectOption('claude-haiku-5-5');
    await expect.poll(() => entry(page, 'Credits given').count()).toBe(0);
    await section.getByLabel('To').fill('2020-01-01');
    await section.getByText('Nothing yet.').waitFor();
    await section.getByLabel('To').fill('');
    await entry(page, 'Turn:').first().waitFor();
    expect(await section.getByRole('link', { name: 'All of it as CSV' }).getAttribute('href')).toContain(
      'model=claude',
    );
    await expectClean(page, 'the credits of an account');
  });

  test('redeems a code, says what is wrong with another, and moves the daily reset', async () => {
    const visitor = await signedIn(running);
    const code = `PAGE-${process.pid}`;
    await operatorCall(running.redraw.url, 'promo-codes', { code, credits: 15, uses: 1 });
    const page = await open(visitor, '/account', { timezoneId: 'Asia/Tokyo' });
    const field = page.getByLabel('Promo code');
    await field.fill('NONE-SUCH');
    await field.press('Enter');
    await page.getByRole('alert').waitFor();
    await field.fill(code);
    await field.press('Enter');
    await page.getByText('25 credits', { exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByText('25 credits left').waitFor();
    await entry(page, code).waitFor();
    await page.getByText('Time zone: UTC').click();
    await page.getByLabel(/^Reset daily credits/).selectOption('Asia/Tokyo');
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByText('From the next reset on: Asia/Tokyo').waitFor();
  });

  test('of somebody with a Claude of their own has no meter', async () => {
    const visitor = await signedIn(running);
    await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-api03-good-a1B2' });
    const page = await open(visitor, '/account');
    await page.getByText('Your turns run on your own Claude account.').waitFor();
    expect(await page.getByText(/\d credits?\b/).count()).toBe(0);
  });

  test.each(['de', 'fr'])('fits on a phone, in the dark, in %s', async (locale) => {
    const visitor = await signedIn(running);
    await build(visitor, 200);
    const page = await open(visitor, '/account', { ...phone, locale });
    await page.locator('.credit-table caption ~ tbody tr').first().waitFor();
    expect(await width(page)).toBeLessThanOrEqual(360);
    await expectClean(page, `the credits of an account in ${locale}`);
  });
});

describe('the page of plans', () => {
  test('names one’s own Claude first, then the plans, and marks one’s own', async () => {
    const visitor = await signedIn(running);
    const page = await open(visitor, '/plans');
    await page.getByRole('heading', { level: 1, name: 'Plans' }).waitFor();
    const headings = page.getByRole('heading', { level: 2 });
    await headings.first().waitFor();
    expect((await headings.allTextContents()).slice(0, 2)).toEqual(['Your own Claude', 'Plans']);
    await page.getByText('$19.00 a month or $190.00 a year').waitFor();
    await page.locator('.plan', { hasText: 'Free' }).getByText('Your plan').waitFor();
    await page.getByText('Nothing can be bought here.').waitFor();
    expect(await page.locator('ol > li').count()).toBe(5);
    await expectClean(page, 'the page of plans');
    await page.getByRole('link', { name: 'Open your account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  });

  test.each(['de', 'fr'])('is there for who is nobody yet, on a phone, in the dark, in %s', async (locale) => {
    const page = await open(running.visitor(), '/plans', { ...phone, locale });
    await page.locator('.plan').first().waitFor();
    expect(await width(page)).toBeLessThanOrEqual(360);
    await expectClean(page, `the page of plans in ${locale}`);
  });
});

describe('where credits are off', () => {
  const off = useRunning();

  test('there is no page of plans, no call, and no word of credits on the account page', async () => {
    expect((await fetchOnce(`${off.redraw.url}/plans`)).status).toBe(404);
    const visitor = await signedIn(off);
    for (const path of ['/api/plans', '/api/account/credits', '/api/account/reviews'])
      await problemOf(await visitor.call('GET', path), 404, 'not_found');
    const context = await browser.newContext({ locale: 'en-US' });
    await giveCookie(context, visitor);
    const page = await context.newPage();
    await page.goto(`${off.redraw.url}/account`);
    await page.getByText('You are signed in.', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
    expect(await page.getByText(/\b(credits?|reviews?)\b/i).count()).toBe(0);
  });
});
