import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { useRunning } from '../../support/running-redraw.ts';
import { apps, openProject } from '../preview/preview-project.ts';

const kib = 1024;
const running = useRunning({ MAX_PROJECT_BYTES: String(1024 * kib) });
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
});

afterAll(() => browser?.close());

// Two films and all else of the project fit with room to spare, four do not: what else it keeps depends on how its turn went.
test('a version that loses its files in another tab is marked in this one, says why and cannot be opened', async () => {
  const noise = (seed: number) => new Uint8Array(300 * kib).map((_, at) => (at * at * 7919 + seed * 31) >> 5);
  const project = await openProject(page, running.redraw.url, [['index.html', apps.plain['index.html']]]);
  await page.getByRole('button', { name: 'Versions', exact: true }).click();
  const first = page.locator('[data-version="1"]');
  await first.waitFor();
  const reads: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === `/api/sessions/${project.session}`) reads.push(request.url());
  });
  const { visitor, session } = project;
  for (let n = 1; n <= 4; n++) await visitor.json('PUT', `/api/sessions/${session}/files/film.bin`, noise(n));
  await page.locator('[data-version="5"]').waitFor();
  await expect.poll(() => first.getAttribute('aria-disabled')).toBe('true');
  expect(await first.innerText()).toContain('files not kept any more');
  expect(await first.getAttribute('title')).toContain('made room for newer ones');
  await first.focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('.look').count()).toBe(0);
  expect(await page.locator('.version.is-gone .version-open').count()).toBe(0);
  expect(reads).toEqual([]);
  await page.locator('[data-version="4"]').click();
  await page.locator('.look', { hasText: 'version 4' }).waitFor();
});
