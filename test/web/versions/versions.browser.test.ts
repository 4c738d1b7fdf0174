import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import { launchChromium } from '../../support/chromium.ts';
import { createFile, useRunning } from '../../support/running-redraw.ts';
import { apps, type OpenProject, openProject } from '../preview/preview-project.ts';

/** The tests share a page: what is compiled and cached need not be so again. Each has a project of its own. */

const running = useRunning();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
});

afterAll(() => browser?.close());

const buttonOf = (of: Page, name: string | RegExp) =>
  of.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
const button = (name: string | RegExp) => buttonOf(page, name);
const greeting = (word: string) => apps.plain['index.html'].replace('Plain', word);
const detail = ({ visitor, session }: OpenProject) => visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);

/** Version 3 shows "Second", version 2 showed "First". */
async function twoSheets(): Promise<OpenProject> {
  const project = await openProject(page, running.redraw.url, [
    ['src/style.css', apps.plain['src/style.css']],
    ['index.html', greeting('First')],
    ['index.html', greeting('Second')],
  ]);
  await project.frame('h1');
  return project;
}

const headline = async (project: OpenProject, url?: string) =>
  (await project.frame('h1', url)).locator('h1').innerText();

describe('versions', () => {
  test('are looked at without going there, compared, and gone back to; none is lost', async () => {
    const project = await twoSheets();
    const { previewUrl } = project;
    await button('Versions').click();
    await page.locator('.version-lines').first().waitFor();
    await button(/^Look at version 2 Add index\.html/).click();
    await page.locator('.look', { hasText: 'You are looking at version 2' }).waitFor();
    const old = previewUrl.replace('.', '-v2.');
    expect(await headline(project, old)).toBe('First');
    expect((await detail(project)).version).toBe(3);

    await button(/^Compare with now/).click();
    const after = page.getByRole('textbox', { name: /^Difference of index\.html, now/ });
    await after.waitFor();
    expect(await after.innerText()).toContain('Second');
    expect(await page.getByRole('textbox', { name: /^Difference of index\.html, 2/ }).innerText()).toContain('First');
    await button('Inline').click();
    await page.locator('.cm-deletedChunk').waitFor();
    expect(await page.locator('.cm-deletedChunk').innerText()).toContain('First');

    await page.keyboard.press('Escape');
    await button(/^Go back to this version/).click();
    await page.locator('.look').waitFor({ state: 'detached' });
    await expect.poll(() => headline(project).catch(() => '')).toBe('First');
    const { version, versions } = await detail(project);
    expect(version).toBe(4);
    expect(versions.map(({ kind }) => kind)).toEqual(['edit', 'edit', 'edit', 'revert']);
    await expect.poll(() => page.locator('.version').count()).toBe(4);
  });

  test('are walked along by the arrow keys', async () => {
    await twoSheets();
    await button('Versions').click();
    await page.locator('[data-version="3"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.look', { hasText: 'version 2' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.look').waitFor({ state: 'detached' });
  });

  test('undo and redo say what they will do, as buttons and as keys', async () => {
    const project = await twoSheets();
    await button('Undo: Edit index.html').click();
    await expect.poll(() => headline(project).catch(() => '')).toBe('First');
    await button('Redo: Edit index.html').waitFor();
    await page.locator('.desk-bar').click({ position: { x: 400, y: 10 } });
    await page.keyboard.press('ControlOrMeta+Shift+Z');
    await expect.poll(() => headline(project).catch(() => '')).toBe('Second');
    await page.keyboard.press('ControlOrMeta+Z');
    await expect.poll(() => headline(project).catch(() => '')).toBe('First');
  });
});

describe('the code', () => {
  const editor = (path: string) => page.getByRole('textbox', { name: `Text of ${path}` });

  async function openFile(path: string): Promise<void> {
    await button('Code').click();
    await page.locator(`.tree-file[title="${path}"]`).click();
    await editor(path).waitFor();
  }

  test('is changed by hand, and that is a version', async () => {
    const project = await twoSheets();
    await openFile('index.html');
    await editor('index.html').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(greeting('By hand'));
    await page.locator('.code-head', { hasText: 'not saved' }).waitFor();
    await page.keyboard.press('ControlOrMeta+S');
    await page.getByText('Saved as version 4.').waitFor();
    await expect.poll(() => headline(project).catch(() => '')).toBe('By hand');
    expect((await detail(project)).versions.at(-1)).toMatchObject({
      version: 4,
      kind: 'edit',
      label: 'Edit index.html',
    });
    // The editor still has the focus, and its undo is not the project's.
    await page.keyboard.press('ControlOrMeta+Z');
    await page.locator('.code-head', { hasText: 'not saved' }).waitFor();
    expect((await detail(project)).version).toBe(4);
  });

  test('keeps what is not saved when something else is opened, and over a reload', async () => {
    await twoSheets();
    await openFile('index.html');
    await editor('index.html').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('unsaved words');
    await page.locator('.tree-file[title="src/style.css"]').click();
    await editor('src/style.css').waitFor();
    await page.locator('.tree-file[title="index.html"]', { hasText: 'not saved' }).click();
    await expect.poll(() => editor('index.html').innerText()).toBe('unsaved words');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await openFile('index.html');
    await expect.poll(() => editor('index.html').innerText()).toBe('unsaved words');
    await button('Discard my changes').click();
    await expect.poll(() => editor('index.html').innerText()).toContain('Second');
  });

  test('can be read and not changed while Claude works, and shows what is being written', async () => {
    running.simulator.script(
      [
        {
          content: [createFile('notes.md', `# Notes\n\n${'A line of notes.\n'.repeat(20)}`)],
          chunkSize: 40,
          gates: [{ before: 8, name: 'half' }],
        },
        { content: ['Done.'] },
      ],
      { text: 'Write notes' },
    );
    const { put } = await twoSheets();
    await openFile('index.html');
    await page.locator('#change').fill('Write notes');
    await page.locator('#change').press('Enter');
    await running.simulator.waiting('half');
    await page.getByText('Claude is working on the files.').waitFor();
    expect(await editor('index.html').getAttribute('aria-readonly')).toBe('true');
    await page.locator('.tree-file[title="notes.md"]', { hasText: 'being written' }).click();
    await expect.poll(() => editor('notes.md').innerText()).toContain('# Notes');
    running.simulator.release('half');
    await page.locator('.tree-file[title="notes.md"]', { hasText: /byte/ }).waitFor();
    await expect.poll(() => editor('notes.md').getAttribute('aria-readonly')).toBe(null);
    await put('notes.md', 'Changed elsewhere.');
    await expect.poll(() => editor('notes.md').innerText()).toBe('Changed elsewhere.');
  });

  test('keeps mine where a newer one comes, until I choose', async () => {
    const { put } = await twoSheets();
    await openFile('index.html');
    await editor('index.html').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('mine');
    await put('index.html', greeting('Theirs'));
    await page.getByText('This file has changed since you began.').waitFor();
    expect(await editor('index.html').innerText()).toBe('mine');
    await button('Take the newer one').click();
    await expect.poll(() => editor('index.html').innerText()).toContain('Theirs');
  });

  test('is searched in all files, and opens at the line that was found', async () => {
    await twoSheets();
    await button('Code').click();
    await page.getByRole('searchbox', { name: 'Search in all files' }).fill('BACKGROUND');
    await page.getByText('1 place in 1 file').waitFor();
    await button(/^src\/style\.css 1/).click();
    await editor('src/style.css').waitFor();
    await button('Find in this file').click();
    await page.locator('.cm-search').waitFor();
  });
});

describe('on a phone', () => {
  test('conversation and sheet are swiped between, and the switch follows', async () => {
    const phone = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    onTestFinished(() => phone.close());
    const tab = await phone.newPage();
    const { frame } = await openProject(tab, running.redraw.url, apps.plain);
    await frame('h1');
    const pressed = (name: string) => buttonOf(tab, name).getAttribute('aria-pressed');
    expect(await pressed('Conversation')).toBe('true');
    expect(await tab.locator('.desk').getAttribute('inert')).not.toBeNull();
    await tab.locator('.panes').evaluate((one) => one.scrollTo({ left: one.clientWidth, behavior: 'instant' }));
    await expect.poll(() => pressed('Preview')).toBe('true');
    expect(await tab.locator('.talk').getAttribute('inert')).not.toBeNull();
    await buttonOf(tab, 'Conversation').click();
    await expect.poll(() => tab.locator('.panes').evaluate((one) => one.scrollLeft)).toBe(0);
    await buttonOf(tab, 'Preview').click();
    await expect.poll(() => tab.locator('.panes').evaluate((one) => one.scrollLeft)).toBe(360);
    // Nothing overflows sideways, and each control is large enough for a thumb.
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const small = await tab.locator('.desk :is(button, a):visible, .address-input').evaluateAll((all) =>
      all
        .map((one) => ({ name: one.getAttribute('aria-label') ?? one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 24 || box.height < 40 || box.right > 361)
        .map(({ name, box }) => `${name}: ${box.width} × ${box.height}, to ${box.right}`),
    );
    expect(small).toEqual([]);
  });
});
