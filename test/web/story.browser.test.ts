import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { demoModel } from '../claude-simulator/demo/demo-model.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { launchChromium } from '../support/chromium.ts';
import { launchFirefox } from '../support/firefox.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';

/** Folder of the screenshots, one for each step. */
const pictures = join(import.meta.dirname, '../../dist/story');

/** Digest of the empty style that Playwright adds in Firefox before a screenshot; the page's CSP refuses it. */
const screenshotStyle = 'sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT+SmwNZWA=';

/** The README's walk-through by one visitor, from the landing page to the end of the trial, partly by keyboard. */
describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
] as const)('the story in %s', (name, launch) => {
  let simulator: Simulator;
  let redraw: Redraw;
  let browser: Browser;
  let page: Page;
  let step = 0;
  const wrong: string[] = [];

  beforeAll(async () => {
    rmSync(join(pictures, name), { recursive: true, force: true });
    mkdirSync(join(pictures, name), { recursive: true });
    simulator = await startSimulator({ handler: demoModel({ pace: 'zero' }) });
    redraw = await startRedraw({ ANTHROPIC_BASE_URL: simulator.url, REDRAW_DEMO: '1' });
    browser = await launch();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    page.on('pageerror', ({ message }) => {
      if (!message.includes(screenshotStyle)) wrong.push(message);
    });
  });

  afterAll(async () => {
    await browser?.close();
    await redraw?.close();
    await simulator?.close();
  });

  /** Takes a screenshot of the page: documentation, which a browser that cannot take one on a busy machine goes without. */
  async function picture(of: string): Promise<void> {
    step += 1;
    const path = join(pictures, name, `${step}-${of}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' }).catch((error: Error) => {
      if (!error.message.includes('Unable to capture screenshot')) throw error;
      console.warn(`${name} could not take the picture ${step}-${of}.`);
    });
  }

  const turns = () => page.locator('.turn');

  async function send(prompt: string): Promise<void> {
    await page.locator('#change').fill(prompt);
    await page.keyboard.press('Enter');
  }

  async function ended(count: number, words: string | RegExp): Promise<void> {
    await expect.poll(() => turns().count()).toBe(count);
    await turns()
      .nth(count - 1)
      .locator('.turn-sum', { hasText: words })
      .waitFor();
  }

  /** The preview's document, once it shows an element. */
  async function sheet(selector: string): Promise<Frame> {
    await page.waitForFunction(() => document.querySelectorAll('iframe').length > 0);
    const find = async (): Promise<Frame | null> => {
      for (const frame of page.frames().filter((one) => one !== page.mainFrame())) {
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      return null;
    };
    return vi.waitUntil(find, { timeout: 120_000 });
  }

  const accent = async (): Promise<string> => {
    const frame = await sheet('h1');
    try {
      return await frame.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
    } catch (error) {
      // A newer document has replaced it meanwhile.
      if (!frame.isDetached()) throw error;
      return accent();
    }
  };

  test('a stranger describes an app and sees it appear', async () => {
    await page.goto(redraw.url);
    await page.locator('.promise').waitFor();
    await page.locator('#idea:focus').waitFor();
    await picture('start');
    await page.keyboard.type('A habit tracker for three habits');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/s\/[a-z2-7]{26}$/);
    await ended(1, /Done/);
    expect(await (await sheet('h1')).locator('h1').innerText()).not.toBe('');
    expect(await page.locator('body').innerText()).toContain('5 of 6 turns left');
    await picture('drawn');
  });

  test('changes a sentence and sees it redraw', async () => {
    const before = await accent();
    await send('Make it green');
    await ended(2, /Done/);
    await expect.poll(accent).not.toBe(before);
    await picture('redrawn');
  });

  test('undoes it, brings it back, and finds both among the versions', async () => {
    const green = await accent();
    await page.getByRole('button', { name: 'Undo: Make it green' }).click();
    await expect.poll(accent).not.toBe(green);
    await page.getByRole('button', { name: 'Redo: Make it green' }).click();
    await expect.poll(accent).toBe(green);
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.getByRole('button', { name: /^Look at version 1/ }).click();
    await page.getByText('You are looking at version 1').waitFor();
    await picture('versions');
    await page.keyboard.press('Escape');
    await page.getByText('You are looking at version 1').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('.version').count()).toBe(4);
    await page.keyboard.press('Escape');
    await page.locator('.version').first().waitFor({ state: 'detached' });
  });

  test('reloads the page in mid-turn, closes it, comes back and has lost nothing', async () => {
    simulator.script(
      [
        {
          content: ['The first half of a long answer, ', 'and the second half of it.'],
          gates: [{ before: 5, name: 'half' }],
        },
      ],
      { text: 'Say something long' },
    );
    await send('Say something long');
    await simulator.waiting('half');
    await page.reload();
    await turns().nth(2).getByText('The first half of a long answer,').waitFor();
    await picture('reloaded');
    const address = page.url();
    await page.goto('about:blank');
    simulator.release('half');
    await page.goto(address);
    await ended(3, /Done/);
    // Turns out of sight are not laid out, and have no `innerText`.
    expect(await turns().nth(2).textContent()).toContain('and the second half of it.');
    expect(await turns().nth(0).textContent()).toContain('A habit tracker for three habits');
  });

  test('stops a turn that runs, and the upstream request is gone', async () => {
    simulator.script([{ content: ['Here is the beginning of it'], hangAfter: 4 }], { text: 'Take for ever' });
    await send('Take for ever');
    const request = await simulator.request(1, { text: 'Take for ever' });
    // A turn of which nothing has come is not counted.
    await turns().nth(3).getByText('Here is the beginning').waitFor();
    await page.getByRole('button', { name: /^Stop/ }).click();
    await request.aborted;
    await ended(4, /Stopped/);
    await picture('stopped');
  });

  test('writes the next prompt while one runs: it waits its turn, and then runs', async () => {
    simulator.script([{ content: ['This one waits for you.'], gates: [{ before: 1, name: 'slow' }] }], {
      text: 'Go slowly',
    });
    simulator.script([{ content: ['And this is the one behind it.'] }], { text: 'And then this' });
    await send('Go slowly');
    await simulator.waiting('slow');
    await send('And then this');
    await page.locator('.queue li', { hasText: 'And then this' }).waitFor();
    await picture('queued');
    simulator.release('slow');
    await ended(6, /Done/);
    expect(await turns().nth(5).textContent()).toContain('And this is the one behind it.');
  });

  test('is told honestly when the trial is over, and keeps what was typed', async () => {
    await expect.poll(() => page.locator('body').innerText()).toContain('0 of 6 turns left');
    await send('One more thing');
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain('used all 6 turns');
    await picture('end-of-trial');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#change').inputValue()).toBe('One more thing');
  });

  test('nothing went wrong in the page on the way', () => {
    expect(wrong).toEqual([]);
  });
});
