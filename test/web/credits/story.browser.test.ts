import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import { balanceOf, entriesOf, historyOf, operatorCall, operatorSecret } from '../../account/credits/credit-user.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import { expectClean } from '../../support/axe.ts';
import { cookieOf, visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { passkeyDevice } from '../../support/passkey-device.ts';
import { createFile, EventReader, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import { Visitor } from '../../support/visitor.ts';

/** One person's way: the trial, the day's credits, none left, a promo code, the next day, a plan, two reviews. A credit is a tenth of a cent. */

const running = useRunning({
  CREDITS: 'on',
  CREDIT_USD: '0.001',
  OPERATOR_SECRET: operatorSecret,
  CLAUDE_RETRY_BASE_MS: '1',
});
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

const dayMs = 86_400_000;
const uncached = { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
const cheap = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
const dear = { ...uncached, input_tokens: 1_000, output_tokens: 15_000 };

const turnOf = (page: Page, prompt: string) => page.locator('article.turn[aria-busy="false"]', { hasText: prompt });

async function send(page: Page, prompt: string, script: Answer[]): Promise<void> {
  running.simulator.script(script, { text: prompt });
  await page.locator('#change').fill(prompt);
  await page.locator('#change').press('Enter');
}

async function built(page: Page, prompt: string): Promise<void> {
  await turnOf(page, prompt).locator('.turn-sum').waitFor();
}

/** Who the browser is now. */
async function caller(context: BrowserContext): Promise<Visitor> {
  const visitor = new Visitor(running.redraw.url);
  visitor.cookie = await cookieOf(context);
  return visitor;
}

/** The receipts of a project, by turn. */
async function receipts(visitor: Visitor, session: string): Promise<EventData<'usage'>[]> {
  const log = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  const events = await log.rest();
  return events.flatMap((event) => (event.type === 'usage' ? [event.data] : []));
}

const micro = (credits: number): number => Math.round(credits * 1e6);

test('from the trial over the day’s credits to a plan, with two reviews, and every receipt in the history', async () => {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  await passkeyDevice(page);

  // Six turns without an account.
  const guest = await visitorOf(context, running.redraw.url);
  const first = uniquePrompt('trial');
  running.simulator.script(
    [
      { content: [createFile('a.txt', 'a')], usage: cheap },
      { content: ['Done.'], usage: cheap },
    ],
    {
      text: first,
    },
  );
  const { session } = await guest.build(first);
  for (let turn = 2; turn <= 6; turn++) await guest.build(uniquePrompt('trial'), session);
  await page.goto(`${running.redraw.url}/s/${session}`);

  // The seventh waits for the sign-in, and then runs on the day's credits.
  const seventh = uniquePrompt('seventh');
  await send(page, seventh, [{ content: ['Done.'], usage: cheap }]);
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await built(page, seventh);
  await turnOf(page, seventh).locator('.receipt summary').getByText('0.2 credits').waitFor();

  // They run out in the middle, with a prompt in the queue: a version, the dialog, a promo code, and the prompt goes on by itself.
  const [long, queued] = [uniquePrompt('long'), uniquePrompt('queued')];
  await send(page, long, [{ content: [createFile('b.txt', 'b')], usage: dear, gates: [{ before: 3, name: long }] }]);
  await running.simulator.waiting(long);
  await send(page, queued, [{ content: ['Done.'], usage: cheap }]);
  await page.locator('.queue').getByText(queued).waitFor();
  running.simulator.release(long);
  const dialog = page.getByRole('dialog', { name: 'Your credits do not reach further' });
  await dialog.waitFor();
  const user = await caller(context);
  expect(
    (await user.json<{ path: string }[]>('GET', `/api/sessions/${session}/files`)).map(({ path }) => path),
  ).toEqual(['a.txt', 'b.txt']);
  const code = `STORY-${process.pid}`;
  await operatorCall(running.redraw.url, 'promo-codes', { code, credits: 40, uses: 1 });
  await dialog.getByLabel('Promo code').fill(code.toLowerCase());
  await dialog.getByRole('button', { name: 'Redeem' }).click();
  await dialog.waitFor({ state: 'detached' });
  await built(page, queued);

  // The next day has its own ten.
  await running.redraw.kill();
  await running.redraw.restart({ CLOCK_OFFSET_MS: String(dayMs) });
  await page.goto(`${running.redraw.url}/account`);
  await page.getByText('10 of 10 credits left').waitFor();
  await page.getByText('Promo code: ', { exact: false }).first().waitFor();
  await expectClean(page, 'the account with credits');

  // Pro, given by the operator, and taken back.
  const { account } = await balanceOf(user);
  await operatorCall(running.redraw.url, 'plans', { account, plan: 'pro', until: null });
  await page.reload();
  await page.getByText('1,400 of 1,400 credits left').waitFor();
  await operatorCall(running.redraw.url, 'plans', { account, plan: 'free', until: null });
  await page.reload();
  await page.getByText('10 of 10 credits left').waitFor();
  expect(await page.getByText(/of 1,400 credits/).count()).toBe(0);

  // A turn that had to be tried again: the review from its receipt is restored at once.
  await page.goto(`${running.redraw.url}/s/${session}`);
  const again = uniquePrompt('again');
  await send(page, again, [{ error: { type: 'overloaded_error' } }, { content: ['Done.'], usage: cheap }]);
  await built(page, again);
  await turnOf(page, again).locator('.receipt summary').click();
  await turnOf(page, again).getByRole('button', { name: 'This cost too much' }).click();
  const review = page.getByRole('dialog', { name: 'This cost too much' });
  await review.getByRole('button', { name: 'Ask for a review' }).click();
  await review.getByText('That was our fault. 0.2 credits are back in your balance.').waitFor();
  await page.keyboard.press('Escape');

  // One without a fault waits, is declined, and comes with advice.
  const plain = uniquePrompt('plain');
  await send(page, plain, [{ content: ['Done.'], usage: cheap }]);
  await built(page, plain);
  await turnOf(page, plain).locator('.receipt summary').click();
  await turnOf(page, plain).getByRole('button', { name: 'This cost too much' }).click();
  await review.getByRole('button', { name: 'Ask for a review' }).click();
  await review.getByText(/Your review is under way/).waitFor();
  const reviews = await user.json<{ id: string; state: string }[]>('GET', '/api/account/reviews');
  expect(reviews.map(({ state }) => state)).toEqual(['submitted', 'restored']);
  const advice = 'Ask before you build.';
  await operatorCall(running.redraw.url, `reviews/${reviews[0]?.id}`, { decision: 'decline', advice });
  await page.goto(`${running.redraw.url}/account`);
  await page.getByText('Declined').waitFor();
  await page.getByText(advice).waitFor();

  // The history, its file and the receipts say the same, to the micro-credit.
  const paid = (await receipts(user, session)).filter(({ payer }) => payer === 'credits');
  await entriesOf(user, paid.at(-1)?.turn ?? '');
  const { entries } = await historyOf(user);
  const spent = new Map(
    entries.filter(({ kind }) => kind === 'turn').map(({ turn, amount }) => [turn, -micro(amount)]),
  );
  expect(new Map(paid.map(({ turn, credits }) => [turn, micro(credits?.total ?? 0)]))).toEqual(spent);
  const csv = await (await user.call('GET', '/api/account/credits/history.csv')).text();
  const amounts = csv
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => Number(line.split(',')[3]));
  expect(amounts.reduce((sum, amount) => sum + micro(amount), 0)).toBe(micro((await balanceOf(user)).total));
  expect(wrong).toEqual([]);
  await context.close();
}, 240_000);
