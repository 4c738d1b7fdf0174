import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, Block } from '../claude-simulator/script.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { previewFrame, visitorOf } from '../support/browser-visitor.ts';
import { launchChromium } from '../support/chromium.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import type { Visitor } from '../support/visitor.ts';
import { readTemplate } from './vite-template.ts';

let simulator: Simulator;
let redraw: Redraw;
let browser: Browser;
let context: BrowserContext;
let visitor: Visitor;

beforeAll(async () => {
  simulator = await startSimulator();
  redraw = await startRedraw({ ANTHROPIC_BASE_URL: simulator.url, ANON_TURN_LIMIT: '100' });
  browser = await launchChromium();
  context = await browser.newContext();
  visitor = await visitorOf(context, redraw.url);
});

afterAll(async () => {
  await browser?.close();
  await redraw?.close();
  await simulator?.close();
});

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function edit(input: Record<string, unknown>): Block {
  return { type: 'tool_use', name: 'str_replace_based_edit_tool', input };
}

/** Uploads binary files, and lets Claude create the text files. */
async function buildTemplate(name: string): Promise<{ session: string; previewUrl: string }> {
  const files = [...readTemplate(name)];
  const made = await visitor.json<{ session: string; previewUrl: string }>('POST', '/api/sessions', {});
  for (const [path, bytes] of files.filter(([, one]) => !isText(one))) {
    await visitor.json('PUT', `/api/sessions/${made.session}/files/${path}`, bytes);
  }
  const creates = files
    .filter(([, bytes]) => isText(bytes))
    .map(([path, bytes]) =>
      edit({ command: 'create', path: `/app/${path}`, file_text: new TextDecoder().decode(bytes) }),
    );
  const half = Math.ceil(creates.length / 2);
  const answers: Answer[] = [
    { content: ['Here it comes.', ...creates.slice(0, half)], chunkSize: 500 },
    { content: creates.slice(half), chunkSize: 500 },
    { content: ['There it is.'] },
  ];
  const prompt = `Build the template ${name}, please.`;
  simulator.script(answers, { text: prompt });
  const { events } = await visitor.build(prompt, made.session);
  expect(events.at(-1)).toMatchObject({ type: 'turn_finished', data: { state: 'completed' } });
  return made;
}

/** Opens the builder, and records errors in any of its documents. */
async function openBuilder(session: string): Promise<{ page: Page; wrong: string[] }> {
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('console', (message) => {
    // A page that takes seconds to draw is told that its preloads are not used yet.
    const isLate = message.text().includes('was preloaded using link preload');
    if ((message.type() === 'error' || message.type() === 'warning') && !isLate) wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('requestfailed', (request) => {
    // The page itself aborts event streams that it no longer reads, and what a document still loads that it replaces.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') wrong.push(`${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) wrong.push(`${response.url()} ${response.status()}`);
  });
  await page.goto(`${redraw.url}/s/${session}`);
  return { page, wrong };
}

async function checkTemplate(frame: Frame): Promise<void> {
  const counter = frame.locator('button.counter');
  await counter.waitFor();
  expect(await counter.textContent()).toBe('Count is 0');
  await counter.click();
  await counter.click();
  await expect.poll(() => counter.textContent()).toBe('Count is 2');

  const images = () =>
    frame.evaluate(() => [...document.images].map(({ src, naturalWidth }) => ({ src, shows: naturalWidth > 0 })));
  await expect.poll(async () => (await images()).filter(({ shows }) => !shows)).toEqual([]);
  expect((await images()).some(({ src }) => src.endsWith('.png'))).toBe(true);
  expect((await images()).some(({ src }) => src.endsWith('.svg'))).toBe(true);

  const sprites = () =>
    frame.evaluate(() =>
      [...document.querySelectorAll('use')].map((use) => {
        const { width, height } = use.getBBox();
        return width > 0 && height > 0;
      }),
    );
  await expect.poll(sprites).toEqual(Array.from({ length: 6 }, () => true));

  // The template's style sheets set both values, which differ from the defaults.
  const styles = await frame.evaluate(() => ({
    hero: getComputedStyle(document.querySelector('.hero') ?? document.body).position,
    counter: getComputedStyle(document.querySelector('.counter') ?? document.body).borderRadius,
  }));
  expect(styles).toEqual({ hero: 'relative', counter: '5px' });
}

// Without a framework, and with one; all six work in `test/preview/templates.browser.test.ts`.
test.each(['vanilla', 'preact-ts'])('the template %s works in the preview as Claude has created it', async (name) => {
  const { session, previewUrl } = await buildTemplate(name);
  const { page, wrong } = await openBuilder(session);
  await checkTemplate(await previewFrame(page, previewUrl));
  expect(wrong).toEqual([]);
  await page.close();
});

test('a change shows in the open preview, undo brings the old bytes back, redo the new', async () => {
  const { session, previewUrl } = await buildTemplate('react-ts');
  const { page, wrong } = await openBuilder(session);
  const heading = () =>
    page
      .frames()
      .filter((frame) => frame.url().startsWith(previewUrl))
      .at(-1)
      ?.locator('h1')
      .textContent();
  await expect.poll(heading).toBe('Get started');
  const app = `/api/sessions/${session}/files/src/App.tsx`;
  const before = await (await visitor.call('GET', app)).text();

  const prompt = 'Call it Begin here.';
  simulator.script(
    [
      {
        content: [
          edit({
            command: 'str_replace',
            path: '/app/src/App.tsx',
            old_str: '<h1>Get started</h1>',
            new_str: '<h1>Begin here</h1>',
          }),
        ],
      },
      { content: ['Done.'] },
    ],
    { text: prompt },
  );
  await visitor.build(prompt, session);
  await expect.poll(heading).toBe('Begin here');
  const after = await (await visitor.call('GET', app)).text();
  expect(after).toBe(before.replace('Get started', 'Begin here'));

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(heading).toBe('Get started');
  expect(await (await visitor.call('GET', app)).text()).toBe(before);
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect.poll(heading).toBe('Begin here');
  expect(await (await visitor.call('GET', app)).text()).toBe(after);
  expect(wrong).toEqual([]);
  await page.close();
});
