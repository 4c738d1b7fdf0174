import { expect, test } from 'vitest';
import { createFile, toolTurn, uniquePrompt } from '../../support/running-redraw.ts';
import { useComposer } from './composer-page.ts';

/** A fresh start by its command, and the way back. */

const composer = useComposer();
const { running, box, value, turns, ended, violations, open, openEmpty } = composer;

/** Opens a project with a page, whose next requests with its prompt get these answers. */
async function openBuilt(...answers: string[]): Promise<string> {
  const prompt = uniquePrompt();
  running.simulator.script(
    [...toolTurn(createFile('index.html', '<h1>Here</h1>')), ...answers.map((text) => ({ content: [text] }))],
    { text: prompt },
  );
  await open(prompt);
  return prompt;
}

async function startFresh(): Promise<void> {
  await box().fill('/fresh');
  await composer.page.getByRole('option', { name: /fresh/ }).waitFor();
  await box().press('Enter');
}

const messagesOf = async (text: string) =>
  JSON.stringify((await running.simulator.request(1, { text })).body?.messages);

test('has a line of its own with the summary, and is undone by a press', async () => {
  const prompt = await openBuilt('All that was said.', 'Yes.');
  await startFresh();
  expect(await value()).toBe('');
  await ended(2);
  const turn = turns().nth(1);
  expect(await turn.locator('.prompt').innerText()).toBe('Started fresh');
  expect(await turn.innerText()).toContain('All that was said.');
  await turn.getByText('Receipt').waitFor();
  expect(await turn.getByRole('button', { name: 'Edit and send again' }).count()).toBe(0);
  expect(await composer.page.getByText('A turn was started in another window.').count()).toBe(0);
  expect(await turns().nth(0).innerText()).toContain(prompt);
  expect(await violations()).toEqual([]);
  const next = uniquePrompt('Next');
  await box().fill(next);
  await box().press('Enter');
  await ended(3);
  expect(await messagesOf(next)).not.toContain(prompt);

  await composer.page.reload();
  await ended(3);
  await turns().nth(1).getByRole('button', { name: 'Undo the fresh start' }).press('Enter');
  await turns().nth(1).getByText('Taken back').waitFor();
  await expect.poll(() => box().evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await turns().nth(1).getByRole('button', { name: 'Undo the fresh start' }).count()).toBe(0);
  expect(await violations()).toEqual([]);
  const last = uniquePrompt('Last');
  await box().fill(last);
  await box().press('Enter');
  await ended(4);
  expect(await messagesOf(last)).toContain(prompt);
});

test('is told where it fails, and can be tried again', async () => {
  const prompt = await openBuilt();
  running.simulator.script(
    [{ error: { type: 'invalid_request_error', message: 'Not now.' } }, { content: ['All that was said.'] }],
    { text: prompt },
  );
  await startFresh();
  await ended(2);
  expect(await turns().nth(1).locator('.prompt').innerText()).toBe('Start fresh');
  await turns().nth(1).getByRole('button', { name: 'Try again' }).click();
  await ended(3);
  await turns().nth(2).getByText('Started fresh').waitFor();
});

test('says so where there is nothing to summarise', async () => {
  await openBuilt('All that was said.');
  await startFresh();
  await ended(2);
  await startFresh();
  await composer.page.getByText('There is nothing to summarise yet.').waitFor();
  await openEmpty();
  await box().fill('/fresh');
  expect(await composer.page.getByRole('option', { name: /fresh/ }).getAttribute('aria-disabled')).toBe('true');
});

test('fits on a phone, in German', async () => {
  await composer.moveTo({ viewport: { width: 360, height: 700 }, locale: 'de-DE', colorScheme: 'dark' });
  await openBuilt('Alles Gesagte.');
  await startFresh();
  await turns().nth(1).getByText('Neu angesetzt').waitFor();
  expect(await composer.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await violations()).toEqual([]);
});
