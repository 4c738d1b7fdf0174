import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Cookie, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { AccountDetail, SessionDetail } from '../../../src/protocol/resources.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import type { Simulator } from '../../claude-simulator/simulator.ts';
import { expectClean } from '../../support/axe.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { connectPlan } from '../../support/claude-plan.ts';
import { limitReached, rateLimitHeaders } from '../../support/rate-limit-answers.ts';
import { createFile, type Running, toolTurn } from '../../support/running-redraw.ts';
import { eventsOf, type Visitor } from '../../support/visitor.ts';

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

/** A visitor with an open project, and maybe a Claude plan. */
export interface Person {
  page: Page;
  visitor: Visitor;
  session: string;
  /** What makes another browser context theirs. */
  cookies: Cookie[];
}

/** A browser context of a desktop, without CSP and animations: axe injects a script, and cannot judge text that fades in. */
export const aDesk = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    bypassCSP: true,
  });

/** Makes a context that of another visitor, with nothing stored but their cookies, and one blank page, whose code is compiled already. */
export async function passTo(context: BrowserContext, cookies: Cookie[]): Promise<Page> {
  const [page = await context.newPage(), ...others] = context.pages();
  for (const other of others) await other.close();
  await page.goto('about:blank');
  await context.setStorageState({ cookies, origins: [] });
  return page;
}

/** Makes a context that of a new visitor, builds a project, and opens it. @param prepare makes calls before it is opened */
export async function person(
  context: BrowserContext,
  running: Pick<Running, 'redraw' | 'simulator'>,
  { hasPlan = true, prepare = async (_visitor: Visitor, _session: string): Promise<unknown> => undefined } = {},
): Promise<Person> {
  const page = await passTo(context, []);
  const visitor = await visitorOf(context, running.redraw.url);
  if (hasPlan) await connectPlan(visitor);
  const prompt = 'A page for tea';
  running.simulator.script(toolTurn('Here is the page.', createFile('index.html', app)), { text: prompt });
  const { session } = await visitor.build(prompt);
  await prepare(visitor, session);
  await page.goto(`${running.redraw.url}/s/${session}`);
  await ended(page, 1);
  return { page, visitor, session, cookies: await context.cookies() };
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

/** Claude is overloaded, and asks for a wait of so many seconds. */
export const overloaded = (seconds: number): Answer => ({
  error: { type: 'overloaded_error', message: 'Overloaded' },
  headers: { 'retry-after': String(seconds) },
});

export const wallOf = (page: Page) => page.getByRole('region', { name: /^(Usage limit reached|The limit has reset)$/ });

/** Runs a turn that writes a file and then reaches its limit until `reset`, a time of the answer's making. Later turns succeed. */
export async function meetLimit(
  page: Page,
  simulator: Simulator,
  reset: () => string,
  claim = 'five_hour',
): Promise<void> {
  const none = rateLimitHeaders({ 'overage-status': 'rejected', 'overage-disabled-reason': 'org_level_disabled' });
  const limited = () => {
    const { headers, ...refusal } = limitReached(reset(), claim);
    return { ...refusal, headers: { ...headers, ...none } };
  };
  const prompt = wish();
  const answers: (() => Answer)[] = [
    () => ({ content: ['First the list.', createFile('list.txt', 'green\n')] }),
    limited,
    () => ({ content: ['And the rest.', createFile('rest.txt', 'black\n')] }),
    () => ({ content: ['Done.'] }),
  ];
  simulator.script((_, number) => answers[Math.min(number, answers.length) - 1]?.() ?? {}, { text: prompt });
  const turns = await page.locator('article.turn').count();
  await send(page, prompt);
  await wallOf(page).waitFor();
  await ended(page, turns + 1);
}

/**
 * The number of the attempt that follows an error of Claude. It need not be the first: a request whose connection broke counts, too.
 */
export async function attemptAfter(errorType: string, visitor: Visitor, session: string): Promise<number> {
  for await (const { type, data } of eventsOf(await visitor.call('GET', `/api/sessions/${session}/events`)))
    if (type === 'api_retry' && data.errorType === errorType) return data.attempt;
  throw new Error(`Claude's answer was not ${errorType}.`);
}

/** A light phone and a dark desktop; with `PICTURES=all`, both devices in both schemes. */
const looks =
  process.env.PICTURES === 'all'
    ? (['360 light', '1440 dark', '360 dark', '1440 light'] as const)
    : (['360 light', '1440 dark'] as const);

/** Takes screenshots of a state, and asserts that axe finds no violation, unless another picture has all of its parts. */
export async function picture(page: Page, name: string, { isPartOfAnother = false } = {}): Promise<void> {
  for (const look of looks) {
    const isPhone = look.startsWith('360');
    await page.setViewportSize(isPhone ? { width: 360, height: 740 } : { width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: look.endsWith('dark') ? 'dark' : 'light' });
    const path = join(pictures, `${name}-${look.replace(' ', '-')}.png`);
    await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    if (!isPartOfAnother && (look === '360 light' || look === '1440 dark')) await expectClean(page, `${name}, ${look}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Claude's answer to another prompt says that the limit is over, earlier than was told; what was set starts in a second. */
export async function endLimit({ visitor, session }: Person, prompt: string): Promise<void> {
  await (await visitor.call('POST', '/api/chat', { prompt, force: true })).text();
  const account = () => visitor.json<AccountDetail>('GET', '/api/account');
  await expect.poll(async () => (await account()).rateLimit?.status).toBe('allowed');
  const [set] = (await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`)).queue;
  const notBefore = Date.now() + 1000;
  await visitor.json('PATCH', `/api/sessions/${session}/queue/${set?.id}`, { notBefore });
}

export async function filesOf({ visitor, session }: Person): Promise<string[]> {
  return (await visitor.json<{ path: string }[]>('GET', `/api/sessions/${session}/files`)).map(({ path }) => path);
}
