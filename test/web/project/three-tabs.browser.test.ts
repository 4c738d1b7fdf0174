import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

const running = useRunning();
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
});

afterAll(() => browser?.close());

/** Addresses of whole projects that the context's pages ask for. */
function wholeReads(): string[] {
  const asked: string[] = [];
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === 'GET' && /^\/api\/sessions\/[a-z2-7]+$/.test(pathname)) asked.push(pathname);
  });
  return asked;
}

const ended = (page: Page, count: number) =>
  page
    .locator('.turn')
    .nth(count - 1)
    .locator('.turn-sum', { hasText: 'Done' })
    .waitFor();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

test('a project that three tabs have open is read once by each that has not made it, whatever happens to it', async () => {
  const asked = wholeReads();
  const [first, second, third] = [await context.newPage(), await context.newPage(), await context.newPage()];
  const tabs = [first, second, third];
  const one = uniquePrompt('A timer');
  const [built, said] = toolTurn(createFile('index.html', '<h1>One</h1>'));
  running.simulator.script([{ ...built, gates: [{ before: 2, name: 'first' }] }, said ?? {}], { text: one });
  await first.goto(running.redraw.url);
  await first.locator('#idea').fill(one);
  await first.keyboard.press('Enter');
  await first.waitForURL(/\/s\//);
  // Nothing can be undone yet, and the button says why.
  const undo = first.locator('.undo-button');
  await undo.waitFor();
  expect([await undo.isDisabled(), await undo.getAttribute('title')]).toEqual([
    true,
    'Wait for the turn to end, or stop it.',
  ]);
  running.simulator.release('first', Number.POSITIVE_INFINITY);
  await ended(first, 1);
  await expect.poll(() => undo.getAttribute('title')).toBe('There is nothing to undo.');
  expect(await undo.isDisabled()).toBe(true);
  expect(asked).toEqual([]);

  const path = new URL(first.url()).pathname;
  for (const tab of [second, third]) {
    await tab.goto(first.url());
    await ended(tab, 1);
  }
  await expect.poll(() => asked.length).toBe(2);

  const two = uniquePrompt('Make it green');
  running.simulator.script(toolTurn(createFile('notes.txt', 'Green.')), { text: two });
  await second.locator('#change').fill(two);
  await second.keyboard.press('Enter');
  for (const tab of tabs) await ended(tab, 2);
  for (const tab of tabs) await expect.poll(() => tab.locator('.undo-button').isEnabled()).toBe(true);
  await button(third, `Undo: ${two}`).click();
  for (const tab of tabs) await expect.poll(() => tab.locator('.undo-button').isDisabled()).toBe(true);
  await button(first, `Redo: ${two}`).click();
  for (const tab of tabs) await button(tab, `Undo: ${two}`).waitFor();
  await button(second, 'Versions').click();
  await button(second, /^Look at version 1 /).click();
  await button(second, /^Go back to this version/).click();
  for (const tab of tabs) await button(tab, `Undo: Back to: ${one}`).waitFor();

  await third.getByLabel('Title of the project').fill('Egg timer');
  await third.keyboard.press('Enter');
  for (const tab of tabs)
    await expect.poll(() => tab.getByLabel('Title of the project').inputValue()).toBe('Egg timer');

  const session = path.split('/').at(-1);
  await first.evaluate(
    ([url, body]) =>
      fetch(url as string, {
        method: 'PUT',
        body: body as string,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    [`/api/sessions/${session}/files/by-hand.txt`, 'By hand.'],
  );
  for (const tab of tabs) await button(tab, 'Undo: Add by-hand.txt').waitFor();
  expect(asked).toEqual([path, path].map((address) => `/api/sessions/${address.split('/').at(-1)}`));
});
