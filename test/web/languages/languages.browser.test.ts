import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSentence } from '../../../src/protocol/build-fault.ts';
import { problemCodes } from '../../../src/protocol/problems.ts';
import { buildWords as germanBuild } from '../../../web/strings/de/build-problems.ts';
import { de } from '../../../web/strings/de/first-load.ts';
import { lateDe } from '../../../web/strings/de/late-load.ts';
import { buildWords as frenchBuild } from '../../../web/strings/fr/build-problems.ts';
import { fr } from '../../../web/strings/fr/first-load.ts';
import { lateFr } from '../../../web/strings/fr/late-load.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import { expectNoEnglish } from './no-english.ts';
import { anyFields, eventfulLog, marker } from './told-in-english.ts';

const running = useRunning();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

/** A page with a project of its own, in a language. */
async function projectIn(
  locale: string,
): Promise<{ context: BrowserContext; page: Page; session: string; previewUrl: string }> {
  const context = await browser.newContext({ locale, reducedMotion: 'reduce' });
  const visitor = await visitorOf(context, running.redraw.url);
  const prompt = uniquePrompt('Xyz');
  running.simulator.script(toolTurn(createFile('index.html', '<p>42</p>')), { text: prompt });
  const { session } = await visitor.build(prompt);
  const { previewUrl } = await visitor.json<{ previewUrl: string }>('GET', `/api/sessions/${session}`);
  return { context, page: await context.newPage(), session, previewUrl };
}

describe.each([
  ['de', de, lateDe, germanBuild],
  ['fr', fr, lateFr, frenchBuild],
] as const)('the page in %s', (locale, first, late, words) => {
  const check = (page: Page, where: string) => expectNoEnglish(page, [first, late], where);

  it('says what tools did and how turns ended in its own words', async () => {
    const { context, page, session, previewUrl } = await projectIn(locale);
    const log = eventfulLog(session, previewUrl);
    await page.route(`**/api/sessions/${session}/events*`, (route) =>
      new URL(route.request().url()).searchParams.get('after') === '0'
        ? route.fulfill({ contentType: 'text/event-stream', body: log })
        : route.fulfill({ status: 204 }),
    );
    await page.goto(`${running.redraw.url}/s/${session}`);
    const turns = log.match(/^event: turn_started$/gm)?.length ?? 0;
    expect(turns).toBeGreaterThan(100);
    await expect.poll(() => page.locator('article.turn').count()).toBe(turns);
    const tools = new Set([...log.matchAll(/"id":"((?:done|failed|cut)-[\w-]+)"/g)].map(([, id]) => id)).size;
    await expect.poll(() => page.locator('.tool').count()).toBe(tools);
    await page.locator('.tool-detail').first().waitFor({ state: 'attached' });
    await page.locator('.slip').first().waitFor({ state: 'attached' });
    await check(page, 'the conversation');
    await page.getByRole('button', { name: late.sheet.versions, exact: true }).click();
    await page
      .getByText(late.versions.moves.undo(late.versions.added('b.ts')))
      .first()
      .waitFor({ state: 'attached' });
    await check(page, 'the versions');
    await context.close();
  });

  it('says each refusal of a prompt in its own words', async () => {
    const { context, page, session } = await projectIn(locale);
    let code: keyof typeof problemCodes = 'internal';
    await page.route('**/api/chat', (route) =>
      route.fulfill({
        status: problemCodes[code].status,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          ...anyFields,
          ...{ type: 'about:blank', title: `${marker} title`, status: 400, detail: `${marker} detail.`, code },
          ...{
            says: `${marker} of Claude`,
            message: `${marker} of Claude`,
            siteKey: 'x',
            passkey: true,
            providers: [],
          },
        }),
      }),
    );
    for (code of Object.keys(problemCodes) as (keyof typeof problemCodes)[]) {
      await page.goto(`${running.redraw.url}/s/${session}`);
      await page.locator('#change').fill(`Xyz ${code}`);
      await page.keyboard.press('Enter');
      await page.locator('.composer .notice, dialog[open]').first().waitFor();
      await check(page, code);
      await page.goto('about:blank');
    }
    await context.close();
  });

  it('says it on every panel and in every menu', async () => {
    const { context, page, session } = await projectIn(locale);
    await page.goto(`${running.redraw.url}/s/${session}`);
    await page.locator('.turn-sum').waitFor();
    const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
    const inside = async (name: string) => {
      await press(name);
      const dialog = page.locator('dialog[open]');
      await dialog.getByRole('heading').first().waitFor();
      await check(page, name);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    await page.locator('#change').fill('/');
    await page.getByRole('listbox').waitFor();
    await check(page, 'the commands');
    await page.locator('#change').fill('');
    await press(late.sheet.more);
    await page.getByText(late.sheet.phone).waitFor();
    await check(page, 'the menu');
    await page.keyboard.press('Escape');
    await inside(first.share.open);
    await inside(first.keys.open);
    await press(late.sheet.versions);
    await page.getByText(late.versions.kept).waitFor();
    await check(page, 'the versions');
    await press(late.sheet.code);
    await page.getByText('index.html').first().waitFor();
    await check(page, 'the code');
    await context.close();
  });

  it('says above the app and in it what keeps it from running', async () => {
    const { context, page, session } = await projectIn(locale);
    // The bridge shows it in a closed root, which only a script before its own opens.
    await page.addInitScript(() => {
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (init) {
        return attach.call(this, { ...init, mode: 'open' });
      };
    });
    const prompt = uniquePrompt('Xyz');
    const file = createFile('index.html', '<script type="module" src="/gone.js"></script>');
    running.simulator.script(toolTurn(file), { text: prompt });
    await page.goto(`${running.redraw.url}/s/${session}`);
    await page.locator('#change').fill(prompt);
    await page.keyboard.press('Enter');
    const reason = buildSentence(words, 'index.html', { code: 'loads', what: '/gone.js', reason: 'no_file' });
    await page.locator('.problem').getByText(reason, { exact: true }).waitFor();
    const frame = page.frameLocator('iframe').last();
    await frame.getByText(reason, { exact: true }).waitFor();
    await frame.getByRole('heading', { name: late.sheet.overlay, exact: true }).waitFor();
    await check(page, 'the problem');
    await context.close();
  });

  it('says it on the start page, on that of the account, and where there is nothing', async () => {
    const { context, page } = await projectIn(locale);
    await page.goto(running.redraw.url);
    await page.getByRole('textbox').waitFor();
    await check(page, 'the start page');
    await page.goto(`${running.redraw.url}/account`);
    await page.getByRole('heading', { name: late.account.heading, exact: true }).waitFor();
    await check(page, 'the account');
    for (const path of ['/nope', `/s/${'a'.repeat(26)}`]) {
      await page.goto(`${running.redraw.url}${path}`);
      await page.getByRole('heading', { name: late.notFound.heading, exact: true }).waitFor();
      await check(page, path);
    }
    await context.close();
  });
});
