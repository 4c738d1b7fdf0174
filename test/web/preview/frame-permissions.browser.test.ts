import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { useRunning } from '../../support/running-redraw.ts';
import { openProject } from './preview-project.ts';

const running = useRunning();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

/** A game that takes the pointer, and asks for what no preview gives, without catching the refusal. */
const game = `<!doctype html><title>Game</title><h1>Game</h1>
<button id="play" onclick="document.body.requestPointerLock().then(() => { this.textContent = 'Playing' })">Play</button>
<button id="fill" onclick="document.body.requestFullscreen()">Fill the screen</button>
<button id="turn" onclick="screen.orientation.lock('landscape')">Turn</button>
<button id="fail" onclick="nothing.here()">Fail</button>`;

/** The promise of `requestPointerLock` resolves once the lock is there (Pointer Lock 2.0, section 3.1). */
async function lockOnClick(target: Page | Frame): Promise<void> {
  await target.locator('#play').click();
  await target.getByRole('button', { name: 'Playing' }).waitFor();
}

test('a game gets the pointer on a click, in the frame', async () => {
  const page = await browser.newPage();
  const { frame } = await openProject(page, running.redraw.url, { 'index.html': game });
  await lockOnClick(await frame('h1'));
});

test('a game gets the pointer on a click, in a tab of its own', async () => {
  const page = await browser.newPage();
  const { previewUrl } = await openProject(page, running.redraw.url, { 'index.html': game });
  await page.goto(previewUrl);
  await lockOnClick(page);
});

test('an app is not blamed for what the frame forbids', async () => {
  const page = await browser.newPage();
  const { frame } = await openProject(page, running.redraw.url, { 'index.html': game });
  const app = await frame('h1');
  const reports = page.waitForRequest(
    (request) =>
      request.url().endsWith('/preview/report') &&
      ['policy', 'exception'].every((kind) => request.postData()?.includes(`"kind":"${kind}"`)),
  );
  // The way of a hand: a focus that moves into the app without it would be the app's own doing.
  await page.mouse.move(200, 400);
  await page.mouse.move(450, 400);
  for (const id of ['fill', 'turn', 'fail']) await app.locator(`#${id}`).click();
  const { problems } = (await reports).postDataJSON();
  const kinds = problems.map(({ kind, message }: { kind: string; message: string }) => [kind, message]);
  expect(kinds).toEqual([
    ['policy', expect.stringMatching(/permissions policy/i)],
    ['policy', expect.stringMatching(/sandboxed/)],
    ['exception', expect.stringMatching(/nothing is not defined/)],
  ]);
  // The card blames the app for its own fault alone.
  const card = page.getByRole('alert').filter({ hasText: 'nothing is not defined' });
  await card.waitFor();
  expect(await card.textContent()).not.toMatch(/more|sandboxed|policy/);
});
