import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from 'vitest';
import { violations } from '../../support/axe.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { uniquePrompt, useRunning } from '../../support/running-redraw.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A file to paste or drop. */
export interface GivenFile {
  name: string;
  type: string;
  /** Base64. */
  text: string;
}

export const picture: GivenFile = { name: 'image.png', type: 'image/png', text: png.toString('base64') };

interface Message {
  content: { type: string; text?: string; source?: { media_type: string; data: string } }[];
}

/** A page with the prompt box. The tests of a file share it, each with a project of its own; an error of the page fails the test. */
export function useComposer() {
  const running = useRunning();
  const wrong: string[] = [];
  const held = new Set<string>();
  let browser: Browser;
  let shared: Page;
  let page: Page;

  async function newPage(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => wrong.push(error.message));
    return opened;
  }

  beforeAll(async () => {
    browser = await launchChromium();
    shared = await newPage({ locale: 'en-US' });
    page = shared;
  });

  afterAll(() => browser?.close());

  afterEach(() => {
    for (const gate of held) running.simulator.release(gate, Number.POSITIVE_INFINITY);
    held.clear();
    expect(wrong.splice(0)).toEqual([]);
  });

  const box = () => page.locator('#change');
  const turns = () => page.locator('article.turn');

  async function ended(count: number): Promise<void> {
    await expect.poll(() => turns().count()).toBe(count);
    await page
      .locator('article.turn[aria-busy="false"] .turn-end')
      .nth(count - 1)
      .waitFor();
  }

  return {
    running,
    get page() {
      return page;
    },
    box,
    value: () => box().inputValue(),
    turns,
    ended,
    violations: () => violations(page),

    /** Has the rest of a test take place in another page. */
    async moveTo(options: BrowserContextOptions): Promise<void> {
      page = await newPage(options);
      onTestFinished(async () => {
        await page.context().close();
        page = shared;
      });
    },

    /** Opens a project that has nothing yet. */
    async openEmpty(): Promise<void> {
      const visitor = await visitorOf(page.context(), running.redraw.url);
      const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
      await page.goto(`${running.redraw.url}/s/${session}`);
      await box().waitFor();
    },

    /** Opens a project that one turn has built. */
    async open(prompt = uniquePrompt()): Promise<void> {
      const visitor = await visitorOf(page.context(), running.redraw.url);
      const { session } = await visitor.build(prompt);
      await page.goto(`${running.redraw.url}/s/${session}`);
      await box().waitFor();
      await ended(1);
    },

    /** Opens the start page. */
    async openStart(): Promise<void> {
      await page.goto(running.redraw.url);
      // Before the script is loaded, the box accepts text but sends nothing.
      await page.locator('.promise').waitFor();
      await page.locator('#idea:focus').waitFor();
    },

    /** Builds a project from the start page. */
    async build(prompt: string): Promise<void> {
      await page.locator('#idea').fill(prompt);
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/s\/[a-z2-7]{26}$/);
      await box().waitFor();
      await ended(1);
    },

    /** Sends a prompt whose answer waits until the gate of this name is released. */
    async hold(): Promise<string> {
      const prompt = uniquePrompt('Wait');
      held.add(prompt);
      running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
      await box().fill(prompt);
      await page.keyboard.press('Enter');
      await running.simulator.waiting(prompt);
      return prompt;
    },

    /** Sends a prompt while a turn runs, and waits until it is in the queue. */
    async queue(prompt: string): Promise<void> {
      await box().fill(prompt);
      await box().press('Enter');
      await page.locator('.queue-prompt', { hasText: prompt }).waitFor();
    },

    /** Dispatches a paste or drop of files on an element. */
    async give(selector: string, type: 'paste' | 'drop' | 'dragenter', files: GivenFile[]): Promise<void> {
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
    },

    /** The newest message of the first request with a text. */
    async lastMessage(text: string): Promise<Message | undefined> {
      const { body } = await running.simulator.request(1, { text });
      return (body as { messages: Message[] }).messages.at(-1);
    },
  };
}
