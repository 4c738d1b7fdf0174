import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, toolTurn, uniquePrompt } from '../../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../../support/start-redraw.ts';

/** The prompt box with its attachments, commands and queue. */

let simulator: Simulator;
let redraw: Redraw;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const wrong: string[] = [];

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

beforeAll(async () => {
  simulator = await startSimulator({ script: [{}], repeatLast: true });
  redraw = await startRedraw({
    ANTHROPIC_BASE_URL: simulator.url,
    ANTHROPIC_API_KEY: 'sk-test',
    ANON_TURN_LIMIT: '100',
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await redraw?.close();
  await simulator?.close();
});

beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
});

afterEach(async () => {
  await context.close();
  expect(wrong.splice(0)).toEqual([]);
});

const box = () => page.locator('#change');
const value = () => box().inputValue();
const turns = () => page.locator('article.turn');

async function ended(count: number): Promise<void> {
  await expect.poll(() => turns().count()).toBe(count);
  await page
    .locator('article.turn[aria-busy="false"] .turn-end')
    .nth(count - 1)
    .waitFor();
}

/** Opens the start page and builds a project. */
async function begin(prompt = uniquePrompt()): Promise<void> {
  await page.goto(redraw.url);
  // Before the script is loaded, the box accepts text but sends nothing.
  await page.locator('.promise').waitFor();
  await page.locator('#idea:focus').waitFor();
  await page.locator('#idea').fill(prompt);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\/[a-z2-7]{26}$/);
  await box().waitFor();
  await ended(1);
}

/** Sends a prompt whose answer waits until the gate of this name is released. */
async function hold(): Promise<string> {
  const prompt = uniquePrompt('Wait');
  simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  await box().fill(prompt);
  await page.keyboard.press('Enter');
  await simulator.waiting(prompt);
  return prompt;
}

/** The violations that axe finds on the page. */
async function violations(): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: AxeViolation[] }> } };
    interface AxeViolation {
      id: string;
      nodes: { html: string }[];
    }
    const found = await axe.run({ iframes: false });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Dispatches a paste or drop of files on an element. */
async function give(
  selector: string,
  type: 'paste' | 'drop' | 'dragenter',
  files: { name: string; type: string; text: string }[],
) {
  await page.locator(selector).evaluate(
    (element, { type, files }) => {
      const data = new DataTransfer();
      for (const file of files) {
        const bytes = Uint8Array.from(atob(file.text), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], file.name, { type: file.type }));
      }
      const init = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        type === 'paste'
          ? new ClipboardEvent('paste', { ...init, clipboardData: data })
          : new DragEvent(type, { ...init, dataTransfer: data }),
      );
    },
    { type, files },
  );
}

const picture = { name: 'image.png', type: 'image/png', text: png.toString('base64') };

interface Message {
  content: { type: string; text?: string; source?: { media_type: string; data: string } }[];
}

async function lastMessage(text: string): Promise<Message | undefined> {
  const { body } = await simulator.request(1, { text });
  return (body as { messages: Message[] }).messages.at(-1);
}

describe('the keys of the box', () => {
  test('Up and Down leaf through what was said, and leave a text alone', async () => {
    const first = uniquePrompt('first');
    await begin(first);
    const second = uniquePrompt('second');
    await box().fill(second);
    await page.keyboard.press('Enter');
    await ended(2);
    await box().press('ArrowUp');
    expect(await value()).toBe(second);
    await box().press('ArrowUp');
    expect(await value()).toBe(first);
    await box().press('ArrowUp');
    expect(await value()).toBe(first);
    await box().press('ArrowDown');
    await box().press('ArrowDown');
    expect(await value()).toBe('');
    await box().fill('Mine');
    await box().press('ArrowUp');
    expect(await value()).toBe('Mine');
  });

  test('Shift and Enter makes a line, and Enter that ends a composition sends nothing', async () => {
    await begin();
    await box().fill('one');
    await box().press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await value()).toBe('one\ntwo');
    await box().evaluate((field) => {
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }),
      );
    });
    expect(await value()).toBe('one\ntwo');
    expect(await turns().count()).toBe(1);
  });

  test('a text that is too long says by how much, and is not sent', async () => {
    await begin();
    await box().fill('x'.repeat(31_000));
    await expect.poll(() => page.locator('.prompt-left').innerText()).toBe('1,000 characters left');
    await box().fill('x'.repeat(32_001));
    await expect.poll(() => page.locator('.prompt-left').innerText()).toContain('1 character too many.');
    await box().press('Enter');
    expect((await value()).length).toBe(32_001);
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
  });
});

describe('the commands', () => {
  test('open with a slash, go by arrow keys, and undo', async () => {
    const prompt = uniquePrompt();
    simulator.script(toolTurn(createFile('index.html', '<h1>Here</h1>')), { text: prompt });
    await begin(prompt);
    const change = uniquePrompt();
    simulator.script(toolTurn(createFile('second.txt', '2')), { text: change });
    await box().fill(change);
    await box().press('Enter');
    await ended(2);
    await box().fill('/');
    const list = page.getByRole('listbox', { name: 'Commands' });
    await list.waitFor();
    expect(await violations()).toEqual([]);
    expect(await list.getByRole('option').count()).toBe(5);
    const active = () => box().getAttribute('aria-activedescendant');
    await expect.poll(active).toBe('command-undo');
    await box().press('ArrowUp');
    expect(await active()).toBe('command-export');
    await box().press('Escape');
    await list.waitFor({ state: 'detached' });
    expect(await value()).toBe('/');
    await box().fill('/un');
    await box().press('Enter');
    await expect.poll(value).toBe('');
    const session = page.url().split('/').at(-1);
    await expect
      .poll(() => page.evaluate(async (id) => (await fetch(`/api/sessions/${id}/files`)).json(), session))
      .toEqual([expect.objectContaining({ path: 'index.html' })]);
  });

  test('open by a button, keep the text, and export by a click', async () => {
    const prompt = uniquePrompt();
    simulator.script(toolTurn(createFile('index.html', '<h1>Here</h1>')), { text: prompt });
    await begin(prompt);
    await box().fill('Not yet');
    await page.getByRole('button', { name: 'Commands' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('option', { name: /export/ }).click();
    expect((await downloading).suggestedFilename()).toMatch(/\.zip$/);
    expect(await value()).toBe('Not yet');
  });

  test('a text that only begins with a slash is a prompt', async () => {
    await begin();
    await box().fill('/etc is a folder');
    await box().press('Enter');
    await ended(2);
  });

  test('the model picker tells prices, what is allowed and what a switch costs', async () => {
    await begin();
    await box().fill('/model');
    await box().press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Model' });
    await dialog.getByRole('button', { name: /Haiku 5\.5/ }).waitFor();
    expect(await dialog.getByRole('button', { name: /Haiku 5\.5/ }).getAttribute('aria-pressed')).toBe('true');
    expect(await dialog.getByRole('button', { name: /Opus 5\.5/ }).isDisabled()).toBe(true);
    expect(await dialog.innerText()).toContain('$0.10 in, $0.50 out, per million tokens');
    expect(await dialog.innerText()).toContain('After a switch');
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => box().evaluate((field) => field === document.activeElement)).toBe(true);
  });
});

describe('a draft', () => {
  test('survives a reload, on the start page and in a project, each its own', async () => {
    await page.goto(redraw.url);
    await page.locator('#idea:focus').waitFor();
    await page.keyboard.type('Half an idea');
    await page.reload();
    await expect.poll(() => page.locator('#idea').inputValue()).toBe('Half an idea');
    await begin();
    await box().fill('Half a change');
    await page.reload();
    await expect.poll(value).toBe('Half a change');
    await page.goto(redraw.url);
    await page.locator('#idea:focus').waitFor();
    expect(await page.locator('#idea').inputValue()).toBe('');
  });
});

describe('files', () => {
  test('a pasted picture goes up, and Claude sees it', async () => {
    await begin();
    await give('#change', 'paste', [picture]);
    await page.locator('.attachment', { hasText: 'image.png' }).waitFor();
    expect(await violations()).toEqual([]);
    const prompt = uniquePrompt('Like this');
    await box().fill(prompt);
    await box().press('Enter');
    await ended(2);
    expect(await page.locator('.attachment').count()).toBe(0);
    const message = await lastMessage(prompt);
    expect(message?.content[0]).toMatchObject({ type: 'image', source: { media_type: 'image/png' } });
    expect(message?.content[0]?.source?.data).toBe(png.toString('base64'));
    expect(JSON.stringify(message)).toContain('/app/uploads/image.png');
  });

  test('what is dropped anywhere is taken, and what cannot go is refused in words', async () => {
    await begin();
    await give('body', 'dragenter', [picture]);
    await page.locator('.drop-target', { hasText: 'Drop images or text files here' }).waitFor();
    await give('body', 'drop', [
      { name: 'setup.exe', type: 'application/x-msdownload', text: btoa('MZ') },
      { name: 'notes.md', type: 'text/markdown', text: btoa('# Notes') },
      { name: 'lies.txt', type: 'text/plain', text: btoa('\0\0binary') },
      { name: 'broken.png', type: 'image/png', text: btoa('not a picture') },
    ]);
    await page.locator('.drop-target').waitFor({ state: 'detached' });
    const alert = page.locator('.refusals');
    await expect.poll(() => alert.innerText()).toContain('setup.exe cannot be attached.');
    await expect.poll(() => alert.innerText()).toContain('named like a text file');
    await expect.poll(() => alert.innerText()).toContain('cannot read it as a picture');
    expect(await page.locator('.attachment').allInnerTexts()).toEqual([expect.stringContaining('notes.md')]);
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Remove notes.md' }).click();
    expect(await page.locator('.attachment').count()).toBe(0);
  });

  test('a picture that is too large is scaled down, and says so', async () => {
    await begin();
    const large = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(3136, 200);
      canvas.getContext('2d')?.fillRect(0, 0, 3136, 200);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    });
    await give('#change', 'paste', [{ ...picture, text: large }]);
    await page.locator('.attachment', { hasText: 'Scaled down to 1,568 × 100 for Claude' }).waitFor();
  });

  test('with the first prompt make a project that has them', async () => {
    await page.goto(redraw.url);
    await page.locator('.promise').waitFor();
    await page.locator('#idea:focus').waitFor();
    const prompt = uniquePrompt('From a picture');
    await give('#idea', 'paste', [picture]);
    await page.locator('.attachment').waitFor();
    await page.locator('#idea').fill(prompt);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/s\/[a-z2-7]{26}$/);
    await ended(1);
    expect((await lastMessage(prompt))?.content[0]?.type).toBe('image');
    expect(await page.getByRole('textbox', { name: 'Title of the project' }).inputValue()).toBe(prompt);
  });

  test('wait with their prompt while a turn runs, and go up after it', async () => {
    await begin();
    const held = await hold();
    await give('#change', 'paste', [picture]);
    const prompt = uniquePrompt('After that');
    await page.locator('.attachment').waitFor();
    await box().fill(prompt);
    await box().press('Enter');
    await page.locator('.queue li', { hasText: 'Goes up when this turn has ended' }).waitFor();
    expect(await value()).toBe('');
    simulator.release(held);
    await ended(3);
    expect((await lastMessage(prompt))?.content[0]?.type).toBe('image');
    expect(await page.locator('.queue').count()).toBe(0);
  });
});

describe('the queue', () => {
  test('is put in another order by keyboard and by dragging', async () => {
    await begin();
    const held = await hold();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => uniquePrompt(name)) as [string, string, string];
    for (const prompt of [a, b, c]) {
      await box().fill(prompt);
      await box().press('Enter');
      await page.locator('.queue-prompt', { hasText: prompt }).waitFor();
    }
    const order = () => page.locator('.queue-prompt').allInnerTexts();
    await expect.poll(order).toEqual([a, b, c]);
    expect(await violations()).toEqual([]);
    const grip = (prompt: string) => page.getByRole('button', { name: `Move: ${prompt}. Place` });
    await grip(c).press('ArrowUp');
    await expect.poll(order).toEqual([a, c, b]);
    expect(await grip(c).evaluate((button) => button === document.activeElement)).toBe(true);
    await expect.poll(() => page.locator('.queue [role=status]').innerText()).toBe('Now at place 2 of 3');
    await page.keyboard.press('ArrowUp');
    await expect.poll(order).toEqual([c, a, b]);

    const from = await grip(c).boundingBox();
    const to = await grip(b).boundingBox();
    if (!from || !to) throw new Error('There is nothing to drag.');
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(to.x + 5, to.y + to.height / 2, { steps: 6 });
    await page.mouse.up();
    await expect.poll(order).toEqual([a, b, c]);

    await page.getByRole('button', { name: `Edit: ${b}` }).click();
    const changed = uniquePrompt('changed');
    await page.getByRole('textbox', { name: 'Prompt that waits' }).fill(changed);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Remove: ${c}` }).click();
    await expect.poll(order).toEqual([a, changed]);
    simulator.release(held);
    await ended(4);
    expect(await turns().nth(2).innerText()).toContain(a);
    expect(await turns().nth(3).innerText()).toContain(changed);
  });
});

describe('titles', () => {
  const title = (of: Page) => of.getByRole('textbox', { name: 'Title of the project' }).inputValue();

  test('come from the app, and from the visitor, in every tab', async () => {
    const prompt = uniquePrompt();
    simulator.script(toolTurn(createFile('index.html', '<title>Tea timer</title><h1>Tea</h1>')), { text: prompt });
    await begin(prompt);
    await expect.poll(() => title(page)).toBe('Tea timer');
    const other = await context.newPage();
    await other.goto(page.url());
    await expect.poll(() => title(other)).toBe('Tea timer');
    await page.getByRole('textbox', { name: 'Title of the project' }).fill('My tea');
    await page.keyboard.press('Enter');
    await expect.poll(() => title(other)).toBe('My tea');
  });
});

test('a narrow window in the dark has room for all of it, and for a word without an end', async () => {
  await context.close();
  context = await browser.newContext({ locale: 'de', colorScheme: 'dark', viewport: { width: 360, height: 740 } });
  page = await context.newPage();
  await begin();
  const held = await hold();
  for (const prompt of [uniquePrompt('a'), uniquePrompt('b')]) {
    await box().fill(prompt);
    await box().press('Enter');
    await page.locator('.queue-prompt', { hasText: prompt }).waitFor();
  }
  await give('#change', 'paste', [picture]);
  await give('#change', 'paste', [{ name: 'setup.exe', type: '', text: btoa('MZ') }]);
  await page.locator('.refusals', { hasText: 'lässt sich nicht anhängen' }).waitFor();
  await box().fill('x'.repeat(31_000));
  await page.locator('.prompt-left', { hasText: 'noch 1.000 Zeichen' }).waitFor();
  expect(await violations()).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect((await box().boundingBox())?.width).toBeLessThanOrEqual(340);
  const stop = await page.getByRole('button', { name: /^Anhalten/ }).boundingBox();
  expect((stop?.y ?? 740) + (stop?.height ?? 0)).toBeLessThanOrEqual(740);
  await box().fill('/');
  await page.getByRole('listbox', { name: 'Befehle' }).waitFor();
  expect(await violations()).toEqual([]);
  simulator.release(held);
});

describe('the language', () => {
  test('is that of the browser, and can be changed', async () => {
    const german = await browser.newContext({ locale: 'de-AT' });
    const there = await german.newPage();
    await there.goto(`${redraw.url}/account`);
    await expect.poll(() => there.locator('html').getAttribute('lang')).toBe('de');
    await there.getByRole('heading', { name: 'Konto', level: 1 }).waitFor();
    await there.getByRole('radio', { name: 'Français' }).check();
    await there.getByRole('heading', { name: 'Compte', level: 1 }).waitFor();
    expect(await there.locator('html').getAttribute('lang')).toBe('fr');
    await expect
      .poll(() => there.getByRole('radio', { name: 'Français' }).evaluate((radio) => radio === document.activeElement))
      .toBe(true);
    await there.goto(redraw.url);
    await expect.poll(() => there.locator('#idea').getAttribute('placeholder')).toContain('minuteur');
    await german.close();
  });
});
