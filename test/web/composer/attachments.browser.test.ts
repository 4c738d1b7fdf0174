import { describe, expect, test } from 'vitest';
import { uniquePrompt } from '../../support/running-redraw.ts';
import { picture, useComposer } from './composer-page.ts';

/** What goes up with a prompt, and what waits while a turn runs. */

const composer = useComposer();
const { running, box, value, turns, ended, violations, open, openStart, build, hold, queue, give, lastMessage } =
  composer;

describe('files', () => {
  test('a pasted picture goes up, and Claude sees it', async () => {
    await open();
    await give('#change', 'paste', [picture]);
    await composer.page.locator('.attachment', { hasText: 'image.png' }).waitFor();
    expect(await violations()).toEqual([]);
    const prompt = uniquePrompt('Like this');
    await box().fill(prompt);
    await box().press('Enter');
    await ended(2);
    expect(await composer.page.locator('.attachment').count()).toBe(0);
    const message = await lastMessage(prompt);
    expect(message?.content[0]).toMatchObject({ type: 'image', source: { media_type: 'image/png' } });
    expect(message?.content[0]?.source?.data).toBe(picture.text);
    expect(JSON.stringify(message)).toContain('/app/uploads/image.png');
  });

  test('what is dropped anywhere is taken, and what cannot go is refused in words', async () => {
    await open();
    await give('body', 'dragenter', [picture]);
    await composer.page.locator('.drop-target', { hasText: 'Drop images or text files here' }).waitFor();
    await give('body', 'drop', [
      { name: 'setup.exe', type: 'application/x-msdownload', text: btoa('MZ') },
      { name: 'notes.md', type: 'text/markdown', text: btoa('# Notes') },
      { name: 'lies.txt', type: 'text/plain', text: btoa('\0\0binary') },
      { name: 'broken.png', type: 'image/png', text: btoa('not a picture') },
    ]);
    await composer.page.locator('.drop-target').waitFor({ state: 'detached' });
    const alert = composer.page.locator('.refusals');
    await expect.poll(() => alert.innerText()).toContain('setup.exe cannot be attached.');
    await expect.poll(() => alert.innerText()).toContain('named like a text file');
    await expect.poll(() => alert.innerText()).toContain('cannot read it as a picture');
    expect(await composer.page.locator('.attachment').allInnerTexts()).toEqual([expect.stringContaining('notes.md')]);
    expect(await violations()).toEqual([]);
    await composer.page.getByRole('button', { name: 'Remove notes.md' }).click();
    expect(await composer.page.locator('.attachment').count()).toBe(0);
  });

  test('a picture that is too large is scaled down, and says so', async () => {
    await open();
    const large = await composer.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(3136, 200);
      canvas.getContext('2d')?.fillRect(0, 0, 3136, 200);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    });
    await give('#change', 'paste', [{ ...picture, text: large }]);
    await composer.page.locator('.attachment', { hasText: 'Scaled down to 1,568 × 100 for Claude' }).waitFor();
  });

  test('with the first prompt make a project that has them', async () => {
    await openStart();
    const prompt = uniquePrompt('From a picture');
    await give('#idea', 'paste', [picture]);
    await composer.page.locator('.attachment').waitFor();
    await build(prompt);
    expect((await lastMessage(prompt))?.content[0]?.type).toBe('image');
    expect(await composer.page.getByRole('textbox', { name: 'Title of the project' }).inputValue()).toBe(prompt);
  });

  test('wait with their prompt while a turn runs, and go up after it', async () => {
    await open();
    const held = await hold();
    await give('#change', 'paste', [picture]);
    const prompt = uniquePrompt('After that');
    await composer.page.locator('.attachment').waitFor();
    await box().fill(prompt);
    await box().press('Enter');
    await composer.page.locator('.queue li', { hasText: 'Goes up when this turn has ended' }).waitFor();
    expect(await value()).toBe('');
    running.simulator.release(held);
    await ended(3);
    expect((await lastMessage(prompt))?.content[0]?.type).toBe('image');
    expect(await composer.page.locator('.queue').count()).toBe(0);
  });
});

describe('the queue', () => {
  test('is put in another order by keyboard and by dragging', async () => {
    await open();
    const held = await hold();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => uniquePrompt(name)) as [string, string, string];
    for (const prompt of [a, b, c]) await queue(prompt);
    const order = () => composer.page.locator('.queue-prompt').allInnerTexts();
    await expect.poll(order).toEqual([a, b, c]);
    expect(await violations()).toEqual([]);
    const queued = () =>
      composer.page.evaluate(async () => {
        const { queue } = await (await fetch(location.pathname.replace('/s/', '/api/sessions/'))).json();
        return (queue as { prompt: string }[]).map(({ prompt }) => prompt);
      });
    const grip = (prompt: string) => composer.page.getByRole('button', { name: `Move: ${prompt}. Place` });
    await grip(c).press('ArrowUp');
    await expect.poll(order).toEqual([a, c, b]);
    expect(await grip(c).evaluate((button) => button === document.activeElement)).toBe(true);
    await expect.poll(() => composer.page.locator('.queue [role=status]').innerText()).toBe('Now at place 2 of 3');
    await composer.page.keyboard.press('ArrowUp');
    await expect.poll(order).toEqual([c, a, b]);
    // Until the server has told of both steps, the list may jump under the pointer.
    await expect.poll(queued).toEqual([c, a, b]);
    await composer.page.reload();
    await expect.poll(order).toEqual([c, a, b]);

    const from = await grip(c).boundingBox();
    const to = await grip(b).boundingBox();
    if (!from || !to) throw new Error('There is nothing to drag.');
    await composer.page.mouse.move(from.x + 5, from.y + 5);
    await composer.page.mouse.down();
    await composer.page.mouse.move(to.x + 5, to.y + to.height / 2, { steps: 6 });
    await composer.page.mouse.up();
    await expect.poll(order).toEqual([a, b, c]);

    await composer.page.getByRole('button', { name: `Edit: ${b}` }).click();
    const changed = uniquePrompt('changed');
    await composer.page.getByRole('textbox', { name: 'Prompt that waits' }).fill(changed);
    await composer.page.keyboard.press('Enter');
    await composer.page.getByRole('button', { name: `Remove: ${c}` }).click();
    await expect.poll(order).toEqual([a, changed]);
    running.simulator.release(held);
    await ended(4);
    expect(await turns().nth(2).textContent()).toContain(a);
    expect(await turns().nth(3).textContent()).toContain(changed);
  });
});

test('a narrow window in the dark has room for all of it, and for a word without an end', async () => {
  await composer.moveTo({ locale: 'de', colorScheme: 'dark', viewport: { width: 360, height: 740 } });
  await open();
  const held = await hold();
  for (const name of ['a', 'b']) await queue(uniquePrompt(name));
  await give('#change', 'paste', [picture]);
  await give('#change', 'paste', [{ name: 'setup.exe', type: '', text: btoa('MZ') }]);
  await composer.page.locator('.refusals', { hasText: 'lässt sich nicht anhängen' }).waitFor();
  await box().fill('x'.repeat(31_000));
  await composer.page.locator('.prompt-left', { hasText: 'noch 1.000 Zeichen' }).waitFor();
  expect(await violations()).toEqual([]);
  expect(await composer.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect((await box().boundingBox())?.width).toBeLessThanOrEqual(340);
  const stop = await composer.page.getByRole('button', { name: /^Anhalten/ }).boundingBox();
  expect((stop?.y ?? 740) + (stop?.height ?? 0)).toBeLessThanOrEqual(740);
  await box().fill('/');
  await composer.page.getByRole('listbox', { name: 'Befehle' }).waitFor();
  expect(await violations()).toEqual([]);
  await composer.page.emulateMedia({ colorScheme: 'light' });
  // In the dark, contrast alone is looked at.
  expect(await violations()).toEqual([]);
  running.simulator.release(held);
});
