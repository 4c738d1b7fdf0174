import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { entriesOf, operatorSecret, signedIn } from '../../account/credits/credit-user.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import { expectClean } from '../../support/axe.ts';
import { launchChromium } from '../../support/chromium.ts';
import { only, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunning({
  CREDITS: 'on',
  CREDIT_USD: '0.001',
  OPERATOR_SECRET: operatorSecret,
  CLAUDE_RETRY_BASE_MS: '1',
  SUPPORT_EMAIL: 'help@example.com',
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
const done: Answer = { content: ['Done.'], usage: { ...uncached, input_tokens: 1_000, output_tokens: 200 } };

/** The account page of somebody who has signed in, and built once with these answers. */
async function accountPage(script: Answer[]): Promise<{ page: Page; visitor: Visitor }> {
  const visitor = await signedIn(running);
  const prompt = uniquePrompt('review');
  running.simulator.script(script, { text: prompt });
  const { events } = await visitor.build(prompt);
  await entriesOf(visitor, only(events, 'turn_finished').turn);
  const context = await browser.newContext({
    ...{ locale: 'en-US', bypassCSP: true, viewport: { width: 360, height: 740 } },
  });
  const [name = '', value = ''] = visitor.cookie?.split('=') ?? [];
  const { hostname: domain } = new URL(running.redraw.url);
  await context.addCookies([{ name, value, domain, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(`${running.redraw.url}/account`);
  return { page, visitor };
}

test('a review is filled from the session, is sent by the keyboard alone, and says what becomes of it', async () => {
  const { page } = await accountPage([done]);
  await page.getByText('You have asked for no review.').waitFor();
  const opener = page.getByRole('button', { name: /Ask about the newest turn/ });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'This cost too much' });
  await dialog.getByText('claude-haiku-5-5').waitFor();
  expect(await dialog.getByText(/tokens/).textContent()).toContain('1,000 tokens');
  const mail = await dialog.getByRole('link', { name: /e-mail/ }).getAttribute('href');
  expect(mail).toBe('mailto:help@example.com?subject=High%20Credit%20Usage%20Review');
  await expectClean(page, 'the dialog of a review');
  await dialog.getByLabel('What were you trying to do?').focus();
  await page.keyboard.type('A small change');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await dialog.getByText(/Your review is under way/).waitFor();
  await expectClean(page, 'the result of a review');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.locator('#reviews').getByText('Waiting for a decision').waitFor();
  await expectClean(page, 'the list of reviews');
});

test('what was a clear fault is said to be back, with the amount', async () => {
  const { page } = await accountPage([{ error: { type: 'overloaded_error' } }, done]);
  await page.getByRole('button', { name: /Ask about the newest turn/ }).click();
  const dialog = page.getByRole('dialog', { name: 'This cost too much' });
  await dialog.getByLabel('What were you trying to do?').fill('A page');
  await dialog.getByRole('button', { name: 'Ask for a review' }).click();
  await dialog.getByText('That was our fault. 0.2 credits are back in your balance.').waitFor();
});

test('feedback and an enquiry are sent, and what was refused stays in its box', async () => {
  const { page, visitor } = await accountPage([done]);
  const section = page.locator('#reviews');
  await section.getByText('Send feedback', { exact: true }).click();
  await section.getByLabel('What is it?').selectOption('bug');
  await section.getByLabel('Your message').fill('The menu is gone');
  await section.getByRole('button', { name: 'Send', exact: true }).first().click();
  await section.getByText('Thank you. Your message has arrived.').waitFor();
  await expectClean(page, 'the form for feedback');
  for (let n = 0; n < 5; n++) await visitor.json('POST', '/api/account/plan/enquiry', { text: 'Again' });
  await section.getByText('Ask for a plan of your own').click();
  await section.getByLabel('What do you need?').fill('A plan for five');
  await section.getByRole('button', { name: 'Send', exact: true }).last().click();
  await section.getByRole('alert').waitFor();
  expect(await section.getByLabel('What do you need?').inputValue()).toBe('A plan for five');
});
