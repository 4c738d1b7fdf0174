import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { balanceOf, give, operatorSecret, signedIn } from '../../account/credits/credit-user.ts';
import { expectClean } from '../../support/axe.ts';
import { giveCookie } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

/** What a turn may cost, what it has cost, and what is there when nothing is left. The day's ten credits are a cent: about one call. */

const running = useRunning({
  CREDITS: 'on',
  CREDIT_USD: '0.001',
  CREDIT_MARKUP_PERCENT: '10',
  OPERATOR_SECRET: operatorSecret,
});
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
const cheap = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
const dear = { ...uncached, input_tokens: 1_000, output_tokens: 15_000 };

/** Somebody signed in, with a project of one turn that cost 0.22 credits, open in a browser. */
async function person(
  more: object = {},
): Promise<{ page: Page; visitor: Visitor; session: string; context: BrowserContext }> {
  const visitor = await signedIn(running);
  const prompt = uniquePrompt('first');
  running.simulator.script([{ content: ['Done.'], usage: cheap }], { text: prompt });
  const { session } = await visitor.build(prompt);
  const context = await browser.newContext({ locale: 'en-US', ...more });
  await giveCookie(context, visitor);
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(`${running.redraw.url}/s/${session}`);
  return { page, visitor, session, context };
}

async function send(page: Page, prompt: string): Promise<void> {
  await page.locator('#change').fill(prompt);
  await page.locator('#change').press('Enter');
}

const line = (page: Page) => page.locator('.credit-line');

describe('where credits pay', () => {
  test('the composer tells what a turn may cost and what is left, and the receipt what it has cost', async () => {
    const { page } = await person();
    await line(page).getByText('This may cost about 0.22 credits').waitFor();
    await line(page).getByRole('button', { name: '9.78 credits left' }).waitFor();
    await page.getByRole('button', { name: '9.78 credits left' }).first().waitFor();
    const receipt = page.locator('.receipt');
    await receipt.getByText('0.22 credits').first().waitFor();
    await receipt.locator('summary').click();
    await receipt.getByText('your credits').waitFor();
    await receipt.getByText('10 % markup').waitFor();
    await expectClean(page, 'a receipt of credits');
  });

  test('when they run out in the middle, what waits in the queue says so, the dialog offers one’s own Claude first, and all goes on', async () => {
    const { page, visitor } = await person();
    const [first, second] = [uniquePrompt('dear'), uniquePrompt('queued')];
    running.simulator.script(
      [{ content: [createFile('a.txt', 'a')], usage: dear, gates: [{ before: 3, name: first }] }],
      { text: first },
    );
    await send(page, first);
    await running.simulator.waiting(first);
    await send(page, second);
    await page.locator('.queue').getByText(second).waitFor();
    running.simulator.release(first);
    await page
      .getByText('Your credits do not cover the next step. What was written so far is kept, and is a version.')
      .waitFor();
    await page
      .locator('.queue')
      .getByText(/^Waits for credits/)
      .waitFor();
    const dialog = page.getByRole('dialog', { name: 'Your credits do not reach further' });
    await dialog.getByRole('heading', { level: 3 }).first().waitFor();
    const headings = await dialog.getByRole('heading', { level: 3 }).allTextContents();
    expect(headings).toEqual(['Go on with your own Claude', 'More credits']);
    await dialog.getByText(/^New ones come by themselves: /).waitFor();
    await expectClean(page, 'the dialog of spent credits');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page
      .locator('.queue')
      .getByText(/^Waits for credits/)
      .waitFor();
    await line(page)
      .getByRole('button', { name: /^Little is left/ })
      .click();
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await give(visitor, 100);
    await page.locator('article.turn[aria-busy="false"]', { hasText: second }).locator('.turn-sum').waitFor();
    expect((await balanceOf(visitor)).total).toBeGreaterThan(90);
  });

  test('a prompt that is refused opens the dialog, says what it needs, and is sent once a Claude of one’s own is there', async () => {
    const { page } = await person();
    const first = uniquePrompt('dear');
    running.simulator.script([{ content: ['Long.'], usage: dear }], { text: first });
    await send(page, first);
    await page.locator('article.turn[aria-busy="false"]', { hasText: first }).locator('.turn-sum').waitFor();
    const second = uniquePrompt('refused');
    await send(page, second);
    const dialog = page.getByRole('dialog', { name: 'Your credits do not reach further' });
    await dialog.getByText(/^The next step needs .* credits at least, and 1\.42 credits are left\./).waitFor();
    await dialog.getByLabel('API key of Claude').fill('sk-ant-api03-mine-c3D4');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('article.turn[aria-busy="false"]', { hasText: second }).locator('.turn-sum').waitFor();
    // Who has a Claude of their own sees no meter.
    await expect.poll(() => line(page).count()).toBe(0);
  });

  test.each([
    ['de', 'Das kostet etwa 0,22 Credits', 'noch 9,78 Credits'],
    ['fr', 'Coût probable : environ 0,22 crédit', 'reste 9,78 crédits'],
  ])('on a phone, in the dark, and in %s', async (locale, cost, left) => {
    const { page } = await person({ locale, viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await line(page).getByText(cost).waitFor();
    await line(page).getByText(left).waitFor();
    await expectClean(page, `the line of credits in ${locale}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});
