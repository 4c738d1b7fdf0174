import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoModel } from '../claude-simulator/demo/demo-model.ts';
import { launchWholeChromium } from '../support/chromium.ts';
import { holdToasts } from '../support/hold-toasts.ts';
import { passkeyDevice } from '../support/passkey-device.ts';
import { useRunning } from '../support/running-redraw.ts';
import { KeyboardPage } from './keyboard-page.ts';

/** The whole product by keyboard alone. After each action some element has the focus. */

const running = useRunning(undefined, { handler: demoModel({ pace: 'zero' }) });
let browser: Browser;
let page: Page;
let keyboard: KeyboardPage;

beforeAll(async () => {
  browser = await launchWholeChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  keyboard = await KeyboardPage.of(page);
});

afterAll(() => browser?.close());

const button = (name: string | RegExp) => keyboard.button(name);
const press = (key: string) => keyboard.press(key);
const type = (text: string) => keyboard.type(text);
const hasFocus = (element: Locator) => keyboard.hasFocus(element);
const focus = () => keyboard.focus();
const expectFocus = (after: string) => keyboard.expectFocus(after);
const tabTo = (element: Locator, key?: 'Tab' | 'Shift+Tab') => keyboard.tabTo(element, key);
const box = () => page.locator('#change');
const gone = (element: Locator) => element.waitFor({ state: 'detached' });

async function ended(count: number, words = 'Done'): Promise<void> {
  const turn = page.locator('.turn').nth(count - 1);
  await turn.locator('.turn-sum', { hasText: words }).waitFor();
}

/** Sends a prompt whose answer waits until the gate of this name is released. */
async function hold(prompt: string): Promise<void> {
  running.simulator.script([{ content: ['Slowly.'], gates: [{ before: 1, name: prompt }] }], { text: prompt });
  await type(prompt);
  await press('Enter');
  await running.simulator.waiting(prompt);
  await button(/^Stop/).waitFor();
}

test('an app is described, changed, queued for, and stopped', async () => {
  await page.goto(running.redraw.url);
  await page.locator('.promise').waitFor();
  await page.locator('#idea:focus').waitFor();
  await type('A habit tracker for three habits');
  await press('Enter');
  await page.waitForURL(/\/s\//);
  await ended(1);
  expect(await hasFocus(box())).toBe(true);
  await type('Make it green');
  await tabTo(button('Send'));
  await press('Enter');
  await ended(2);
  await expectFocus('sent with the button');

  await tabTo(box(), 'Shift+Tab');
  await hold('Go slowly');
  for (const prompt of ['First this', 'Then that', 'And this']) {
    await type(prompt);
    await press('Enter');
    await page.locator('.queue-prompt', { hasText: prompt }).waitFor();
  }
  const order = () => page.locator('.queue-prompt').allInnerTexts();
  await tabTo(button(/^Move: And this/), 'Shift+Tab');
  await press('ArrowUp');
  await expect.poll(order).toEqual(['First this', 'And this', 'Then that']);
  await expectFocus('moved');
  await tabTo(button(/^Edit: And this/));
  await press('Enter');
  await page.locator('.queue :is(input, textarea):focus').waitFor();
  await type(', but small');
  await press('Enter');
  await expect.poll(order).toEqual(['First this', 'And this, but small', 'Then that']);
  await expectFocus('edited');
  await tabTo(button(/^Edit: And this/));
  await press('Enter');
  await press('Escape');
  await expectFocus('not edited');
  await tabTo(button(/^Remove: First this/), 'Shift+Tab');
  await press('Enter');
  await expect.poll(order).toEqual(['And this, but small', 'Then that']);
  await expectFocus('removed');
  await tabTo(button(/^Remove: And this/), 'Shift+Tab');
  running.simulator.release('Go slowly');
  await ended(5);
  await expectFocus('run from the queue');

  await tabTo(box());
  await hold('Go slowly again');
  await tabTo(button(/^Stop/));
  await press('Enter');
  await ended(6, 'Stopped');
  await expectFocus('stopped with the button');
  await tabTo(box(), 'Shift+Tab');
  await hold('Once more');
  await press('Control+.');
  await ended(7, 'Stopped');
  expect(await hasFocus(box())).toBe(true);
});

test('turns are gone through, opened, copied and taken back', async () => {
  await press('Alt+ArrowUp');
  await press('Alt+ArrowUp');
  await expect.poll(focus).toMatch(/^Turn/);
  await tabTo(page.locator('.receipt summary').first(), 'Shift+Tab');
  await press('Enter');
  await page.locator('.receipt[open]').waitFor();
  await expectFocus('receipt opened');
  await press('/');
  await expect.poll(() => hasFocus(box())).toBe(true);
  await press('ArrowUp');
  await expect.poll(() => box().inputValue()).toBe('Once more');
  await box().fill('');
});

test('the model is picked, and every dialog and menu leaves the focus where it was', async () => {
  await type('/model');
  await press('Enter');
  const models = page.getByRole('dialog', { name: 'Model' });
  await tabTo(models.getByRole('button', { name: /Haiku/ }));
  await press('Enter');
  await gone(models);
  await expect.poll(() => hasFocus(box())).toBe(true);
  for (const [name, dialog, key] of [
    ['Share', 'Share the app', 'Shift+Tab'],
    ['Keys of the keyboard', 'Keys', 'Tab'],
  ] as const) {
    await tabTo(button(name), key);
    await press('Enter');
    await page.getByRole('dialog', { name: dialog }).waitFor();
    await expectFocus(name);
    await press('Escape');
    await gone(page.getByRole('dialog', { name: dialog }));
    await expect.poll(() => hasFocus(button(name))).toBe(true);
  }
  await tabTo(button(/^Size of the window/));
  await press('Enter');
  await tabTo(page.getByLabel(/^Whole sheet/));
  await press('ArrowDown');
  await press('Escape');
  await expect.poll(() => hasFocus(button(/^Size of the window: 390/))).toBe(true);
  await tabTo(button('More'));
  await press('Enter');
  await tabTo(button('Open on a phone'));
  await press('Enter');
  await page.getByRole('dialog').waitFor();
  await press('Escape');
  await gone(page.getByRole('dialog'));
  await expect.poll(() => hasFocus(button('More'))).toBe(true);
});

test('versions are looked at, gone back to, compared, undone and redone', async () => {
  await tabTo(button('Versions'), 'Shift+Tab');
  await press('Enter');
  await tabTo(page.locator('.version-look[tabindex="0"]'));
  await press('ArrowRight');
  await press('Enter');
  const look = page.locator('.look');
  await look.waitFor();
  await expectFocus('looking');
  await tabTo(button('Back to now'), 'Shift+Tab');
  await press('Enter');
  await gone(look);
  await expectFocus('back to now');

  await tabTo(page.locator('.version-look').nth(1));
  await press('Enter');
  await tabTo(button(/^Go back to this version/), 'Shift+Tab');
  await press('Enter');
  await gone(look);
  await expectFocus('gone back');
  await tabTo(page.locator('.version-look[tabindex="0"]'));
  await press('Home');
  await press('ArrowRight');
  await press('Enter');
  await tabTo(button(/^Compare with now/), 'Shift+Tab');
  await press('Enter');
  await page
    .getByRole('textbox', { name: /^Difference of/ })
    .first()
    .waitFor();
  await expectFocus('comparing');
  await press('Escape');
  await look.waitFor();
  await expectFocus('not comparing any more');
  await press('Escape');
  await gone(look);
  await expectFocus('not looking any more');

  const undo = button(/^Undo/);
  const whatUndoDoes = () => undo.getAttribute('aria-label');
  for (let what = await whatUndoDoes(); what !== 'Undo'; what = await whatUndoDoes()) {
    await tabTo(undo);
    await press('Enter');
    await expect.poll(whatUndoDoes).not.toBe(what);
    await expectFocus('undone');
  }
  await tabTo(button(/^Redo/));
  await press('Control+Shift+Z');
  await button(/^Undo: /).waitFor();
  await press('Control+Z');
  await expect.poll(() => button('Undo').isDisabled()).toBe(true);
  await expectFocus('undone by key');
  await press('Escape');
  await gone(page.locator('.version').first());
  await expectFocus('strip closed');
});

test('the code is read, searched, written and left', async () => {
  await tabTo(button('Code'), 'Shift+Tab');
  await press('Enter');
  await expectFocus('code opened');
  await tabTo(page.getByRole('searchbox'));
  await type('habit ledger');
  await tabTo(page.locator('.place').first());
  await press('Enter');
  const editor = page.getByRole('textbox', { name: /^Text of/ });
  await editor.waitFor();
  await expectFocus('found');
  await tabTo(button('Find in this file'));
  await press('Enter');
  await page.locator('.cm-search').waitFor();
  await expectFocus('find opened');
  await press('Escape');
  await gone(page.locator('.cm-search'));
  await expectFocus('find closed');
  await tabTo(editor);
  await press('Control+Home');
  await type(' ');
  await press('Control+S');
  await page.getByText(/^Saved as version/).waitFor();
  await expectFocus('saved');
  await tabTo(button('App'), 'Shift+Tab');
  await press('Enter');
  await expectFocus('app opened');
});

test('the app is pointed at, and the pointing is left', async () => {
  await tabTo(button('Point at something'));
  await press('Enter');
  await page.locator('.look.is-pointing').waitFor();
  await press('Escape');
  await gone(page.locator('.look.is-pointing'));
  await expect.poll(() => hasFocus(button('Point at something'))).toBe(true);
});

test('language and projects are changed', async () => {
  await tabTo(page.getByRole('link', { name: 'Account' }), 'Shift+Tab');
  await press('Enter');
  await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
  await expectFocus('account opened');
  await tabTo(page.getByRole('radio', { name: 'English' }));
  await press('ArrowDown');
  await page.getByRole('heading', { name: 'Konto', level: 1 }).waitFor();
  await expectFocus('another language');
  await expect.poll(() => hasFocus(page.getByRole('radio', { name: 'Deutsch' }))).toBe(true);
  await press('ArrowUp');
  await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
  await tabTo(page.getByRole('link').first(), 'Shift+Tab');
  await press('Enter');
  await page.locator('.project').first().waitFor();
  await expectFocus('start page');
  await tabTo(button(/^Rename /));
  await press('Enter');
  await keyboard.typeOver('Mine');
  await press('Enter');
  await page.getByRole('link', { name: 'Mine' }).waitFor();
  await expectFocus('renamed');
  await holdToasts(page);
  await tabTo(button('Delete Mine'));
  await press('Enter');
  await expect.poll(() => page.locator('.project').count()).toBe(0);
  await expectFocus('deleted');
  await tabTo(button('Undo'));
  await press('Enter');
  await page.getByRole('link', { name: 'Mine' }).waitFor();
  await expectFocus('brought back');
});

test('one signs in, connects Claude, and undoes all of it', async () => {
  await passkeyDevice(page);
  const part = (name: string) => page.getByRole('region', { name, exact: true });
  const key = () => page.getByLabel('API key of Claude');
  await tabTo(page.getByRole('link', { name: 'Mine' }));
  await press('Enter');
  await ended(1);
  await tabTo(button(/turns left$/), 'Shift+Tab');
  await press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Who pays' });
  await dialog.waitFor();
  await expectFocus('who pays');
  await tabTo(button('Create a passkey'));
  await press('Enter');
  await gone(dialog);
  await expectFocus('signed in');
  await tabTo(button(/left today$/), 'Shift+Tab');
  await press('Enter');
  await tabTo(key());
  await type('sk-ant-invalid-1');
  await press('Enter');
  await dialog.getByText('Claude did not accept the key').waitFor();
  expect(await hasFocus(key())).toBe(true);
  await type('sk-ant-api03-good-a1B2');
  await press('Enter');
  await gone(dialog);
  await expectFocus('connected');

  await tabTo(page.getByRole('link', { name: 'Account' }));
  await press('Enter');
  await tabTo(part('Your Claude').getByRole('button', { name: 'Forget' }));
  await press('Enter');
  await tabTo(button('Yes, forget it'), 'Shift+Tab');
  await press('Enter');
  await key().waitFor();
  await expectFocus('forgotten');
  await tabTo(button(/^Rename .* on /));
  await press('Enter');
  await keyboard.typeOver('Desk');
  await press('Enter');
  await tabTo(button('Remove Desk'));
  await press('Enter');
  await tabTo(button('Keep it'));
  await press('Enter');
  await expectFocus('kept');
  await tabTo(button('Delete the account …'));
  await press('Enter');
  await tabTo(button('Keep it'));
  await press('Enter');
  await expectFocus('not deleted');
  await tabTo(button('Sign out'), 'Shift+Tab');
  await press('Enter');
  await part('Sign in').waitFor();
  await expectFocus('signed out');
  await tabTo(button('I have a passkey'));
  await press('Enter');
  await part('Browsers').waitFor();
  await expectFocus('signed in again');
});
