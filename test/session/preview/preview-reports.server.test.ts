import { expect, test } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import { createFile, EventReader, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

const running = useRunning();

test.each([
  ['that has no page and no server', 'list.txt', /no index\.html, and no server/],
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
