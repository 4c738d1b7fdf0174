import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../claude-simulator/script.ts';
import { launchChromium } from '../../support/chromium.ts';
import { useRunningWithPlans } from '../../support/claude-plan.ts';
import { limitReached, rateLimitHeaders, resetIn } from '../../support/rate-limit-answers.ts';
import { createFile } from '../../support/running-redraw.ts';
import { aDesk, ended, type Person, person, picture, press, send, warning, wish } from './limit-scenes.ts';

/** Limits of the visitor's own plan, from Claude's headers to the page. */

const running = useRunningWithPlans();
let browser: Browser;
let one: Person;
const wrong: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

afterEach(async () => {
  await one?.context.close();
  expect(wrong.splice(0)).toEqual([]);
});

/** @returns a prompt that gets this answer */
function scripted(...answers: Answer[]): string {
  const prompt = wish();
  running.simulator.script(answers, { text: prompt, repeatLast: true });
  return prompt;
}

async function start(): Promise<Person> {
  one = await person(browser, running);
  one.page.on('pageerror', ({ message }) => wrong.push(message));
  return one;
}

const meter = () => one.page.locator('.limit-meter');
const wall = () => one.page.getByRole('region', { name: /^(Usage limit reached|The limit has reset)$/ });
const inHour = () => resetIn(3600);

describe('in passing', () => {
  test('a retry is told in amber with the time until it is made, and gone with the next word', async () => {
    const { page } = await start();
    const overloaded = { error: { type: 'overloaded_error', message: 'Overloaded' }, headers: { 'retry-after': '4' } };
    await send(page, scripted(overloaded, { content: ['There it is.'], gates: [{ before: 'headers', name: 'word' }] }));
    const line = page.locator('.retry');
    await line.getByText('Retrying request, attempt 1/10').waitFor();
    await line.getByText('status 529, overloaded_error').waitFor();
    await line.getByText(/next try in \d\ss/).waitFor();
    // The text is read out, the countdown is not.
    expect(await line.getByText(/next try/).getAttribute('aria-hidden')).toBe('true');
    expect(await page.locator('[role=log] .retry').count()).toBe(1);
    await picture(page, 'retry');
    await running.simulator.waiting('word');
    await expect.poll(() => line.getByText(/next try/).count()).toBe(0);
    // After a reload the arrival time of the event is unknown.
    await page.reload();
    await line.getByText('Retrying request, attempt 1/10').waitFor();
    expect(await line.getByText(/next try/).count()).toBe(0);
    running.simulator.release('word');
    await line.waitFor({ state: 'detached' });
    await ended(page, 2);
  });
});

describe('close to a limit', () => {
  test('the header has a meter, and one notice tells of the threshold, on whichever page or device', async () => {
    const { page, context, visitor, session } = await start();
    const reset = resetIn(3 * 3600);
    const warned = warning('5h', '0.92', reset);
    await send(page, scripted({ ...warned, content: ['There it is.'] }));
    await ended(page, 2);
    await meter()
      .getByText(/5-hour window 92% used/)
      .waitFor();
    await meter()
      .getByText(/resets \d\d:\d\d, in\s(2|3)\sh/)
      .waitFor();
    expect(await page.getByRole('meter', { name: 'Use of the 5-hour window' }).getAttribute('value')).toBe('92');
    const toast = page.locator('.toast', { hasText: 'Claude, 5-hour window: 90% is used.' });
    await toast.waitFor();
    await picture(page, 'warning');

    // The same threshold again, in another project or on another device: the meter follows, without a second notice.
    const told = async () => (await visitor.json<{ announced: unknown[] }>('GET', '/api/account')).announced.length;
    await expect.poll(told).toBe(1);
    await toast.getByRole('button').click();
    await send(page, scripted({ ...warning('5h', '0.95', reset), content: ['There it is.'] }));
    await meter().getByText('95% used').waitFor();
    await ended(page, 3);
    await page.reload();
    await meter().getByText('95% used').waitFor();
    const device = await aDesk(browser);
    await device.addCookies(await context.cookies());
    const second = await device.newPage();
    await second.goto(`${running.redraw.url}/s/${session}`);
    await second.locator('.limit-meter', { hasText: '95% used' }).waitFor();
    await send(second, scripted({ ...warning('5h', '0.96', reset), content: ['There it is.'] }));
    await second.locator('.limit-meter', { hasText: '96% used' }).waitFor();
    await ended(second, 4);
    expect(await second.locator('.toast').count()).toBe(0);
    await device.close();

    // The next threshold gets a notice.
    await send(page, scripted({ ...warning('7d', '0.78', resetIn(90 * 3600)), content: ['There it is.'] }));
    await page.locator('.toast', { hasText: 'Claude, week: 70% is used.' }).waitFor();
    await meter()
      .getByText(/Week 78% used/i)
      .waitFor();
    // The meter goes away once Claude reports no limit.
    await ended(page, 5);
    await send(page, scripted({ headers: rateLimitHeaders({ status: 'allowed' }), content: ['There it is.'] }));
    await meter().waitFor({ state: 'detached' });
  });

  test('extra usage is marked while it is billed, and why there is none is said in a sentence', async () => {
    const { page } = await start();
    const billed = rateLimitHeaders({
      status: 'rejected',
      reset: inHour(),
      'representative-claim': 'five_hour',
      'overage-status': 'allowed',
    });
    await send(page, scripted({ headers: billed, content: ['There it is.'] }));
    await meter().getByText('extra usage is being billed').waitFor();
    await ended(page, 2);
    expect(await wall().count()).toBe(0);
    await picture(page, 'extra-usage');

    const facts = page.getByRole('dialog', { name: 'Who pays' });
    for (const [reason, sentence] of [
      ['out_of_credits', 'The credit for extra usage is used up.'],
      ['a_reason_of_tomorrow', 'Claude’s word for the reason is “a_reason_of_tomorrow”.'],
    ] as const) {
      const none = { 'overage-status': 'rejected', 'overage-disabled-reason': reason };
      await send(page, scripted({ ...warning('5h', '0.9', inHour(), none), content: ['There it is.'] }));
      await meter().getByText('90% used').waitFor();
      await expect.poll(() => page.locator('article.turn[aria-busy="true"]').count()).toBe(0);
      await meter().getByRole('button').click();
      await facts.getByText(sentence).waitFor();
      if (reason === 'a_reason_of_tomorrow') await picture(page, 'facts');
      await page.keyboard.press('Escape');
      await facts.waitFor({ state: 'detached' });
    }
  });
});

describe('at a limit', () => {
  /** Runs a turn that writes a file and then reaches its limit until `reset`. Later turns succeed. */
  async function meetLimit(reset: string, claim = 'five_hour'): Promise<string> {
    const none = { 'overage-status': 'rejected', 'overage-disabled-reason': 'org_level_disabled' };
    const limited = limitReached(reset, claim);
    const prompt = scripted(
      { content: ['First the list.', createFile('list.txt', 'green\n')] },
      { ...limited, headers: { ...limited.headers, ...rateLimitHeaders(none) } },
      { content: ['And the rest.', createFile('rest.txt', 'black\n')] },
      { content: ['Done.'] },
    );
    const turns = await one.page.locator('article.turn').count();
    await send(one.page, prompt);
    await wall().waitFor();
    await ended(one.page, turns + 1);
    return prompt;
  }

  test('the wall says what Claude said and until when; it goes away on a press and comes back on one', async () => {
    const { page } = await start();
    await meetLimit(inHour());
    await wall().getByText('You have hit your limit.').waitFor();
    await wall()
      .getByText(/5-hour window resets \d\d:\d\d, in\s(59\smin|1\sh)/)
      .waitFor();
    await wall().getByText('Your organization has turned extra usage off.').waitFor();
    await wall().getByText('What was written so far is kept.').waitFor();
    const retry = wall().getByRole('button', { name: 'Retry (locked until the limit resets)' });
    expect(await retry.isDisabled()).toBe(true);
    expect(await retry.innerText()).toMatch(/in\s(59\smin|1\sh)/);
    expect(
      await wall()
        .getByRole('button', { name: /^Continue where it stopped/ })
        .isDisabled(),
    ).toBe(true);
    // A screen reader gets the announcement once, not every second.
    await page.locator('[role=status]', { hasText: /^Usage limit reached\. You have hit your limit\./ }).waitFor();
    expect(await wall().locator('[role=alert], [role=status]:not(:empty), [aria-live]').count()).toBe(0);
    await picture(page, 'wall');

    await press(page, 'Dismiss');
    await wall().waitFor({ state: 'detached' });
    await page.reload();
    await meter().getByText('limit reached').waitFor();
    await ended(page, 2);
    expect(await wall().count()).toBe(0);
    await meter().getByRole('button').click();
    await wall().waitFor();
  });

  test('another project and another device know of it, and a prompt is not sent in vain', async () => {
    const { page, context, visitor } = await start();
    await meetLimit(inHour());
    await expect
      .poll(async () => (await visitor.json<{ rateLimit: object | null }>('GET', '/api/account')).rateLimit)
      .toMatchObject({ status: 'rejected' });
    // The start page shows it too.
    await page.goto(running.redraw.url);
    await page.locator('.limit-meter', { hasText: 'limit reached' }).waitFor();
    await page.locator('#idea').fill('A page for coffee');
    await page.locator('#idea').press('Enter');
    await page.locator('.notice.is-limit').getByRole('button', { name: 'Try anyway' }).waitFor();
    expect(await page.locator('#idea').inputValue()).toBe('A page for coffee');
    await picture(page, 'refused-start');

    const { session: other } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
    const device = await aDesk(browser);
    await device.addCookies(await context.cookies());
    const second = await device.newPage();
    await second.goto(`${running.redraw.url}/s/${other}`);
    await second.getByText('reached in another project, or on another device.').waitFor();
    const next = scripted({ content: ['Hello.'] });
    await send(second, next);
    const refusal = second.locator('.notice.is-limit');
    await refusal.getByText(/^Not sent: your Claude is at its limit until \d\d:\d\d/).waitFor();
    await refusal.getByText('You have hit your limit.').waitFor();
    expect(await second.locator('#change').inputValue()).toBe(next);
    await picture(second, 'refused');
    await refusal.getByRole('button', { name: 'Try anyway' }).click();
    await ended(second, 1);
    expect(await second.locator('#change').inputValue()).toBe('');
    await second.locator('.limit-meter').waitFor({ state: 'detached' });
    await device.close();
  });

  test('it goes on where it stopped once the limit has reset', async () => {
    const { page, session, visitor } = await start();
    await meetLimit(resetIn(10));
    await wall().getByText('The limit has reset').waitFor();
    await page.locator('[role=status]', { hasText: 'The usage limit of Claude has reset.' }).waitFor();
    await picture(page, 'opened');
    await press(page, 'Continue where it stopped');
    await wall().waitFor({ state: 'detached' });
    await ended(page, 3);
    const files = await visitor.json<{ path: string }[]>('GET', `/api/sessions/${session}/files`);
    expect(files.map(({ path }) => path)).toEqual(['index.html', 'list.txt', 'rest.txt']);
  });

  test('what waited behind the turn is refused after it, and the turn can be gone on with all the same', async () => {
    const { page } = await start();
    const first = scripted(
      {
        content: ['First the list.', createFile('list.txt', 'green\n')],
        gates: [{ before: 'headers', name: 'behind' }],
      },
      limitReached(inHour()),
      { content: ['Done.'] },
    );
    await send(page, first);
    await running.simulator.waiting('behind');
    await send(page, 'And a pot, please.');
    await page.locator('.queue', { hasText: 'And a pot' }).waitFor();
    running.simulator.release('behind');
    await ended(page, 3);
    await wall().getByRole('button', { name: 'Retry (locked until the limit resets)' }).waitFor();
    await wall()
      .getByRole('button', { name: /^Continue where it stopped/ })
      .waitFor();
    expect(running.simulator.requests.some(({ rawBody }) => rawBody.includes('And a pot'))).toBe(false);
  });

  test('a reminder asks the browser on its press only, and a prompt can be set to the time', async () => {
    const { page } = await start();
    await page.evaluate(() => {
      const asked: string[] = [];
      Object.assign(window, { asked });
      Notification.requestPermission = async () => {
        asked.push('asked');
        return 'denied';
      };
    });
    await meetLimit(inHour());
    const asked = () => page.evaluate(() => (window as unknown as { asked: string[] }).asked.length);
    expect(await asked()).toBe(0);
    await press(page, 'Remind me');
    await wall()
      .getByText(/tells you on the page itself, at \d\d:\d\d\.$/)
      .waitFor();
    await press(page, 'Do not remind me');
    await press(page, 'Remind me');

    await press(page, /^Start it at \d\d:\d\d$/);
    const queue = page.locator('.queue');
    await queue.getByText('Continue where you stopped.').waitFor();
    await queue.getByText(/^Starts \d\d:\d\d, in (59\smin|1\sh)/).waitFor();
    await wall()
      .getByText(/^Set to go on at \d\d:\d\d by itself/)
      .waitFor();
    expect(await page.locator('.status').innerText()).not.toContain('Trying');
    await picture(page, 'set');

    await queue.getByRole('button', { name: /^Edit/ }).click();
    const at = queue.getByLabel('Start at');
    const wanted = new Date(Date.now() + 50 * 3600_000).toISOString().slice(0, 10);
    await at.fill(`${wanted}T08:30`);
    await picture(page, 'set-edit');
    await queue.getByRole('button', { name: 'Save' }).click();
    await queue.getByText(/^Starts \w+ \d+, 08:30, in/).waitFor();
    await page.reload();
    await queue.getByText(/08:30/).waitFor();
    await queue.getByRole('button', { name: /^Remove/ }).click();
    await queue.waitFor({ state: 'detached' });
  });

  test('what was set starts with no page open', async () => {
    const { page, visitor, session } = await start();
    await meetLimit(resetIn(10));
    await press(page, /^Start it at/);
    await page.locator('.queue').getByText('Continue where you stopped.').waitFor();
    await page.close();
    const list = () => visitor.json<{ path: string }[]>('GET', `/api/sessions/${session}/files`);
    await expect.poll(async () => (await list()).length).toBe(3);
    one.page = await one.context.newPage();
    await one.page.goto(`${running.redraw.url}/s/${session}`);
    await ended(one.page, 3);
  });

  test('of one family of models, another model goes on', async () => {
    const { page, session, visitor } = await start();
    await visitor.json('PUT', `/api/sessions/${session}/model`, { model: 'claude-opus-5-5' });
    await page.reload();
    await ended(page, 1);
    await meetLimit(resetIn(50 * 3600), 'seven_day_opus');
    await wall().getByText('Only Opus models are at their limit.').waitFor();
    await picture(page, 'opus');
    await press(page, 'Use another model');
    const models = page.getByRole('dialog', { name: 'Model' });
    await models.getByRole('button', { name: /Sonnet 5.5/ }).click();
    await wall().getByText('The model that you chose is open: go on now.').waitFor();
    await press(page, 'Continue where it stopped');
    await ended(page, 3);
    expect(await page.locator('.turn-sum').last().innerText()).toContain('Done');
  });

  test('all of it shows together', async () => {
    const { page } = await start();
    await send(page, scripted({ ...warning('5h', '0.92', inHour()), content: ['There it is.'] }));
    await page.locator('.toast').waitFor();
    await ended(page, 2);
    const busy = { error: { type: 'overloaded_error' }, headers: { 'retry-after': '5' } };
    await send(page, scripted(busy, limitReached(inHour())));
    await page.locator('.retry').waitFor();
    await send(page, 'And a pot, please.');
    await page.locator('.queue', { hasText: 'And a pot' }).waitFor();
    for (const part of ['.limit-meter', '.toast', '.retry', '.queue']) await page.locator(part).waitFor();
    await picture(page, 'together');
  });
});
