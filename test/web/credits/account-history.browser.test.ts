import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import {
  balanceOf,
  entriesOf,
  give,
  operatorCall,
  operatorSecret,
  signedIn,
} from '../../account/credits/credit-user.ts';
import { expectClean } from '../../support/axe.ts';
import { giveCookie } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { only, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Where the credits of an account went, how to use fewer, and when they are reset. A credit is a tenth of a cent; the clock of credits begins two days ago. */

const dayMs = 86_400_000;
const running = useRunning({
  CREDITS: 'on',
  CREDIT_USD: '0.001',
  OPERATOR_SECRET: operatorSecret,
  CLOCK_OFFSET_MS: String(-2 * dayMs),
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

interface Built {
  session: string;
  turn: string;
  receipt: EventData<'usage'>;
}

/** A turn that is settled. */
async function build(
  visitor: Visitor,
  more: { session?: string; model?: string; usage?: object } = {},
): Promise<Built> {
  const prompt = uniquePrompt('credits');
  running.simulator.script([{ content: ['Done.'], usage: { ...cheap, ...more.usage } }], { text: prompt });
  if (more.model && more.session)
    await visitor.call('PUT', `/api/sessions/${more.session}/model`, { model: more.model });
  const { session, events } = await visitor.build(prompt, more.session);
  const { turn } = only(events, 'turn_finished');
  await entriesOf(visitor, turn);
  return { session, turn, receipt: only(events, 'usage') };
}

async function open(visitor: Visitor, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    bypassCSP: true,
    ...options,
  });
  await giveCookie(context, visitor);
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(`${visitor.url}/account`);
  return page;
}

const section = (page: Page) => page.getByRole('region', { name: 'Credits', exact: true });
const entries = (page: Page) => section(page).getByRole('table', { name: 'Where they went' });

async function plan(visitor: Visitor, id: string): Promise<void> {
  const { account } = await balanceOf(visitor);
  expect((await operatorCall(visitor.url, 'plans', { account, plan: id, until: null })).status).toBe(200);
}

const micro = (credits: number): number => Math.round(credits * 1e6);

/** The exact amounts of the turns that are shown, in micro-credits. */
async function amounts(page: Page): Promise<number[]> {
  const titles = await entries(page)
    .locator('tbody tr', { hasText: /Turn:/ })
    .locator('td.amount')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title') ?? ''));
  return titles.map((title) => micro(Number.parseFloat(title.replaceAll(',', ''))));
}

describe('the credits of an account', () => {
  test('are reset in a zone that is chosen, the browser’s own being proposed, and not twice in a week', async () => {
    const visitor = await signedIn(running);
    const page = await open(visitor);
    await section(page).getByText('Time zone: UTC').click();
    const zone = section(page).getByLabel('Reset daily credits at midnight of');
    expect(await zone.inputValue()).toBe('Europe/Berlin');
    await section(page).getByRole('button', { name: 'Change' }).click();
    await section(page).getByText('From the next reset on: Europe/Berlin').waitFor();
    expect(await balanceOf(visitor)).toMatchObject({ timeZone: 'UTC', nextTimeZone: 'Europe/Berlin' });
    await zone.selectOption('Asia/Tokyo');
    await section(page).getByRole('button', { name: 'Change' }).click();
    await section(page)
      .getByText(/^It can be changed again from /)
      .waitFor();
    expect(await balanceOf(visitor)).toMatchObject({ nextTimeZone: 'Europe/Berlin' });
  });

  test('went where the receipts say: by day, by project, by entry, and in the file', async () => {
    const visitor = await signedIn(running);
    const first = await build(visitor);
    await running.redraw.kill();
    await running.redraw.restart({ CLOCK_OFFSET_MS: '0' });
    const second = await build(visitor, { usage: { output_tokens: 333 } });
    const third = await build(visitor, { session: second.session });
    const receipts = [third, second, first].map(({ receipt }) => -micro(receipt.credits?.total ?? 0));
    const page = await open(visitor);
    await expect.poll(() => amounts(page)).toEqual(receipts);
    const chart = section(page).getByRole('figure');
    await chart.locator('canvas').waitFor();
    await chart.getByText('The same as a table').click();
    expect(await chart.locator('tbody tr').count()).toBe(2);
    const sums = section(page).locator('.credit-sums table').first().locator('tbody tr');
    expect(await sums.locator('td:nth-child(2)').allTextContents()).toEqual(['2', '1']);
    const project = section(page).getByRole('combobox', { name: 'Project' });
    await project.selectOption(first.session);
    await expect.poll(() => amounts(page)).toEqual(receipts.slice(2));
    await project.selectOption('');
    const today = await page.evaluate(() => {
      const now = new Date();
      return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
        .map((part) => String(part).padStart(2, '0'))
        .join('-');
    });
    await section(page).getByLabel('From').fill(today);
    await expect.poll(() => amounts(page)).toEqual(receipts.slice(0, 2));
    const file = page.waitForEvent('download');
    await section(page).getByRole('link', { name: 'All of it as CSV' }).click();
    const lines = (await readFile(await (await file).path(), 'utf8')).trimEnd().split('\r\n').slice(1);
    const turns = lines.map((line) => line.split(',')).filter(([, , kind]) => kind === 'turn');
    expect(turns.map(([, , , amount]) => micro(Number(amount)))).toEqual(receipts.slice(0, 2));
    await section(page).getByLabel('From').fill('');
    await section(page).getByLabel('To', { exact: true }).fill('2020-01-01');
    await section(page).getByText('Nothing yet.').waitFor();
  });

  test('bring tips where the numbers say so: Haiku for small turns, a fresh start for a long conversation', async () => {
    const visitor = await signedIn(running);
    await plan(visitor, 'pro');
    await give(visitor, 10_000);
    const dear = await build(visitor);
    const long = await build(visitor, { usage: { input_tokens: 70_000 } });
    for (let turn = 1; turn <= 3; turn++) {
      await build(visitor, { session: dear.session, model: 'claude-sonnet-5-5' });
      await build(visitor, { session: long.session, usage: { input_tokens: 70_000 } });
    }
    const page = await open(visitor);
    const tips = section(page).getByRole('listitem');
    await tips.filter({ hasText: 'cost less with Haiku than with claude-sonnet-5-5' }).getByText('Use Haiku').click();
    await page.getByText('Haiku builds from the next turn on.').waitFor();
    const { model } = await visitor.json<SessionDetail>('GET', `/api/sessions/${dear.session}`);
    expect(model).toBe('claude-haiku-5-5');
    const started = page.waitForResponse(/\/fresh-start$/);
    await tips.filter({ hasText: 'A fresh start keeps the files' }).getByText('Start fresh').click();
    expect((await started).url()).toContain(long.session);
    await page.getByText('Claude is summing up the conversation.').waitFor();
    await expect.poll(() => section(page).getByText('How to use fewer').count()).toBe(0);
    await page.reload();
    await entries(page).waitFor();
    expect(await section(page).getByText('How to use fewer').count()).toBe(0);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('are whole in the %s, %i px wide', async (colorScheme, width) => {
    const visitor = await signedIn(running);
    await plan(visitor, 'pro');
    await give(visitor, 2.5, { kind: 'reward', why: 'For the bug report' });
    const { session } = await build(visitor);
    await build(visitor, { session, usage: { input_tokens: 70_000 } });
    await build(visitor, { session, usage: { input_tokens: 70_000 } });
    await build(visitor, { session, usage: { input_tokens: 90_000 } });
    const page = await open(visitor, { colorScheme, viewport: { width, height: 900 } });
    await section(page).locator('canvas').waitFor();
    await entries(page).waitFor();
    await section(page).getByText('The same as a table').click();
    await section(page).getByText('Time zone: UTC').click();
    await expectClean(page, `the credits in the ${colorScheme}, ${width} px wide`);
  });
});
