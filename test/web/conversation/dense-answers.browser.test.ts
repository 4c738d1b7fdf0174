import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { uniquePrompt, useRunning } from '../../support/running-redraw.ts';

/** Answers that no parser of Markdown takes: the page shows them as they stand, and goes on. */

const running = useRunning();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
});

afterAll(() => browser?.close());

async function ask(prompt: string, answer: string): Promise<void> {
  running.simulator.script([{ content: [answer], chunkSize: 500 }], { text: prompt });
  const box = page.locator('#change');
  await box.fill(prompt);
  await box.press('Enter');
}

test('quotes without end, lists without end and brackets without end can be read, and what follows is Markdown', async () => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const visitor = await visitorOf(page.context(), running.redraw.url);
  const first = uniquePrompt('first');
  const { session } = await visitor.build(first);
  await page.goto(`${running.redraw.url}/s/${session}`);
  await page.locator('#change').waitFor();
  for (const answer of [`${'>'.repeat(2_000)} end`, `${'1. '.repeat(3_000)}end`, `${'['.repeat(10_000)}end`]) {
    await ask(uniquePrompt('dense'), answer);
    await expect.poll(() => page.locator('article.turn').last().locator('.prose').allTextContents()).toEqual([answer]);
  }
  await ask(uniquePrompt('plain'), 'All is **well**.');
  await page.locator('article.turn').last().locator('.prose strong', { hasText: 'well' }).waitFor();
  expect(errors).toEqual([]);
});
