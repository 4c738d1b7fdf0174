import { describe, expect, test } from 'vitest';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { createFile, toolTurn, uniquePrompt } from '../../support/running-redraw.ts';
import { useComposer } from './composer-page.ts';

/** The choice between Build and Ask, and what becomes of a question. */

const composer = useComposer();
const { running, box, value, turns, ended, violations, open, openEmpty, openStart } = composer;

const choice = (name: 'Build' | 'Ask') =>
  composer.page.getByRole('group', { name: 'What the prompt does' }).getByRole('button', { name, exact: true });
const isChosen = (name: 'Build' | 'Ask') => choice(name).getAttribute('aria-pressed');

/** Opens a project with a page. */
async function openBuilt(): Promise<void> {
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('index.html', '<h1>Here</h1>')), { text: prompt });
  await open(prompt);
  await choice('Ask').waitFor();
}

async function detail(): Promise<SessionDetail> {
  const visitor = await visitorOf(composer.page.context(), running.redraw.url);
  return visitor.json('GET', `/api/sessions/${composer.page.url().split('/').at(-1)}`);
}

describe('a question', () => {
  test('is chosen, sent, answered and marked, and adds no version', async () => {
    await openBuilt();
    expect([await isChosen('Build'), await isChosen('Ask')]).toEqual(['true', 'false']);
    await choice('Ask').click();
    await composer.page.getByLabel('What would you like to know?').waitFor();
    expect(await violations()).toEqual([]);
    const question = uniquePrompt('What does it say?');
    running.simulator.script([{ content: ['It says Here.'] }], { text: question });
    await box().fill(question);
    await box().press('Enter');
    await ended(2);
    const turn = turns().nth(1);
    expect(await turn.locator('.prompt').innerText()).toBe(`Question: ${question}`);
    expect(await turn.innerText()).toContain('It says Here.');
    await turn.getByText('Receipt').waitFor();
    expect(await violations()).toEqual([]);
    expect((await detail()).versions).toHaveLength(1);
    // It stays chosen, in this tab, until it is changed.
    await composer.page.reload();
    await ended(2);
    await expect.poll(() => isChosen('Ask')).toBe('true');
    expect(await turns().nth(1).locator('.prompt').innerText()).toBe(`Question: ${question}`);
    expect(await turns().nth(0).locator('.prompt').innerText()).not.toContain('Question');
  });

  test('is chosen by the keyboard, and by a command', async () => {
    await openBuilt();
    await composer.page.getByRole('button', { name: 'Commands' }).focus();
    await composer.page.keyboard.press('Tab');
    await composer.page.keyboard.press('Tab');
    await composer.page.keyboard.press('Enter');
    expect(await isChosen('Ask')).toBe('true');
    await box().fill('/bu');
    await box().press('Enter');
    await expect.poll(() => isChosen('Build')).toBe('true');
    await box().fill('/ask');
    await box().press('Enter');
    await expect.poll(() => isChosen('Ask')).toBe('true');
    expect(await value()).toBe('');
  });

  test('waits as a question, and is still one after its text was changed', async () => {
    await openBuilt();
    const held = await composer.hold();
    await choice('Ask').click();
    await composer.queue('What now?');
    await choice('Build').click();
    const queue = composer.page.locator('.queue');
    expect(await queue.innerText()).toContain('Question');
    await queue.getByRole('button', { name: 'Edit: What now?' }).click();
    const question = uniquePrompt('What then?');
    await queue.getByLabel('Prompt that waits').fill(question);
    await queue.getByRole('button', { name: 'Save' }).click();
    await queue.getByText(question).waitFor();
    expect(await queue.innerText()).toContain('Question');
    running.simulator.release(held);
    await ended(3);
    expect(await turns().nth(2).locator('.prompt').innerText()).toBe(`Question: ${question}`);
  });

  test('is put back to be edited as a question', async () => {
    await openBuilt();
    await choice('Ask').click();
    const question = uniquePrompt('What is it?');
    await box().fill(question);
    await box().press('Enter');
    await ended(2);
    await choice('Build').click();
    await turns().nth(1).getByRole('button', { name: 'Edit and send again' }).click();
    await expect.poll(value).toBe(question);
    expect(await isChosen('Ask')).toBe('true');
  });

  test('has no place where there is nothing to ask about', async () => {
    await openStart();
    expect(await composer.page.getByRole('button', { name: 'Ask', exact: true }).count()).toBe(0);
    await openEmpty();
    expect(await composer.page.getByRole('button', { name: 'Ask', exact: true }).count()).toBe(0);
    await box().fill('/ask');
    expect(await composer.page.getByRole('option', { name: /ask/ }).getAttribute('aria-disabled')).toBe('true');
  });
});

test('the choice fits on a phone, in light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await composer.moveTo({ viewport: { width: 360, height: 700 }, locale: 'de-DE', colorScheme });
    const prompt = uniquePrompt();
    await open(prompt);
    await composer.page.getByRole('button', { name: 'Fragen', exact: true }).click();
    expect(await composer.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const send = await composer.page.getByRole('button', { name: 'Senden', exact: true }).boundingBox();
    const group = await composer.page.getByRole('group', { name: 'Was die Eingabe bewirkt' }).boundingBox();
    expect((send?.x ?? 0) + (send?.width ?? 0)).toBeLessThanOrEqual(360);
    expect(group?.y).toBeLessThan((send?.y ?? 0) + (send?.height ?? 0));
    expect(await violations()).toEqual([]);
  }
});
