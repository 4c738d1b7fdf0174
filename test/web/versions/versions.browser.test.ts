import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { launchChromium } from '../../support/chromium.ts';
import { createFile } from '../../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../../support/start-redraw.ts';
import { apps, type OpenProject, openProject } from '../preview/preview-project.ts';

let simulator: Simulator;
let redraw: Redraw;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  simulator = await startSimulator({ script: [{}], repeatLast: true });
  redraw = await startRedraw({ ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: 'sk-test' });
  browser = await launchChromium();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
});

afterAll(async () => {
  await browser?.close();
  await redraw?.close();
  await simulator?.close();
});

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
const greeting = (word: string) => apps.plain['index.html'].replace('Plain', word);
const detail = ({ visitor, session }: OpenProject) => visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);

/** Version 3 shows "Second", version 2 showed "Plain". */
async function twoSheets(): Promise<OpenProject> {
  const project = await openProject(context, redraw.url, {
    'src/style.css': apps.plain['src/style.css'],
    'index.html': greeting('First'),
  });
  await project.put('index.html', greeting('Second'));
  const shown = await project.frame('h1');
  await expect
    .poll(() =>
      shown
        .locator('h1')
        .innerText()
        .catch(() => project.frame('h1').then((one) => one.locator('h1').innerText())),
    )
    .toBe('Second');
  return project;
}

const headline = async (project: OpenProject, url?: string) =>
  (await project.frame('h1', url)).locator('h1').innerText();

describe('versions', () => {
  test('are looked at without going there, compared, and gone back to; none is lost', async () => {
    const project = await twoSheets();
    const { page, previewUrl } = project;
    await button(page, 'Versions').click();
    await page.locator('.version-lines').first().waitFor();
    await button(page, /^Look at version 2 Add index\.html/).click();
    await page.locator('.look', { hasText: 'You are looking at version 2' }).waitFor();
    const old = previewUrl.replace('.', '-v2.');
    expect(await headline(project, old)).toBe('First');
    expect((await detail(project)).version).toBe(3);

    await button(page, /^Compare with now/).click();
    const after = page.getByRole('textbox', { name: /^Difference of index\.html, now/ });
    await after.waitFor();
    expect(await after.innerText()).toContain('Second');
    expect(await page.getByRole('textbox', { name: /^Difference of index\.html, 2/ }).innerText()).toContain('First');
    await button(page, 'Inline').click();
    await page.locator('.cm-deletedChunk').waitFor();
    expect(await page.locator('.cm-deletedChunk').innerText()).toContain('First');

    await page.keyboard.press('Escape');
    await button(page, /^Go back to this version/).click();
    await page.locator('.look').waitFor({ state: 'detached' });
    await expect.poll(() => headline(project).catch(() => '')).toBe('First');
    const { version, versions } = await detail(project);
    expect(version).toBe(4);
    expect(versions.map(({ kind }) => kind)).toEqual(['edit', 'edit', 'edit', 'revert']);
    await expect.poll(() => page.locator('.version').count()).toBe(4);
    await page.close();
  });

  test('are walked along by the arrow keys', async () => {
    const { page } = await twoSheets();
    await button(page, 'Versions').click();
    await page.locator('[data-version="3"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.look', { hasText: 'version 2' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.look').waitFor({ state: 'detached' });
    await page.close();
  });

  test('undo and redo say what they will do, as buttons and as keys', async () => {
    const project = await twoSheets();
    const { page } = project;
    await button(page, 'Undo: Edit index.html').click();
    await expect.poll(() => headline(project).catch(() => '')).toBe('First');
    await button(page, 'Redo: Edit index.html').waitFor();
    await page.locator('.desk-bar').click({ position: { x: 400, y: 10 } });
    await page.keyboard.press('ControlOrMeta+Shift+Z');
    await expect.poll(() => headline(project).catch(() => '')).toBe('Second');
    await page.keyboard.press('ControlOrMeta+Z');
    await expect.poll(() => headline(project).catch(() => '')).toBe('First');
    await page.close();
  });
});

describe('the code', () => {
  const editor = (page: Page, path: string) => page.getByRole('textbox', { name: `Text of ${path}` });

  async function openFile(page: Page, path: string): Promise<void> {
    await button(page, 'Code').click();
    await page.locator(`.tree-file[title="${path}"]`).click();
    await editor(page, path).waitFor();
  }

  test('is changed by hand, and that is a version', async () => {
    const project = await twoSheets();
    const { page } = project;
    await openFile(page, 'index.html');
    await editor(page, 'index.html').click();
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
    await page.close();
  });

  test('keeps what is not saved when something else is opened, and over a reload', async () => {
    const { page } = await twoSheets();
    await openFile(page, 'index.html');
    await editor(page, 'index.html').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('unsaved words');
    await page.locator('.tree-file[title="src/style.css"]').click();
    await editor(page, 'src/style.css').waitFor();
    await page.locator('.tree-file[title="index.html"]', { hasText: 'not saved' }).click();
    await expect.poll(() => editor(page, 'index.html').innerText()).toBe('unsaved words');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await openFile(page, 'index.html');
    await expect.poll(() => editor(page, 'index.html').innerText()).toBe('unsaved words');
    await button(page, 'Discard my changes').click();
    await expect.poll(() => editor(page, 'index.html').innerText()).toContain('Second');
    await page.close();
  });

  test('can be read and not changed while Claude works, and shows what is being written', async () => {
    simulator.script(
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
    const { page, put } = await twoSheets();
    await openFile(page, 'index.html');
    await page.locator('#change').fill('Write notes');
    await page.locator('#change').press('Enter');
    await simulator.waiting('half');
    await page.getByText('Claude is working on the files.').waitFor();
    expect(await editor(page, 'index.html').getAttribute('aria-readonly')).toBe('true');
    await page.locator('.tree-file[title="notes.md"]', { hasText: 'being written' }).click();
    await expect.poll(() => editor(page, 'notes.md').innerText()).toContain('# Notes');
    simulator.release('half');
    await page.locator('.tree-file[title="notes.md"]', { hasText: /byte/ }).waitFor();
    await expect.poll(() => editor(page, 'notes.md').getAttribute('aria-readonly')).toBe(null);
    await put('notes.md', 'Changed elsewhere.');
    await expect.poll(() => editor(page, 'notes.md').innerText()).toBe('Changed elsewhere.');
    await page.close();
  });

  test('keeps mine where a newer one comes, until I choose', async () => {
    const { page, put } = await twoSheets();
    await openFile(page, 'index.html');
    await editor(page, 'index.html').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText('mine');
    await put('index.html', greeting('Theirs'));
    await page.getByText('This file has changed since you began.').waitFor();
    expect(await editor(page, 'index.html').innerText()).toBe('mine');
    await button(page, 'Take the newer one').click();
    await expect.poll(() => editor(page, 'index.html').innerText()).toContain('Theirs');
    await page.close();
  });

  test('is searched in all files, and opens at the line that was found', async () => {
    const { page } = await twoSheets();
    await button(page, 'Code').click();
    await page.getByRole('searchbox', { name: 'Search in all files' }).fill('BACKGROUND');
    await page.getByText('1 place in 1 file').waitFor();
    await button(page, /^src\/style\.css 1/).click();
    await editor(page, 'src/style.css').waitFor();
    await button(page, 'Find in this file').click();
    await page.locator('.cm-search').waitFor();
    await page.close();
  });
});

describe('on a phone', () => {
  test('conversation and sheet are swiped between, and the switch follows', async () => {
    const phone = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const { page, frame } = await openProject(phone, redraw.url, apps.plain);
    await frame('h1');
    const pressed = (name: string) => button(page, name).getAttribute('aria-pressed');
    expect(await pressed('Conversation')).toBe('true');
    expect(await page.locator('.desk').getAttribute('inert')).not.toBeNull();
    await page.locator('.panes').evaluate((one) => one.scrollTo({ left: one.clientWidth, behavior: 'instant' }));
    await expect.poll(() => pressed('Preview')).toBe('true');
    expect(await page.locator('.talk').getAttribute('inert')).not.toBeNull();
    await button(page, 'Conversation').click();
    await expect.poll(() => page.locator('.panes').evaluate((one) => one.scrollLeft)).toBe(0);
    await button(page, 'Preview').click();
    await expect.poll(() => page.locator('.panes').evaluate((one) => one.scrollLeft)).toBe(360);
    // Nothing overflows sideways, and each control is large enough for a thumb.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const small = await page.locator('.desk :is(button, a):visible, .address-input').evaluateAll((all) =>
      all
        .map((one) => ({ name: one.getAttribute('aria-label') ?? one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 24 || box.height < 40 || box.right > 361)
        .map(({ name, box }) => `${name}: ${box.width} × ${box.height}, to ${box.right}`),
    );
    expect(small).toEqual([]);
    await phone.close();
  });
});
