import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Answer } from '../../claude-simulator/script.ts';
import { expectClean } from '../../support/axe.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { connectPlan } from '../../support/claude-plan.ts';
import { rateLimitHeaders } from '../../support/rate-limit-answers.ts';
import { createFile, type Running, toolTurn } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Folder of the screenshots, one for each state. `docs/signals.md` shows some of the phone's. */
const pictures = join(import.meta.dirname, '../../../dist/limits');
mkdirSync(pictures, { recursive: true });

/** The app in the screenshots. */
const app = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tea</title>
<style>body { margin: 2rem; font: 1.2rem/1.5 Georgia, serif; color: #233 } li { padding: 0.3rem 0 }</style>
<body><h1>Tea</h1><ul><li>Green, 2 minutes</li><li>Black, 4 minutes</li><li>Herbal, 8 minutes</li></ul></body></html>`;

/** Prompts that look good in a screenshot. They may repeat: the simulator answers with the newest script for a prompt. */
const wishes = [
  'Add a kind of tea: oolong',
  'A bell when the time is up',
  'Put the times in a column of their own',
  'Let me start one with a tap',
  'Write the minutes larger',
  'Make it green',
  'Remember the tea of last time',
  'Add a pause',
  'Show how much time is left',
  'A second bell after a minute',
];
let wished = 0;

/** The next prompt; no two prompts of one page are equal. */
export function wish(): string {
  wished += 1;
  return wishes[wished % wishes.length] ?? '';
}

/** A visitor with a browser, an open project, and maybe a Claude plan. */
export interface Person {
  context: BrowserContext;
  page: Page;
  visitor: Visitor;
  session: string;
}

/** A browser context of a desktop, without CSP and animations: axe injects a script, and cannot judge text that fades in. */
export const aDesk = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    bypassCSP: true,
  });

/** Creates a visitor, builds a project, and opens it. */
export async function person(
  browser: Browser,
  running: Pick<Running, 'redraw' | 'simulator'>,
  { hasPlan = true } = {},
): Promise<Person> {
  const context = await aDesk(browser);
  const visitor = await visitorOf(context, running.redraw.url);
  if (hasPlan) await connectPlan(visitor);
  const prompt = 'A page for tea';
  running.simulator.script(toolTurn('Here is the page.', createFile('index.html', app)), { text: prompt });
  const { session } = await visitor.build(prompt);
  const page = await context.newPage();
  await page.goto(`${running.redraw.url}/s/${session}`);
  await ended(page, 1);
  return { context, page, visitor, session };
}

export async function send(page: Page, prompt: string): Promise<void> {
  await page.locator('#change').fill(prompt);
  await page.locator('#change').press('Enter');
}

/** Waits until so many turns have ended. */
export async function ended(page: Page, turns: number): Promise<void> {
  await page
    .locator('article.turn[aria-busy="false"] .turn-sum')
    .nth(turns - 1)
    .waitFor();
}

export const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click();

/** An answer whose headers warn about a window. @param used utilization, as a fraction */
export const warning = (
  window: '5h' | '7d' | 'overage',
  used: string,
  reset: string,
  more: Record<string, string> = {},
): Answer => ({
  headers: rateLimitHeaders({
    status: 'allowed_warning',
    [`${window}-utilization`]: used,
    [`${window}-surpassed-threshold`]: String(Math.floor(Number(used) * 10) / 10),
    [`${window}-reset`]: reset,
    ...more,
  }),
});

/** A light phone and a dark desktop; with `PICTURES=all`, both devices in both schemes. */
const looks =
  process.env.PICTURES === 'all'
    ? (['360 light', '1440 dark', '360 dark', '1440 light'] as const)
    : (['360 light', '1440 dark'] as const);

/** Takes screenshots of a state, and asserts that axe finds no violation. */
export async function picture(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    const isPhone = look.startsWith('360');
    await page.setViewportSize(isPhone ? { width: 360, height: 740 } : { width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: look.endsWith('dark') ? 'dark' : 'light' });
    const path = join(pictures, `${name}-${look.replace(' ', '-')}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    if (look === '360 light' || look === '1440 dark') await expectClean(page, `${name}, ${look}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}
