import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where the focus is, seen from an element. */
interface Spot {
  /** Whether the element contains the focus, also inside the shadow root of the editor. */
  isHere: boolean;
  isInApp: boolean;
  /** Whether a new document of the app is loading. */
  isLoading: boolean;
}

/** A page that is used by keyboard alone. */
export class KeyboardPage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** To be called before the page has loaded anything. */
  static async of(page: Page): Promise<KeyboardPage> {
    // Counts presses of a key that nothing else uses.
    await page.addInitScript(`
      window.pauses = 0;
      addEventListener('keydown', ({ key }) => { if (key === 'Pause') window.pauses += 1; }, true);`);
    return new KeyboardPage(page);
  }

  button(name: string | RegExp): Locator {
    return this.#page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  press(key: string): Promise<void> {
    return this.#page.keyboard.press(key);
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  async hasFocus(element: Locator): Promise<boolean> {
    return (await this.#spot(element)).isHere;
  }

  /** A description of the focused element; `nothing` if the focus is lost. */
  focus(): Promise<string> {
    return this.#page.evaluate(() => {
      const active = document.activeElement;
      if (!active || active === document.body) return 'nothing';
      return active.getAttribute('aria-label') || active.id || active.textContent?.trim() || active.tagName;
    });
  }

  /** Asserts that an element has the focus, now and once the page has settled. */
  async expectFocus(after: string): Promise<void> {
    expect(await this.focus(), after).not.toBe('nothing');
    await this.#page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect(await this.focus(), after).not.toBe('nothing');
  }

  /** Replaces the text of a field that opens with the focus. */
  async typeOver(text: string): Promise<void> {
    await expect.poll(() => this.#page.evaluate(() => document.activeElement instanceof HTMLInputElement)).toBe(true);
    await this.type(text);
  }

  /** Presses Tab, forwards or back, until an element has the focus. */
  async tabTo(element: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const wanted = element.first();
    await wanted.waitFor();
    let spot = await this.#spot(wanted);
    for (let presses = 0; presses < 120; presses++) {
      if (spot.isHere) return;
      // A key sent to the old document of the app would be lost with it.
      if (spot.isLoading) await this.#page.waitForFunction(() => !document.querySelector('.stage iframe ~ iframe'));
      await this.press(key);
      const before = spot;
      spot = await this.#spot(wanted);
      if (before.isInApp || spot.isInApp) {
        await this.#handedOver();
        spot = await this.#spot(wanted);
      }
    }
    throw new Error(`${element} cannot be reached with ${key}. The focus is at: ${await this.focus()}.`);
  }

  #spot(element: Locator): Promise<Spot> {
    return element.evaluate((one) => ({
      isHere: one.contains((one.getRootNode() as Document | ShadowRoot).activeElement),
      isInApp: document.activeElement instanceof HTMLIFrameElement,
      isLoading: document.querySelector('.stage iframe ~ iframe') !== null,
    }));
  }

  /**
   * Waits until keys go to the element that the page says has the focus. The app runs in another process: just after the focus moved
   * between page and app, the browser may send the next key to the old one; if that key is Tab, page and app disagree from then on.
   */
  async #handedOver(): Promise<void> {
    const look = () =>
      this.#page.evaluate<{ heard: number; isInApp: boolean }>(
        '({ heard: window.pauses, isInApp: document.activeElement instanceof HTMLIFrameElement })',
      );
    for (let tries = 0; tries < 100; tries++) {
      const { heard } = await look();
      await this.press('Pause');
      const after = await look();
      const isInPage = after.heard > heard;
      if (isInPage !== after.isInApp) return;
      await this.#page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }
}
