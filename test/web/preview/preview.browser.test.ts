import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { useRunning } from '../../support/running-redraw.ts';
import { apps, openProject } from './preview-project.ts';

/** The tests share a page: what is compiled and cached need not be so again. Each has a project of its own. */

const running = useRunning();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
});

afterAll(() => browser?.close());

const button = (name: string | RegExp) =>
  page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });

describe('the window of the app', () => {
  test('has the true size of a device, upright and sideways, scaled into the sheet', async () => {
    const { frame } = await openProject(page, running.redraw.url, apps.plain);
    const shown = await frame('h1');
    const inner = () => shown.evaluate(() => `${innerWidth} ${innerHeight}`);
    const choose = async (label: string | RegExp) => {
      await button(/^Size of the window/).click();
      await page.getByLabel(label).click();
      await page.keyboard.press('Escape');
      await expect
        .poll(() => button(/^Size of the window/).evaluate((one) => one === document.activeElement))
        .toBe(true);
    };
    await choose(/^Phone/);
    await expect.poll(inner).toBe('390 844');
    await choose('Turn sideways');
    await expect.poll(inner).toBe('844 390');
    await choose('Turn sideways');
    await choose(/^Tablet/);
    await expect.poll(inner).toBe('820 1180');
    const stage = page.locator('.paper');
    const room = page.locator('.stage-room');
    const fits = async () => {
      const [inside, outside] = await Promise.all([stage.boundingBox(), room.boundingBox()]);
      return (
        inside !== null && outside !== null && inside.height <= outside.height + 1 && inside.width <= outside.width + 1
      );
    };
    expect(await fits()).toBe(true);
    await choose('Zoom to fit');
    await expect.poll(async () => (await stage.boundingBox())?.height).toBe(1180);
    await choose(/^Desktop/);
    await expect.poll(inner).toBe('1280 800');
    await choose(/^Whole sheet/);
    await expect.poll(inner).not.toBe('1280 800');
  });

  test('goes on as it was while its code and its versions are looked at, and the page changes its width', async () => {
    const { frame } = await openProject(page, running.redraw.url, apps.plain);
    const shown = await frame('h1');
    await shown.evaluate(() => document.querySelector('h1')?.replaceChildren('In the middle of something'));
    await button('Code').click();
    await page.locator('.tree-file').first().waitFor();
    await button('Versions').click();
    await page.locator('.strip').waitFor();
    await button('App').click();
    onTestFinished(() => page.setViewportSize({ width: 1280, height: 800 }));
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('.pane-switch').waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.locator('.pane-switch').waitFor({ state: 'detached' });
    expect(shown.isDetached()).toBe(false);
    expect(await shown.locator('h1').innerText()).toBe('In the middle of something');
  });

  test('goes where the address says, back and forward, and nowhere else', async () => {
    const { frame, previewUrl } = await openProject(page, running.redraw.url, apps.plain);
    const shown = await frame('h1');
    const address = page.getByRole('textbox', { name: 'Address in the app' });
    const where = () => shown.locator('#where').innerText();
    await address.fill('/first?x=1');
    await address.press('Enter');
    await expect.poll(where).toBe('/first');
    await shown.locator('a').click();
    await expect.poll(where).toBe('/second');
    await expect.poll(() => address.inputValue()).toBe('/second');
    await button('Back in the app').click();
    await expect.poll(where).toBe('/first');
    await button('Forward in the app').click();
    await expect.poll(where).toBe('/second');
    await expect.poll(() => address.inputValue()).toBe('/second');
    await address.fill('https://elsewhere.example/');
    await address.press('Enter');
    await page.getByText('Only addresses of the app itself open here.').waitFor();
    await address.press('Escape');
    expect(await address.inputValue()).toBe('/second');
    await button('More').click();
    const open = page.getByRole('link', { name: 'Open in a new tab' });
    expect(await open.getAttribute('href')).toBe(`${new URL(previewUrl).origin}/second`);
  });

  test('says why a phone cannot reach it', async () => {
    const { frame } = await openProject(page, running.redraw.url, apps.plain);
    await frame('h1');
    await button('More').click();
    await button('Open on a phone').click();
    const dialog = page.locator('dialog[open]');
    await expect.poll(() => dialog.innerText()).toContain('This address leads to this machine only');
    expect(await dialog.locator('.qr').count()).toBe(0);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await button('More').evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test('keeps its picture until the new one has painted: no frame of a redraw is white', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    onTestFinished(() => page.context().close());
    // A document that has not painted for seconds is shown or replaced: on a busy machine it is late, not broken.
    await page.addInitScript(() => {
      const set = window.setTimeout;
      if (window === top)
        Object.assign(window, { setTimeout: (work: () => void, ms = 0) => set(work, ms < 2500 ? ms : 600_000) });
    });
    const { frame, put } = await openProject(page, running.redraw.url, apps.react);
    await frame('h1');
    const box = await page.locator('.paper').boundingBox();
    if (!box) throw new Error('There is no sheet.');
    // Above the notice that something has changed elsewhere.
    const clip = { x: box.x + box.width / 2, y: box.y + box.height * 0.4, width: 1, height: 1 };
    const colour = async () => {
      const png = (await page.screenshot({ clip, scale: 'css' })).toString('base64');
      return page.evaluate(async (data) => {
        const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const context = new OffscreenCanvas(1, 1).getContext('2d');
        context?.drawImage(image, 0, 0);
        return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3).join();
      }, png);
    };
    await expect.poll(colour).toBe('18,52,86');
    const paints = ['#0a6e3c', '#6e0a3c', '#0a3c6e'];
    const rgb = (paint: string) => [1, 3, 5].map((at) => Number.parseInt(paint.slice(at, at + 2), 16)).join();
    const seen = new Set<string>();
    for (const [index, paint] of paints.entries()) {
      // A change of the page itself needs a new document; a change of styles alone is applied in place.
      await put('src/style.css', apps.react['src/style.css'].replace('#123456', paint));
      await put('src/Greeting.tsx', apps.react['src/Greeting.tsx'].replace('Start', `Start ${index}`));
      for (;;) {
        const now = await colour();
        seen.add(now);
        if (now === rgb(paint)) break;
      }
    }
    expect(['#123456', ...paints].map(rgb)).toEqual(expect.arrayContaining([...seen]));
  });

  test('tells of an error with the place in the source, which opens there', async () => {
    const broken = apps.react['src/Greeting.tsx'].replace(
      '  return (',
      "  if (name) throw new Error('out of tea');\n  return (",
    );
    await openProject(page, running.redraw.url, { ...apps.react, 'src/Greeting.tsx': broken });
    await page.locator('.problem', { hasText: 'out of tea' }).waitFor();
    await button(/^Open the code: src\/Greeting\.tsx:2/).click();
    const editor = page.getByRole('textbox', { name: 'Text of src/Greeting.tsx' });
    await editor.waitFor();
    await expect.poll(() => page.locator('.cm-activeLine').innerText()).toContain('out of tea');
  });
});

describe('pointing at an element', () => {
  const kinds = ['react', 'preact'] as const;

  test.each(kinds)('of an app on %s, with the pointer, names component and source line', async (kind) => {
    const { frame } = await openProject(page, running.redraw.url, apps[kind]);
    const shown = await frame('h1');
    await button('Point at something').click();
    // The picker runs once the app has said what it points at.
    await page.locator('.look.is-pointing strong').waitFor();
    await shown.evaluate(() => addEventListener('click', () => document.body.setAttribute('data-heard', ''), true));
    await shown.locator('h1').hover({ force: true });
    await expect.poll(() => page.locator('.look.is-pointing').innerText()).toContain('src/Greeting.tsx:4');
    await shown.locator('button').click({ force: true });
    const chip = page.locator('.picked');
    await chip.waitFor();
    expect(await chip.innerText()).toContain('Greeting › button “Start”');
    // The app received none of the events.
    expect(await shown.locator('body').getAttribute('data-heard')).toBeNull();
    await page.locator('#change').fill('Make this larger');
    const answered = running.simulator.request(1, { text: 'Make this larger' });
    await page.keyboard.press('Enter');
    const said = JSON.stringify((await answered).body);
    for (const part of ['selector: button', 'component: Greeting', 'source: src/Greeting.tsx:5']) {
      expect(said).toContain(part);
    }
  });

  test('goes by the arrow keys, and leaves with Escape to where it began', async () => {
    const { frame } = await openProject(page, running.redraw.url, apps.react);
    await frame('h1');
    const toggle = button('Point at something');
    await toggle.focus();
    await page.keyboard.press('Enter');
    const pointing = page.locator('.look.is-pointing');
    await pointing.locator('strong').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => pointing.innerText()).toContain('button “Start”');
    await page.keyboard.press('Escape');
    await pointing.waitFor({ state: 'detached' });
    await expect.poll(() => toggle.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await pointing.locator('strong').waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => pointing.innerText()).toContain('section');
    await page.keyboard.press('Enter');
    await page.locator('.picked').waitFor();
    await expect.poll(() => page.locator('#change').evaluate((one) => one === document.activeElement)).toBe(true);
  });
});
