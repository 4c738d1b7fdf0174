import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { visitorOf } from '../support/browser-visitor.ts';
import { launchChromium } from '../support/chromium.ts';
import { holdToasts } from '../support/hold-toasts.ts';
import { createFile, replaceText, toolTurn, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import type { Visitor } from '../support/visitor.ts';

/** The tests share a page: what is compiled and cached need not be so again. Each has a visitor of its own, and so its own projects. */

const running = useRunning();
let browser: Browser;
let context: BrowserContext;
let page: Page;
let visitor: Visitor;

beforeAll(async () => {
  browser = await launchChromium();
  context = await browser.newContext({
    // So low that two turns do not fit.
    viewport: { width: 1280, height: 500 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  await context.clearCookies();
  visitor = await visitorOf(context, running.redraw.url);
});

/** Opens a project that one turn has built, by default of an empty file. */
async function openProject(prompt = uniquePrompt(), file = createFile('notes.txt', '')): Promise<void> {
  running.simulator.script(toolTurn(file), { text: prompt });
  const { session } = await visitor.build(prompt);
  await page.goto(`${running.redraw.url}/s/${session}`);
  await ended(1);
}

async function send(prompt: string): Promise<void> {
  await page.locator('#change').fill(prompt);
  await page.keyboard.press('Enter');
}

const ended = (count: number, of = page) =>
  of
    .locator('.turn')
    .nth(count - 1)
    .locator('.turn-sum', { hasText: 'Done' })
    .waitFor();

test('the start page can be read and written into without any script, in the language of the browser', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' });
  const page = await context.newPage();
  await page.goto(running.redraw.url);
  expect(await page.locator('h1').innerText()).toContain('Beschreiben Sie eine App');
  await page.locator('#idea').fill('Ein Timer');
  expect(await page.locator('#idea').inputValue()).toBe('Ein Timer');
  await context.close();
});

/** Opens the start page while its script is held back. @returns lets the script load */
async function openEarly(): Promise<() => void> {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  onTestFinished(async () => {
    open();
    await page.unrouteAll({ behavior: 'wait' });
  });
  await page.route(/\/(?!early)[^/]*\.js$/, async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(running.redraw.url, { waitUntil: 'commit' });
  return open;
}

test('Enter before the script is there sends what was typed as soon as it is, and makes no new line', async () => {
  const open = await openEarly();
  await page.locator('#idea').click();
  await page.keyboard.type('A timer');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('for tea');
  await page.keyboard.press('Enter');
  expect(await page.locator('#idea').inputValue()).toBe('A timer\nfor tea');
  open();
  await page.waitForURL(/\/s\//);
  expect(await page.locator('.prompt').first().textContent()).toContain('A timer\nfor tea');
});

test('what is typed before the script is there stays in the same box, and is sent', async () => {
  const open = await openEarly();
  await page.locator('#idea').click();
  await page.keyboard.type('A timer for tea');
  await page.keyboard.press('ArrowLeft');
  await page.locator('#idea').evaluate((box) => Object.assign(box, { isTheSame: true }));
  open();
  await page.locator('.promise').waitFor();
  const box = await page.locator('#idea').evaluate((element) => {
    const { value, selectionStart } = element as HTMLTextAreaElement;
    return { value, selectionStart, isTheSame: 'isTheSame' in element, hasFocus: document.activeElement === element };
  });
  expect(box).toEqual({ value: 'A timer for tea', selectionStart: 14, isTheSame: true, hasFocus: true });
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
  expect(await page.locator('.prompt').first().textContent()).toContain('A timer for tea');
});

test('what a project shows is asked for once, before the script that shows it', async () => {
  const html = '<!doctype html><title>Habits</title><h1>Habits</h1>';
  await openProject(uniquePrompt(), createFile('index.html', html));
  const asked: string[] = [];
  const note = (request: Request) => {
    const { origin, pathname, search } = new URL(request.url());
    if (origin === new URL(running.redraw.url).origin) asked.push(pathname.replace(/s\/[a-z2-7]{26}/, 's/id') + search);
  };
  const address = page.url();
  // The page as it was may still ask for parts of itself.
  await page.goto('about:blank');
  page.on('request', note);
  onTestFinished(() => void page.off('request', note));
  await page.goto(address);
  await ended(1);
  await page.locator('iframe').first().waitFor();
  const firstScript = asked.findIndex((path) => path.endsWith('.js'));
  for (const path of ['/api/sessions/id/events?after=0', '/api/sessions/id', '/api/account']) {
    expect(asked.filter((one) => one === path)).toEqual([path]);
    expect(asked.indexOf(path)).toBeLessThan(firstScript);
  }
});

test('a project is renamed, deleted and brought back; one that is deleted is gone once the page is left', async () => {
  await openProject();
  await page.goto(running.redraw.url);
  await page.getByRole('button', { name: /^Rename / }).click();
  await page.keyboard.type('Three habits');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Three habits' }).waitFor();
  await holdToasts(page);
  await page.getByRole('button', { name: 'Delete Three habits' }).click();
  await expect.poll(() => page.locator('.project').count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('projects-heading');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Three habits' }).waitFor();
  await page.getByRole('button', { name: 'Delete Three habits' }).click();
  await page.goto(`${running.redraw.url}/account`);
  await page.goto(running.redraw.url);
  await page.locator('.promise').waitFor();
  await expect
    .poll(() => page.evaluate(async () => ((await (await fetch('/api/sessions')).json()) as unknown[]).length))
    .toBe(0);
});

test('many projects can be searched by their titles', async () => {
  const titles = ['Tea timer', 'Bike shop', ...Array.from({ length: 8 }, (_, index) => `Quiz ${index}`)];
  const sessions = titles.map((title, at) => ({
    ...{ session: `${'a'.repeat(25)}${'abcdefghij'[at]}`, title, createdAt: at, updatedAt: at },
  }));
  await page.route('**/api/sessions', (route) => route.fulfill({ json: sessions }));
  onTestFinished(() => page.unrouteAll());
  await page.goto(running.redraw.url);
  await page.getByRole('searchbox', { name: 'Find a project' }).fill('TIM');
  await expect.poll(() => page.locator('.project-name').allInnerTexts()).toEqual(['Tea timer']);
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByText('No project has such a title.').waitFor();
});

test('another window is told of a turn that it did not start, and the one that did is not', async () => {
  await openProject();
  const second = await context.newPage();
  onTestFinished(() => second.close());
  await second.goto(page.url());
  await ended(1, second);
  await holdToasts(second);
  await send('Make it blue');
  await second.locator('.toast', { hasText: 'another window' }).waitFor();
  await ended(2, second);
  await ended(2);
  expect(await page.locator('.toast').count()).toBe(0);
});

test('the last prompt comes back into the box, and its turn can be taken back', async () => {
  await openProject();
  running.simulator.script(toolTurn(createFile('style.css', '')), { text: 'Make it green' });
  await send('Make it green');
  await ended(2);
  // The page knows of the new version.
  await page.getByRole('button', { name: 'Undo: Make it green' }).waitFor();
  await page.getByRole('button', { name: 'Edit and send again' }).click();
  await expect.poll(() => page.locator('#change').inputValue()).toBe('Make it green');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('change');
  await holdToasts(page);
  await page.getByRole('button', { name: 'Take the turn back' }).click();
  await page.locator('.toast', { hasText: 'The turn is taken back.' }).waitFor();
  expect(await page.locator('#change').inputValue()).toBe('Make it green');
});

test('a prompt that Claude declines is not counted, and comes back into the box with one press', async () => {
  running.simulator.script([{ content: ['I cannot'], stopReason: 'refusal' }], {
    text: 'Make it wicked',
    repeatLast: true,
  });
  await openProject();
  await send('Make it wicked');
  const refused = page.locator('.turn').nth(1);
  await refused.getByText('Claude declined this prompt').waitFor();
  await refused.getByText('Not counted.').waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await refused.getByRole('button', { name: 'Rephrase' }).click();
  await expect.poll(() => page.locator('#change').inputValue()).toBe('Make it wicked');
  await send('Make it kind');
  await ended(3);
});

test('title and icon of the tab tell that a turn runs', async () => {
  running.simulator.script([{ content: ['Slowly.'], gates: [{ before: 1, name: 'tab' }] }], { text: 'Go slowly' });
  await openProject();
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');
  const idle = await icon();
  await send('Go slowly');
  await running.simulator.waiting('tab');
  await expect.poll(() => page.title()).toMatch(/^Drawing/);
  expect(await icon()).not.toBe(idle);
  running.simulator.release('tab');
  await ended(2);
  await expect.poll(() => page.title()).toMatch(/Redraw$/);
  expect(await icon()).toMatch(/icon-(?!running)/);
});

test('turns are gone through by key, and every tool and receipt opens to its detail', async () => {
  await openProject(uniquePrompt(), createFile('style.css', 'body { color: red }'));
  running.simulator.script(toolTurn(replaceText('style.css', 'red', 'green')), { text: 'Make it green' });
  await send('Make it green');
  await ended(2);
  await page.keyboard.press('Alt+ArrowUp');
  const turn = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect.poll(turn).toMatch(/^Turn \d$/);
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(turn).toBe('Turn 1');
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(turn).toBe('Turn 2');
  await page.keyboard.press('/');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('change');

  const edit = page.locator('.tool', { hasText: 'style.css' }).last();
  expect(await edit.locator('.added').innerText()).toMatch(/^\+\d+$/);
  const receipt = page.locator('.receipt').last();
  await receipt.locator('summary').click();
  const slip = await receipt.innerText();
  for (const word of ['Paid by', 'Tokens in', 'Tokens out', 'First word after', 'Replies of Claude', '0 % markup'])
    expect(slip).toContain(word);
});

test('an answer is set as it streams: code in colour with a button that copies it', async () => {
  const code = 'export const tea: number = 3; // minutes';
  const answer = `Read [the list][1] first.\n\n- one\n- two\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.\n\n[1]: https://example.com/list`;
  const cut = answer.indexOf('That is');
  running.simulator.script(
    [{ content: [answer.slice(0, cut), answer.slice(cut)], gates: [{ before: 5, name: 'half' }] }],
    {
      text: 'Explain it',
    },
  );
  await openProject();
  await send('Explain it');
  await running.simulator.waiting('half');
  const turn = page.locator('.turn').nth(1);
  await turn.locator('.prose').first().waitFor();
  running.simulator.release('half');
  await ended(2);
  await turn.locator('.ink-word').first().waitFor();
  expect(await turn.locator('.code code').innerText()).toBe(code);
  expect(await turn.getByRole('link', { name: 'the list' }).getAttribute('href')).toBe('https://example.com/list');
  await turn.getByRole('button', { name: 'Copy this code' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  await turn.getByRole('button', { name: 'Copy the answer' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('That is all.');
});

test('losing the network is said, and so is its return', async () => {
  await openProject();
  onTestFinished(() => context.setOffline(false));
  await context.setOffline(true);
  await page.locator('.status', { hasText: 'You are offline' }).waitFor();
  await context.setOffline(false);
  await expect.poll(() => page.locator('.status').innerText()).toBe('');
});
