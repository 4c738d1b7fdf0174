import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFile, toolTurn, uniquePrompt } from '../../support/running-redraw.ts';
import { useComposer } from './composer-page.ts';

/** The prompt box with its commands, drafts and titles. */

const composer = useComposer();
const { running, box, value, turns, ended, violations, open, openEmpty, openStart, build } = composer;

describe('the keys of the box', () => {
  test('Up and Down leaf through what was said, and leave a text alone', async () => {
    const first = uniquePrompt('first');
    await open(first);
    const second = uniquePrompt('second');
    await box().fill(second);
    await composer.page.keyboard.press('Enter');
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
    await open();
    await box().fill('one');
    await box().press('Shift+Enter');
    await composer.page.keyboard.type('two');
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
    await open();
    await box().fill('x'.repeat(31_000));
    await expect.poll(() => composer.page.locator('.prompt-left').innerText()).toBe('1,000 characters left');
    await box().fill('x'.repeat(32_001));
    await expect.poll(() => composer.page.locator('.prompt-left').innerText()).toContain('1 character too many.');
    await box().press('Enter');
    expect((await value()).length).toBe(32_001);
    expect(await composer.page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
  });
});

describe('the commands', () => {
  test('open with a slash, go by arrow keys, and undo', async () => {
    const prompt = uniquePrompt();
    running.simulator.script(toolTurn(createFile('index.html', '<h1>Here</h1>')), { text: prompt });
    await open(prompt);
    const change = uniquePrompt();
    running.simulator.script(toolTurn(createFile('second.txt', '2')), { text: change });
    await box().fill(change);
    await box().press('Enter');
    await ended(2);
    await box().fill('/');
    const list = composer.page.getByRole('listbox', { name: 'Commands' });
    await list.waitFor();
    expect(await violations()).toEqual([]);
    expect(await list.getByRole('option').count()).toBe(8);
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
    const session = composer.page.url().split('/').at(-1);
    await expect
      .poll(() => composer.page.evaluate(async (id) => (await fetch(`/api/sessions/${id}/files`)).json(), session))
      .toEqual([expect.objectContaining({ path: 'index.html' })]);
  });

  test('open by a button, keep the text, and export by a click', async () => {
    const prompt = uniquePrompt();
    running.simulator.script(toolTurn(createFile('index.html', '<h1>Here</h1>')), { text: prompt });
    await open(prompt);
    await box().fill('Not yet');
    await composer.page.getByRole('button', { name: 'Commands' }).click();
    const downloading = composer.page.waitForEvent('download');
    await composer.page.getByRole('option', { name: /export/ }).click();
    expect((await downloading).suggestedFilename()).toMatch(/\.zip$/);
    expect(await value()).toBe('Not yet');
  });

  test('a text that only begins with a slash is a prompt', async () => {
    await open();
    await box().fill('/etc is a folder');
    await box().press('Enter');
    await ended(2);
  });

  test('the model picker tells prices, what is allowed and what a switch costs', async () => {
    await open();
    await box().fill('/model');
    await box().press('Enter');
    const dialog = composer.page.getByRole('dialog', { name: 'Model' });
    await dialog.getByRole('button', { name: /Haiku 5\.5/ }).waitFor();
    expect(await dialog.getByRole('button', { name: /Haiku 5\.5/ }).getAttribute('aria-pressed')).toBe('true');
    expect(await dialog.getByRole('button', { name: /Opus 5\.5/ }).isDisabled()).toBe(true);
    expect(await dialog.innerText()).toContain('$0.10 in, $0.50 out, per million tokens');
    expect(await dialog.innerText()).toContain('After a switch');
    expect(await violations()).toEqual([]);
    await composer.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => box().evaluate((field) => field === document.activeElement)).toBe(true);
  });
});

describe('a draft', () => {
  test('survives a reload, on the start page and in a project, each its own', async () => {
    await openStart();
    await composer.page.keyboard.type('Half an idea');
    await composer.page.reload();
    await expect.poll(() => composer.page.locator('#idea').inputValue()).toBe('Half an idea');
    await composer.page.locator('.promise').waitFor();
    await build(uniquePrompt());
    await box().fill('Half a change');
    await composer.page.reload();
    await expect.poll(value).toBe('Half a change');
    await composer.page.goto(running.redraw.url);
    await composer.page.locator('#idea:focus').waitFor();
    expect(await composer.page.locator('#idea').inputValue()).toBe('');
  });
});

describe('titles', () => {
  const title = (of: Page) => of.getByRole('textbox', { name: 'Title of the project' }).inputValue();

  test('come from the app, and from the visitor, in every tab', async () => {
    const prompt = uniquePrompt();
    running.simulator.script(toolTurn(createFile('index.html', '<title>Tea timer</title><h1>Tea</h1>')), {
      text: prompt,
    });
    await openEmpty();
    await box().fill(prompt);
    await box().press('Enter');
    await expect.poll(() => title(composer.page)).toBe('Tea timer');
    const other = await composer.page.context().newPage();
    onTestFinished(() => other.close());
    await other.goto(composer.page.url());
    await expect.poll(() => title(other)).toBe('Tea timer');
    await composer.page.getByRole('textbox', { name: 'Title of the project' }).fill('My tea');
    await composer.page.keyboard.press('Enter');
    await expect.poll(() => title(other)).toBe('My tea');
  });
});

describe('the language', () => {
  test('is that of the browser, and can be changed', async () => {
    await composer.moveTo({ locale: 'de-AT' });
    const there = composer.page;
    await there.goto(`${running.redraw.url}/account`);
    await expect.poll(() => there.locator('html').getAttribute('lang')).toBe('de');
    await there.getByRole('heading', { name: 'Konto', level: 1 }).waitFor();
    await there.getByRole('radio', { name: 'Français' }).check();
    await there.getByRole('heading', { name: 'Compte', level: 1 }).waitFor();
    expect(await there.locator('html').getAttribute('lang')).toBe('fr');
    await expect
      .poll(() => there.getByRole('radio', { name: 'Français' }).evaluate((radio) => radio === document.activeElement))
      .toBe(true);
    await there.goto(running.redraw.url);
    await expect.poll(() => there.locator('#idea').getAttribute('placeholder')).toContain('minuteur');
  });
});
