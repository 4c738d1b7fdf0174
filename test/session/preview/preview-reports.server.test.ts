import { expect, test } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import { createFile, EventReader, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

const running = useRunning();

test.each([
  ['that has no page and no server', 'list.txt', /no index\.html, and no server.*`list\.txt`/],
  ['whose page is elsewhere', 'site/index.html', /no index\.html, and no server.*`site\/index\.html`/],
  ['whose page shows nothing', 'index.html', /^The page is blank\.$/],
])('a blank preview of a project %s is told as what it is', async (_, path, words) => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile(path, 'green\n')), { text: prompt });
  const { session, events } = await visitor.build(prompt);
  const { revision } = await visitor.json<{ revision: number }>('GET', `/api/sessions/${session}`);
  const report = { revision, path: '/', blank: true, problems: [], snapshot: '' };
  expect((await visitor.call('POST', `/api/sessions/${session}/preview/report`, report)).status).toBe(204);
  const told = await new EventReader(
    await visitor.call('GET', `/api/sessions/${session}/events?after=${events.at(-1)?.seq}`),
  ).rest();
  expect(told.map(({ data }) => data as EventData<'preview'>)).toEqual([
    { revision, state: 'error', message: expect.stringMatching(words) },
  ]);
});

test('Claude is told what stands where the page is missing', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(toolTurn(createFile('src/App.jsx', 'green\n')), { text: prompt });
  const { session } = await visitor.build(prompt);
  const { revision } = await visitor.json<{ revision: number }>('GET', `/api/sessions/${session}`);
  const report = { revision, path: '/', blank: true, problems: [], snapshot: '' };
  await visitor.call('POST', `/api/sessions/${session}/preview/report`, report);
  const check = uniquePrompt();
  running.simulator.script(toolTurn({ type: 'tool_use', name: 'check_preview', input: {} }), { text: check });
  await visitor.build(check, session);
  const asked = JSON.stringify(running.simulator.requests.at(-1)?.body);
  expect(asked).toContain('Code that no page loads yet: `src/App.jsx`.');
});
