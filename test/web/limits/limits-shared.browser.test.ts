import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { demoModel } from '../../claude-simulator/demo/demo-model.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, useRunning } from '../../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../../support/start-redraw.ts';
import { aDesk, attemptAfter, ended, overloaded, passTo, person, picture, press, send, wish } from './limit-scenes.ts';

/** Limits that are not the visitor's own: of the site’s key, and those that the demo simulates. */

let browser: Browser;
let desk: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
  desk = await aDesk(browser);
});

afterAll(() => browser?.close());

const wall = (page: Page) => page.getByRole('region', { name: 'Usage limit reached' });

describe('with the key of the site', () => {
  const running = useRunning();

  test('a retry is told in amber with the time until it is made, and gone with the next word', async () => {
    const { page, visitor, session } = await person(desk, running, { hasPlan: false });
    const line = page.locator('.retry');
    // Longer than the page takes to show it, on a busy machine too.
    const first = wish();
    running.simulator.script([overloaded(40)], { text: first });
    await send(page, first);
    await running.simulator.request(1, { text: first });
    const attempt = await attemptAfter('overloaded_error', visitor, session);
    await line.getByText(`Retrying request, attempt ${attempt}/10`).waitFor();
    await line.getByText('status 529, overloaded_error').waitFor();
    await line.getByText(/next try in \d+\ss/).waitFor();
    // The text is read out, the countdown is not.
    expect(await line.getByText(/next try/).getAttribute('aria-hidden')).toBe('true');
    expect(await page.locator('[role=log] .retry').count()).toBe(1);
    await picture(page, 'retry', { isPartOfAnother: true });
    await page.getByRole('button', { name: /^Stop/ }).click();
    await ended(page, 2);

    const gate = { before: 'headers', name: 'word' } as const;
    const second = wish();
    running.simulator.script([overloaded(1), { content: ['There it is.'], gates: [gate] }], { text: second });
    await send(page, second);
    await line.waitFor();
    await running.simulator.waiting('word');
    await expect.poll(() => line.getByText(/next try/).count()).toBe(0);
    await page.reload();
    await line.getByText(/^Retrying request, attempt \d\/10/).waitFor();
    await expect.poll(() => line.getByText(/next try/).count()).toBe(0);
    running.simulator.release('word');
    await line.waitFor({ state: 'detached' });
    await ended(page, 3);
  });

  test('the wall says whose limit it is, nothing is counted or kept, and a Claude of one’s own goes on at once', async () => {
    const { page, session, visitor } = await person(desk, running, { hasPlan: false });
    const prompt = wish();
    const answers = [
      { content: ['First the list.', createFile('list.txt', 'green\n')] },
      { error: { type: 'rate_limit_error', message: 'Too many requests.' }, headers: { 'retry-after': '3600' } },
      { content: ['Done.'] },
    ];
    running.simulator.script(answers, { text: prompt });
    await send(page, prompt);
    await ended(page, 2);
    await wall(page).getByText('It is Redraw’s own key that is at its limit').waitFor();
    await wall(page).getByText('This turn was not counted.').waitFor();
    await wall(page).getByText('The key that this site shares is at its limit with Claude.').waitFor();
    expect(await page.getByText('Too many requests.').count()).toBe(0);
    expect(
      await wall(page)
        .getByRole('button', { name: /^Retry \(locked/ })
        .isDisabled(),
    ).toBe(true);
    expect(await wall(page).getByRole('button', { name: 'Try anyway' }).count()).toBe(0);
    await picture(page, 'shared');
    const { rateLimit, trial } = await visitor.json<AccountDetail>('GET', '/api/account');
    expect({ rateLimit, used: trial?.used }).toEqual({ rateLimit: null, used: 1 });
    expect(await page.locator('.limit-meter').count()).toBe(0);

    await press(page, 'Connect your Claude');
    await page.getByLabel('API key of Claude').fill('sk-ant-api03-mine-c3D4');
    await page.getByLabel('API key of Claude').press('Enter');
    await page.getByRole('button', { name: 'Your Claude …c3D4' }).waitFor();
    await press(page, 'Continue where it stopped');
    await ended(page, 3);
    await wall(page).waitFor({ state: 'detached' });
    const detail = await visitor.json<{ messages: { text: string }[] }>('GET', `/api/sessions/${session}?messages=1`);
    expect(detail.messages.at(-1)?.text).toBe('Done.');
    expect(await page.locator('.demo-limits').count()).toBe(0);
  });
});

describe('in the demo', () => {
  let simulator: Simulator;
  let redraw: Redraw;

  beforeAll(async () => {
    simulator = await startSimulator({ handler: demoModel({ pace: 'zero' }) });
    redraw = await startRedraw({ ANTHROPIC_BASE_URL: simulator.url, REDRAW_DEMO: '1' });
  });

  afterAll(async () => {
    await redraw?.close();
    await simulator?.close();
  });

  test('a menu shows each state to who has no key', async () => {
    const page = await passTo(desk, []);
    const visitor = await visitorOf(desk, redraw.url);
    const { session } = await visitor.build('A habit tracker for three habits');
    await page.goto(`${redraw.url}/s/${session}`);
    await ended(page, 1);
    const menu = page.getByRole('button', { name: 'See what Claude says of limits' });
    const choose = async (group: string, scene: string) => {
      await menu.click();
      await page.getByRole('region', { name: group }).getByRole('button', { name: scene }).click();
    };
    await menu.click();
    await picture(page, 'menu');
    await page.keyboard.press('Escape');
    await choose('Close to a limit', '5-hour window nearly full');
    await page.locator('.limit-meter', { hasText: '92% used' }).waitFor();
    await ended(page, 2);
    await choose('At a limit, on a plan of your own', 'Week full, Opus only');
    await wall(page).getByText('Only Opus models are at their limit.').waitFor();
    await ended(page, 3);
    await press(page, 'Try anyway');
    await ended(page, 4);
    expect(await page.locator('.turn').last().textContent()).toContain('Now it is');
    await choose('At a limit, on the key of this site', 'No credit left');
    await wall(page).getByText('It is Redraw’s own key').waitFor();
    await wall(page).getByText('Your credit balance is too low').waitFor();
  });
});
