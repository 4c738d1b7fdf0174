import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type PasskeyDevice, passkeyDevice } from '../../support/passkey-device.ts';
import { createFile, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import { startRedraw } from '../../support/start-redraw.ts';

/** After the trial: the visitor signs in, connects Claude, and goes on with the refused prompt. */

const running = useRunning({ HOSTED_DAILY_TURNS: '0' });
let browser: Browser;
const wrong: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

afterEach(() => {
  expect(wrong.splice(0)).toEqual([]);
});

interface Person {
  context: BrowserContext;
  page: Page;
  device: PasskeyDevice;
}

async function person(): Promise<Person> {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  return { context, page, device: await passkeyDevice(page) };
}

const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function ended(page: Page, count: number): Promise<void> {
  await page
    .locator('article.turn[aria-busy="false"] .turn-sum', { hasText: 'Done' })
    .nth(count - 1)
    .waitFor();
}

async function send(page: Page, prompt: string): Promise<void> {
  await page.locator('#change').fill(prompt);
  await page.locator('#change').press('Enter');
}

/** Uses all trial turns, and opens the project. @returns its address */
async function useTrial(page: Page): Promise<string> {
  const visitor = await visitorOf(page.context(), running.redraw.url);
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('index.html', '<title>Tea</title><h1>Tea</h1>')), { text: prompt });
  const { session } = await visitor.build(prompt);
  for (let turn = 2; turn <= 6; turn++) await visitor.build(uniquePrompt(), session);
  await page.goto(`${running.redraw.url}/s/${session}`);
  await ended(page, 6);
  await page.getByRole('button', { name: '0 of 6 turns left' }).waitFor();
  return page.url();
}

async function connectKey(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key of Claude').fill(key);
  await page.getByLabel('API key of Claude').press('Enter');
}

describe('after six turns', () => {
  let first: Person;
  let address: string;

  beforeAll(async () => {
    first = await person();
  });

  afterAll(() => first?.context.close());

  test('a passkey and a key lead on in the same project, with nothing reloaded and nothing typed again', async () => {
    const { page, device } = first;
    address = await useTrial(page);
    await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
    const seventh = uniquePrompt('seventh');
    await send(page, seventh);
    await dialog(page, 'How would you like to go on?').waitFor();
    expect(await page.locator('#change').inputValue()).toBe(seventh);

    await device.answers(false);
    await press(page, 'Create a passkey');
    await page.locator('dialog .notice', { hasText: 'No passkey was used. Nothing has changed.' }).waitFor();
    await device.answers(true);
    await press(page, 'Create a passkey');

    // This deployment pays nothing for users: the prompt is refused again, and the other option is left.
    await dialog(page, 'Connect Claude to go on').waitFor();
    expect(await page.getByRole('button', { name: 'Create a passkey' }).count()).toBe(0);
    await connectKey(page, 'sk-ant-invalid-0000');
    await page.locator('dialog .notice', { hasText: 'Claude did not accept the key: invalid x-api-key' }).waitFor();
    expect(await page.getByLabel('API key of Claude').inputValue()).toBe('');
    await connectKey(page, 'sk-ant-api03-good-a1B2');
    await dialog(page, 'Connect Claude to go on').waitFor({ state: 'detached' });

    await ended(page, 7);
    const turn = page.locator('article.turn').nth(6);
    expect(await turn.textContent()).toContain(seventh);
    await turn.locator('.receipt summary').click();
    expect(await turn.locator('.slip').textContent()).toContain('your own Claude');
    expect((await running.simulator.request(1, { text: seventh })).key).toBe('sk-ant-api03-good-a1B2');
    await page.getByRole('button', { name: 'Your Claude …a1B2' }).waitFor();
    expect(await page.locator('#change').inputValue()).toBe('');
    expect(page.url()).toBe(address);
    expect(await page.evaluate(() => 'isTheSamePage' in window)).toBe(true);
    expect(await page.content()).not.toContain('sk-ant-api03');
  });

  test('a second device has it all by the same passkey', async () => {
    const second = await person();
    const { page } = second;
    await second.device.copy(first.device);
    await page.goto(address);
    await page.getByRole('heading', { name: 'Nothing is drawn here' }).waitFor();
    await page.goto(`${running.redraw.url}/account`);
    await press(page, 'I have a passkey');
    await page.getByText('You are signed in.').first().waitFor();
    await page.getByRole('link', { name: 'Tea' }).click();
    await ended(page, 7);
    const eighth = uniquePrompt('eighth');
    await send(page, eighth);
    await ended(page, 8);
    expect((await running.simulator.request(1, { text: eighth })).key).toBe('sk-ant-api03-good-a1B2');
    // The signature counter grows with each use: a stale copy of the passkey would look cloned.
    await first.device.copy(second.device);
    await second.context.close();
  });

  test('the account page lists what is kept, and changes it', async () => {
    const { page } = first;
    await page.getByRole('link', { name: 'Account' }).click();
    const part = (name: string) => page.getByRole('region', { name, exact: true });
    await part('Browsers').getByText('this one').waitFor();
    expect(await part('Browsers').getByRole('listitem').count()).toBe(2);

    const passkeys = part('Passkeys');
    await passkeys.getByRole('button', { name: /^Rename / }).click();
    await passkeys.getByLabel('Name of the passkey').fill('Kitchen table');
    await page.keyboard.press('Enter');
    await passkeys.getByText('Kitchen table').waitFor();
    await press(page, 'Add a passkey');
    await passkeys.locator('.notice', { hasText: 'has a passkey for your account already' }).waitFor();
    await press(page, 'Remove Kitchen table');
    await passkeys.getByText('It is your last one:').waitFor();
    await passkeys.getByRole('button', { name: 'Keep it' }).click();

    await part('Your Claude').getByRole('button', { name: 'Forget' }).click();
    await press(page, 'Yes, forget it');
    await part('Connect Claude').getByLabel('API key of Claude').waitFor();

    await press(page, 'Sign out');
    await page.getByRole('region', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('sketch')))).toEqual([]);
    await press(page, 'I have a passkey');
    await part('Browsers').waitFor();
    await press(page, 'Delete the account …');
    await page.getByLabel('Type “delete” to confirm').fill('delete');
    await press(page, 'Delete everything');
    await page.getByText('You are here without an account.').waitFor();
    await page.goto(address);
    await page.getByRole('heading', { name: 'Nothing is drawn here' }).waitFor();
  });
});

test('a visitor connects without signing in, and once more when Claude takes the key no longer', async () => {
  const { context, page } = await person();
  await useTrial(page);
  const seventh = uniquePrompt('seventh');
  await send(page, seventh);
  await dialog(page, 'How would you like to go on?').waitFor();
  await connectKey(page, 'sk-ant-api03-mine-c3D4');
  await page.locator('.toast', { hasText: 'The connection is kept with this browser. Add a passkey' }).waitFor();
  await ended(page, 7);
  await page.getByRole('button', { name: 'Your Claude …c3D4' }).click();
  await dialog(page, 'Who pays').getByText('Your turns run on your own Claude account.').waitFor();
  await page.keyboard.press('Escape');

  const eighth = uniquePrompt('eighth');
  const revoked = { error: { type: 'authentication_error', message: 'This key was revoked.' } };
  running.simulator.script([revoked], { key: 'sk-ant-api03-mine-c3D4', repeatLast: true });
  await send(page, eighth);
  await dialog(page, 'Connect Claude again').waitFor();
  await page.getByRole('button', { name: 'Connect Claude again' }).waitFor();
  await connectKey(page, 'sk-ant-api03-next-e5F6');
  await page.getByRole('button', { name: 'Your Claude …e5F6' }).waitFor();
  await ended(page, 8);
  expect((await running.simulator.request(1, { text: eighth, key: 'sk-ant-api03-next-e5F6' })).status).toBe(200);
  await context.close();
});

test('who has tried too many keys is told when the next try is', async () => {
  const { context, page } = await person();
  await page.goto(`${running.redraw.url}/account`);
  for (let attempt = 1; attempt <= 5; attempt++) {
    await connectKey(page, `sk-ant-invalid-${attempt}`);
    await page.locator('.notice', { hasText: 'did not accept' }).waitFor();
  }
  await connectKey(page, 'sk-ant-invalid-6');
  await page.locator('.notice', { hasText: /The next try is at \d\d:\d\d\./ }).waitFor();
  await context.close();
});

test('a prompt goes on as soon as the check of a new visitor is passed', async () => {
  const checking = await startRedraw({
    ...{ ANTHROPIC_BASE_URL: running.simulator.url, ANTHROPIC_API_KEY: 'sk-test' },
    ...{ TURNSTILE_SITE_KEY: 'site-key', TURNSTILE_SECRET: 'secret' },
  });
  const { context, page } = await person();
  // Cloudflare's verification of the token is not reachable here.
  const session = 'a'.repeat(26);
  const told = { session, previewUrl: 'http://a.localhost', model: 'm', payer: 'trial', trial: null };
  await page.route('**/api/chat', (route) => {
    const { turnstile } = route.request().postDataJSON() as { turnstile?: string };
    const body = `id: 1\nevent: session\ndata: ${JSON.stringify(told)}\n\n`;
    return turnstile === 'a-token' ? route.fulfill({ contentType: 'text/event-stream', body }) : route.continue();
  });
  // Like Cloudflare's own script: a frame in a closed shadow root, and a newer script in place of this one.
  const widget = `globalThis.turnstile = { remove() {}, render(place, { sitekey, callback }) {
    const frame = document.createElement('iframe');
    frame.setAttribute('src', 'https://challenges.cloudflare.com/cdn-cgi/challenge-platform/' + sitekey);
    frame.setAttribute('sandbox', 'allow-same-origin allow-scripts allow-popups');
    frame.style.width = '300px';
    addEventListener('message', ({ data, origin }) => {
      if (origin !== 'https://challenges.cloudflare.com') return;
      globalThis.pass = () => callback(data);
      const script = document.createElement('script');
      script.src = 'https://challenges.cloudflare.com/turnstile/v0/api.js?_upgrade=true';
      document.head.append(script);
    });
    const host = document.createElement('div');
    host.attachShadow({ mode: 'closed' }).append(frame);
    place.append(host);
  } };`;
  const answers = [
    { at: /_upgrade/, contentType: 'text/javascript', body: 'globalThis.pass()' },
    { at: /api\.js/, contentType: 'text/javascript', body: widget },
    { at: /site-key$/, contentType: 'text/html', body: `<script>parent.postMessage('a-token', '*')</script>` },
  ];
  let isBlocked = true;
  await page.route('https://challenges.cloudflare.com/**', (route) => {
    const answer = answers.find(({ at }) => at.test(route.request().url()));
    return isBlocked || !answer ? route.abort() : route.fulfill(answer);
  });
  await page.goto(checking.url);
  await page.locator('.promise').waitFor();
  await page.locator('#idea').fill(uniquePrompt());
  await page.locator('#idea').press('Enter');
  await dialog(page, 'One check before the first turn').getByText('could not be loaded').waitFor();
  isBlocked = false;
  await press(page, 'Try again');
  await page.waitForURL(`**/s/${session}`);
  // No other script is loaded.
  const taken = await page.evaluate(() => {
    try {
      document.createElement('script').src = 'https://challenges.cloudflare.com.evil.example/turnstile/v0/api.js';
      return true;
    } catch {
      return false;
    }
  });
  expect(taken).toBe(false);
  await context.close();
  await checking.close();
});
