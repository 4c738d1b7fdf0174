import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import { demoModel } from '../../test/claude-simulator/demo/demo-model.ts';
import { startSimulator } from '../../test/claude-simulator/simulator.ts';
import { launchChromium } from '../../test/support/chromium.ts';
import { spawnRedraw } from '../../test/support/spawn-redraw.ts';
import { assertEncoder, encodeWebp } from './encode-webp.ts';
import { Film } from './film.ts';
import { Pointer } from './pointer.ts';

const file = join(import.meta.dirname, '../../docs/loop.webp');

const size = { width: 1120, height: 700 };

/** Waits until a turn is done, and its app is painted. */
async function turnEnds(page: Page, count: number): Promise<void> {
  await page
    .locator('.turn')
    .nth(count - 1)
    .locator('.turn-sum')
    .waitFor({ timeout: 120_000 });
  await page.waitForTimeout(600);
}

/** Types as a person does, with a frame for every two keys. */
async function type(film: Film, page: Page, text: string): Promise<void> {
  for (const keys of text.match(/.{1,2}/g) ?? []) {
    await page.keyboard.type(keys);
    await film.take(70);
  }
  await film.take(300);
}

/** Moves the pointer to a button, ever slower, and presses it. */
async function press(film: Film, page: Page, name: string): Promise<void> {
  const box = await page.getByRole('button', { name }).boundingBox();
  if (!box) throw new Error(`There is no button "${name}" in the page.`);
  const pointer = new Pointer(page);
  const steps = 7;
  for (let step = 0; step <= steps; step++) {
    const left = (1 - step / steps) ** 2;
    await pointer.moveTo({ x: box.x + box.width / 2 - 260 * left, y: box.y + box.height / 2 + 170 * left });
    await film.take(60);
  }
  await film.take(250);
  await page.mouse.down();
  await page.mouse.up();
}

/** The loop: a prompt, the app, a change, and its undo. */
async function play(page: Page): Promise<Film> {
  const film = new Film(page);
  await page.locator('#idea:focus').waitFor();
  await page.evaluate(() => document.fonts.ready);
  await film.take(600);
  await type(film, page, 'A timer for three kinds of tea, with a bell');
  await page.keyboard.press('Enter');
  await film.follow(turnEnds(page, 1), 3300);
  await film.take(700);
  await page.locator('#change').focus();
  await type(film, page, 'Make it purple');
  await page.keyboard.press('Enter');
  await film.follow(turnEnds(page, 2), 1400);
  await film.take(600);
  await press(film, page, 'Undo');
  await film.follow(page.waitForTimeout(2000), 500);
  await film.take(1400);
  return film;
}

assertEncoder();
const simulator = await startSimulator({ handler: demoModel() });
const redraw = await spawnRedraw({ ANTHROPIC_BASE_URL: simulator.url, REDRAW_DEMO: '1' });
const browser = await launchChromium();
try {
  const context = await browser.newContext({ viewport: size, colorScheme: 'light', locale: 'en' });
  const page = await context.newPage();
  await page.goto(redraw.url);
  const { frames } = await play(page);
  encodeWebp(frames, file);
  const seconds = frames.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  console.log(
    `${relative(process.cwd(), file)}: ${frames.length} frames, ${seconds.toFixed(1)} s, ${Math.round(statSync(file).size / 1024)} KB`,
  );
} finally {
  await browser.close();
  await redraw.close();
  await simulator.close();
}
