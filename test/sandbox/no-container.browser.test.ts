import { expect, it } from 'vitest';
import type { SessionDetail } from '../../src/protocol/resources.ts';
import { previewFrame, visitorOf } from '../support/browser-visitor.ts';
import { launchChromium } from '../support/chromium.ts';
import { createFile, only, toolTurn, uniquePrompt, useSpawned } from '../support/running-redraw.ts';

const running = useSpawned({ REDRAW_CONTAINERS: 'off' });

it('without containers the loop works, no shell is offered, and the page says why', async () => {
  const browser = await launchChromium();
  const context = await browser.newContext();
  const visitor = await visitorOf(context, running.redraw.url);
  const prompt = uniquePrompt();
  const bash = { type: 'tool_use', name: 'bash', input: { command: 'echo hi' } } as const;
  running.simulator.script(toolTurn(createFile('index.html', '<h1>Hello</h1>'), bash), { text: prompt });
  const { session, previewUrl, events } = await visitor.build(prompt);
  expect(only(events, 'turn_finished').state).toBe('completed');
  const refused = events.findLast((event) => event.type === 'tool');
  expect(refused?.data).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('There is no tool "bash" here'),
  });
  for (const { rawBody } of running.simulator.requests)
    expect(rawBody).not.toMatch(/bash_20250124|start_server|# The container/);

  const { sandbox } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  expect(sandbox).toEqual({ commands: false, why: 'REDRAW_CONTAINERS is off.', server: null, hosts: [] });
  for (const [method, path] of [
    ['PUT', 'network'],
    ['GET', 'server'],
    ['DELETE', 'server'],
    ['POST', 'command/stop'],
  ] as const)
    expect(
      (await visitor.call(method, `/api/sessions/${session}/${path}`, method === 'GET' ? undefined : { hosts: [] }))
        .status,
    ).toBe(404);
  expect(await running.redraw.output()).toContain('commands and servers do not: REDRAW_CONTAINERS is off.');

  const page = await context.newPage();
  await page.goto(`${running.redraw.url}/s/${session}`);
  expect(await (await previewFrame(page, previewUrl)).textContent('h1')).toBe('Hello');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('without commands and servers of their own: REDRAW_CONTAINERS is off.').waitFor();
  await browser.close();
});
