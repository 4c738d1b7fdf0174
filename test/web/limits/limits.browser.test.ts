import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../claude-simulator/script.ts';
import { launchChromium } from '../../support/chromium.ts';
import { useRunningWithPlans } from '../../support/claude-plan.ts';
import { holdToasts } from '../../support/hold-toasts.ts';
import { limitReached, rateLimitHeaders, resetIn } from '../../support/rate-limit-answers.ts';
import { createFile } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import {
  aDesk,
  ended,
  endLimit,
  filesOf,
  meetLimit,
  overloaded,
  type Person,
  passTo,
  person,
  picture,
  press,
  send,
  wallOf,
  warning,
  wish,
} from './limit-scenes.ts';

/** Limits of the visitor's own plan, from Claude's headers to the page. */

const running = useRunningWithPlans();
let browser: Browser;
/** The visitor's browser, and one on another device of theirs. */
let desk: BrowserContext;
let device: BrowserContext;
let one: Person;
const wrong: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  [desk, device] = [await aDesk(browser), await aDesk(browser)];
  for (const context of [desk, device]) context.on('weberror', (event) => wrong.push(event.error().message));
});

afterAll(() => browser?.close());

afterEach(() => {
  expect(wrong.splice(0)).toEqual([]);
});

/** @returns a prompt that gets this answer */
function scripted(...answers: Answer[]): string {
  const prompt = wish();
  running.simulator.script(answers, { text: prompt, repeatLast: true });
  return prompt;
}

async function start(prepare?: (visitor: Visitor, session: string) => Promise<unknown>): Promise<Person> {
  one = await person(desk, running, prepare && { prepare });
  return one;
}

/** Opens a project of theirs on the other device. */
async function openElsewhere({ cookies }: Person, session: string): Promise<Page> {
  const page = await passTo(device, cookies);
  await page.goto(`${running.redraw.url}/s/${session}`);
  return page;
}

const meter = () => one.page.locator('.limit-meter');
const wall = () => wallOf(one.page);
const goOn = () => wall().getByRole('button', { name: /^Continue where it stopped/ });
const inHours = () => resetIn(3 * 3600);
const reach = (reset: () => string, claim?: string) => meetLimit(one.page, running.simulator, reset, claim);

test('all of it shows together', async () => {
  const { page } = await start();
  await holdToasts(page);
  await send(page, scripted({ ...warning('5h', '0.92', inHours()), content: ['There it is.'] }));
  await ended(page, 2);
  const behind = scripted(overloaded(40));
  await send(page, behind);
  await send(page, 'And a cup, please.');
  await page.locator('.queue', { hasText: 'And a cup' }).waitFor();
  for (const part of ['.limit-meter', '.toast', '.retry', '.queue']) await page.locator(part).waitFor();
  await picture(page, 'together');
  // Its next attempt would take an answer of a test that comes later.
  running.simulator.script([{ content: ['There it is.'] }], { text: behind, repeatLast: true });
  await press(page, /^Stop/);
  await ended(page, 4);
});

describe('close to a limit', () => {
  test('the header has a meter, and one notice tells of the threshold, on whichever page or device', async () => {
    const { page, visitor, session } = await start();
    const reset = resetIn(3 * 3600);
    const warned = warning('5h', '0.92', reset);
    await holdToasts(page);
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
    await picture(page, 'warning', { isPartOfAnother: true });

    // The same threshold again, in another project or on another device: the meter follows, without a second notice.
    const told = async () => (await visitor.json<{ announced: unknown[] }>('GET', '/api/account')).announced.length;
    await expect.poll(told).toBe(1);
    await toast.getByRole('button').click();
    await send(page, scripted({ ...warning('5h', '0.95', reset), content: ['There it is.'] }));
    await meter().getByText('95% used').waitFor();
    await ended(page, 3);
    await page.reload();
    await meter().getByText('95% used').waitFor();
    const second = await openElsewhere(one, session);
    await second.locator('.limit-meter', { hasText: '95% used' }).waitFor();
    await send(second, scripted({ ...warning('5h', '0.96', reset), content: ['There it is.'] }));
    await second.locator('.limit-meter', { hasText: '96% used' }).waitFor();
    await ended(second, 4);
    expect(await second.locator('.toast').count()).toBe(0);

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
      reset: inHours(),
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
      await send(page, scripted({ ...warning('5h', '0.9', inHours(), none), content: ['There it is.'] }));
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
  describe('for some hours', () => {
    let limited: Person;

    beforeAll(async () => {
      limited = await start();
      await reach(inHours);
    });

    /** Opens the project as in a browser where nothing was dismissed. */
    async function openLimited(): Promise<void> {
      one = { ...limited, page: await passTo(desk, limited.cookies) };
      await one.page.goto(`${running.redraw.url}/s/${limited.session}`);
      await wall().waitFor();
    }

    test('the wall says what Claude said and until when; it goes away on a press and comes back on one', async () => {
      const { page } = limited;
      await wall().getByText('You have hit your limit.').waitFor();
      await wall()
        .getByText(/5-hour window resets \d\d:\d\d, in\s(2|3)\sh/)
        .waitFor();
      await wall().getByText('Your organization has turned extra usage off.').waitFor();
      await wall().getByText('What was written so far is kept.').waitFor();
      const retry = wall().getByRole('button', { name: 'Retry (locked until the limit resets)' });
      expect(await retry.isDisabled()).toBe(true);
      expect(await retry.innerText()).toMatch(/in\s(2|3)\sh/);
      expect(await goOn().isDisabled()).toBe(true);
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

    test('a reminder asks the browser on its press only, and a prompt can be set to the time', async () => {
      await openLimited();
      const { page } = one;
      await page.evaluate(() => {
        const asked: string[] = [];
        Object.assign(window, { asked });
        Notification.requestPermission = async () => {
          asked.push('asked');
          return 'denied';
        };
      });
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
      await queue.getByText(/^Starts \d\d:\d\d, in (2|3)\sh/).waitFor();
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

    test('another project and another device know of it, and a prompt is not sent in vain', async () => {
      await openLimited();
      const { page, visitor } = one;
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
      const second = await openElsewhere(one, other);
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
    });
  });

  test('what waited behind the turn is refused after it, and the turn can be gone on with all the same', async () => {
    const { page } = await start();
    const first = scripted(
      {
        content: ['First the list.', createFile('list.txt', 'green\n')],
        gates: [{ before: 'headers', name: 'behind' }],
      },
      limitReached(inHours()),
      { content: ['Done.'] },
    );
    await send(page, first);
    await running.simulator.waiting('behind');
    await send(page, 'And a pot, please.');
    await page.locator('.queue', { hasText: 'And a pot' }).waitFor();
    running.simulator.release('behind');
    await ended(page, 3);
    await wall().getByRole('button', { name: 'Retry (locked until the limit resets)' }).waitFor();
    await goOn().waitFor();
    expect(running.simulator.requests.some(({ rawBody }) => rawBody.includes('And a pot'))).toBe(false);
  });

  test('once it has reset, a turn goes on where it stopped, and what was set starts with no page open', async () => {
    const away = await start();
    const all = ['index.html', 'list.txt', 'rest.txt'];
    await reach(inHours);
    await press(away.page, /^Start it at/);
    await away.page.locator('.queue').getByText('Continue where you stopped.').waitFor();

    // This tab is another visitor's from here on.
    const { page } = await start();
    await reach(() => resetIn(5));
    await wall().getByText('The limit has reset').waitFor();
    await page.locator('[role=status]', { hasText: 'The usage limit of Claude has reset.' }).waitFor();
    await picture(page, 'opened');
    await press(page, 'Continue where it stopped');
    await wall().waitFor({ state: 'detached' });
    await ended(page, 3);
    expect(await filesOf(one)).toEqual(all);

    await endLimit(away, scripted({}));
    await expect.poll(() => filesOf(away), { interval: 500 }).toEqual(all);
    const later = await passTo(desk, away.cookies);
    await later.goto(`${running.redraw.url}/s/${away.session}`);
    await ended(later, 3);
  });

  test('of one family of models, another model goes on', async () => {
    const { page } = await start((visitor, session) =>
      visitor.json('PUT', `/api/sessions/${session}/model`, { model: 'claude-opus-5-5' }),
    );
    await reach(() => resetIn(50 * 3600), 'seven_day_opus');
    await wall().getByText('Only Opus models are at their limit.').waitFor();
    await picture(page, 'opus');
    await press(page, 'Use another model');
    const models = page.getByRole('dialog', { name: 'Model' });
    await models.getByRole('button', { name: /Sonnet 5.5/ }).click();
    await wall().getByText('The model that you chose is open: go on now.').waitFor();
    await press(page, 'Continue where it stopped');
    await ended(page, 3);
    expect(await page.locator('.turn-sum').last().textContent()).toContain('Done');
  });
});
