import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { useRunningWithPlans } from '../../support/claude-plan.ts';
import { resetIn } from '../../support/rate-limit-answers.ts';
import { aDesk, meetLimit, person, wallOf } from './limit-scenes.ts';

/** Limits on devices whose clocks are wrong. */

const running = useRunningWithPlans();
let browser: Browser;
let desk: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test.each([3, -3])(
  'a limit holds until the server’s time says otherwise, on a clock that is %i hours off',
  async (hours) => {
    desk = await aDesk(browser);
    await desk.addInitScript((ms) => {
      const now = Date.now;
      Date.now = () => now() + ms;
    }, hours * 3_600_000);
    const { page } = await person(desk, running);
    await meetLimit(page, running.simulator, () => resetIn(3600));
    const wall = wallOf(page);
    await wall.getByText('Usage limit reached').waitFor();
    await wall.getByText(/^, in\s(59\smin|1\sh)/).waitFor();
    await page.reload();
    await wall.getByText('Usage limit reached').waitFor();
    expect(await page.getByText('The limit has reset').count()).toBe(0);
    await desk.close();
  },
);
