import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { uniquePrompt, useRunning } from '../../support/running-redraw.ts';

/** Scroll position of the conversation: it follows the end for a reader at the end, and jumps to a turn that the visitor starts. */

const running = useRunning();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
});

afterAll(() => browser?.close());

/** An answer of several screens. */
const long = Array.from({ length: 60 }, (_, line) => `Line ${line}, in a paragraph of its own.`).join('\n\n');

const ended = (count: number) =>
  page
    .locator('article.turn[aria-busy="false"] .turn-end')
    .nth(count - 1)
    .waitFor();

/** Pixels between the visible part of the conversation and its end. */
const fromEnd = () => page.locator('.log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);

/** Sends a prompt with a long answer. @param gate halts the answer half-way */
async function send(prompt: string, gate?: string): Promise<void> {
  const gates = gate === undefined ? {} : { gates: [{ before: 20, name: gate }] };
  running.simulator.script([{ content: [long], ...gates }], { text: prompt });
  const box = page.locator('#change');
  await box.fill(prompt);
  await box.press('Enter');
}

beforeEach(async () => {
  const visitor = await visitorOf(page.context(), running.redraw.url);
  const prompt = uniquePrompt('first');
  running.simulator.script([{ content: [long] }], { text: prompt });
  const { session } = await visitor.build(prompt);
  await page.goto(`${running.redraw.url}/s/${session}`);
  await ended(1);
});

test('after a reload in the middle of a turn, sending leads from wherever one reads to the turn that was sent', async () => {
  const [second, third] = [uniquePrompt('second'), uniquePrompt('third')];
  await send(second, second);
  await running.simulator.waiting(second);
  await page.reload();
  await page.locator('article.turn[aria-busy="true"]').waitFor();
  await expect.poll(fromEnd).toBeLessThan(60);
  await page.locator('.log').hover();
  await page.mouse.wheel(0, -20_000);
  await page.getByRole('button', { name: 'Go to the newest line' }).waitFor();
  running.simulator.release(second);
  await ended(2);
  expect(await fromEnd()).toBeGreaterThan(60);
  await send(third);
  await ended(3);
  await expect.poll(fromEnd).toBeLessThan(60);
  expect(await page.getByRole('button', { name: 'Go to the newest line' }).count()).toBe(0);
});

test('what is drawn after a scroll, and before that is told, does not count as reading further up', async () => {
  const follows = page.locator('.log').evaluate(async (log) => {
    log.scrollTop -= 20;
    const more = document.createElement('div');
    more.style.height = '900px';
    log.querySelector('.turn')?.append(more);
    await new Promise((resolve) => log.addEventListener('scroll', resolve, { once: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return log.scrollHeight - log.scrollTop - log.clientHeight;
  });
  expect(await follows).toBeLessThan(60);
});
