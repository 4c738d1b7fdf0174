import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { visitorOf } from '../../support/browser-visitor.ts';
import { launchChromium } from '../../support/chromium.ts';
import { useRunning } from '../../support/running-redraw.ts';
import { numbered } from '../project/generated-log.ts';

const TURNS = 200;

const running = useRunning();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser?.close());

const answer = `I have changed **three** things, as you asked:

- the title is larger,
- the rows stand closer,
- \`src/style.css\` has a new colour.

\`\`\`tsx
export function Row({ name }: { name: string }) {
  return <li class="row">{name}</li>;
}
\`\`\`

The browser reports no errors.`;

/** The compacted log of a long conversation. */
function longLog(session: string, previewUrl: string): Draft[] {
  return Array.from({ length: TURNS }, (_, index): Draft[] => {
    const turn = `turn${index}`;
    const model = 'claude-sonnet-5';
    const tool = (id: string): Draft => ({
      type: 'tool',
      data: {
        turn,
        step: 1,
        id: `${turn}-${id}`,
        name: 'edit',
        state: 'done',
        title: `Edit src/${id}.tsx`,
        detail: answer,
      },
    });
    return [
      { type: 'session', data: { session, previewUrl, model, payer: 'trial', trial: null } },
      { type: 'turn_started', data: { turn, prompt: `Change number ${index}, please`, model, payer: 'trial' } },
      { type: 'thinking', data: { turn, step: 1, delta: 'What does the file look like now? '.repeat(20) } },
      { type: 'text', data: { turn, step: 1, delta: 'I will look at it first.' } },
      tool('a'),
      tool('b'),
      tool('c'),
      { type: 'text', data: { turn, step: 2, delta: answer } },
      {
        type: 'usage',
        data: {
          ...{ turn, model, payer: 'trial', inputTokens: 1200, outputTokens: 400, cacheReadTokens: 9000 },
          ...{ cacheWriteTokens: 300, usd: 0.012, steps: 2, durationMs: 14_000, firstTokenMs: 900 },
        },
      },
      { type: 'turn_finished', data: { turn, state: 'completed', counted: true } },
    ];
  }).flat();
}

test('200 turns are there, and typing under them touches none of them', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const visitor = await visitorOf(context, running.redraw.url);
  const page = await context.newPage();
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>('POST', '/api/sessions');
  const events = numbered(longLog(session, previewUrl));
  const body = events.map(({ seq, type, data }) => `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  let isRead = false;
  await page.route(`**/api/sessions/${session}/events*`, (route) => {
    if (isRead) return route.fulfill({ status: 204 });
    isRead = true;
    return route.fulfill({ contentType: 'text/event-stream', body: body.join('') });
  });

  await page.goto(`${running.redraw.url}/s/${session}`);
  // All turns are rendered with their Markdown, a few at a time.
  await expect.poll(() => page.locator('.turn').count()).toBe(TURNS);
  await page.waitForFunction(() => document.querySelectorAll('.prose.is-source').length === 0);
  const atEnd = () => page.locator('.log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  await expect.poll(atEnd).toBeLessThan(60);

  await page.locator('#change').focus();
  await page.evaluate(() => {
    const touched: string[] = [];
    Object.assign(window, { touched });
    const log = document.querySelector('.log');
    if (log)
      new MutationObserver((records) => touched.push(...records.map(({ type }) => type))).observe(log, {
        ...{ attributes: true, characterData: true, childList: true, subtree: true },
      });
  });
  const prompt = 'Make the heading larger, the rows closer, and everything a little warmer.';
  await page.keyboard.type(prompt);
  expect(await page.locator('#change').inputValue()).toBe(prompt);
  expect(await page.evaluate(() => (window as unknown as { touched: string[] }).touched)).toEqual([]);
  await context.close();
});
