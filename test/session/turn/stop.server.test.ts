import { expect, it } from 'vitest';
import type { SessionDetail } from '../../../src/protocol/resources.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import {
  createFile,
  EventReader,
  expectTrialUsed,
  only,
  problemOf,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import { WatchSocket } from '../../support/watch-socket.ts';

const running = useRunning({ ANON_TURN_LIMIT: '30', CLAUDE_RETRY_BASE_MS: '60000' });

interface Begun {
  visitor: Visitor;
  session: string;
  prompt: string;
  stream: EventReader;
}

/** A turn that has begun. */
async function begin(answers: (prompt: string) => Answer[]): Promise<Begun> {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script(answers(prompt), { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const opened = await stream.until('session');
  return { visitor, prompt, stream, session: opened.type === 'session' ? opened.data.session : '' };
}

/** Presses Stop and asserts the invariants of every stopped turn. */
async function stop({ visitor, session, stream }: Begun, counted: boolean): Promise<void> {
  const response = await visitor.call('POST', `/api/sessions/${session}/stop`, {});
  expect(response.status).toBe(200);
  expect(await visitor.json('GET', `/api/sessions/${session}`)).toMatchObject({ running: null });
  const events = await stream.rest();
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'stopped', counted });
  expect(events.at(-1)?.type).toBe('turn_finished');
  expect(events.filter(({ type }) => type === 'prompt_error')).toEqual([]);
  await expectTrialUsed(visitor, counted ? 1 : 0);
}

it('stops a slow stream at once, and aborts the request upstream', async () => {
  const begun = await begin((prompt) => [{ content: ['word '.repeat(1000)], gates: [{ before: 6, name: prompt }] }]);
  await begun.stream.until('text');
  await stop(begun, true);
  const upstream = await running.simulator.request(1, { text: begun.prompt, until: 'aborted' });
  expect(upstream.end).toBe('aborted');
});

it('keeps the files that were written so far as a version marked stopped', async () => {
  const begun = await begin((prompt) => [
    { content: [createFile('whole.txt', 'whole')] },
    { content: [createFile('half.txt', 'half '.repeat(100))], gates: [{ before: 10, name: prompt }] },
  ]);
  await begun.stream.until('file');
  await begun.stream.until((event) => event.type === 'file_delta' && event.data.path === 'half.txt');
  await stop(begun, true);
  expect(only(begun.stream.seen, 'version')).toMatchObject({ version: 1, changed: ['whole.txt'] });
  const { visitor, session } = begun;
  const detail = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  expect(detail.versions).toMatchObject([{ version: 1, kind: 'turn', stopped: true }]);
  expect(detail.files.map(({ path }) => path)).toEqual(['whole.txt']);

  // Claude's next request is well-formed: without the stopped reply, with a note on the stop.
  const again = uniquePrompt('Go on');
  await visitor.build(again, session);
  const next = await running.simulator.request(1, { text: again });
  expect(next.status).toBe(200);
  expect(next.rawBody).toContain('The visitor stopped your last turn');
  expect(next.rawBody).not.toContain('half half');
});

it('does not count a turn that was stopped before Claude said anything', async () => {
  const begun = await begin((prompt) => [{ gates: [{ before: 'headers', name: prompt }] }]);
  await running.simulator.request(1, { text: begun.prompt });
  await stop(begun, false);
  await running.simulator.request(1, { text: begun.prompt, until: 'aborted' });
});

it('stops in the wait before the next attempt', async () => {
  const begun = await begin(() => [{ status: 529 }]);
  await begun.stream.until('api_retry');
  await stop(begun, false);
  expect(running.simulator.requests.filter(({ rawBody }) => rawBody.includes(begun.prompt))).toHaveLength(1);
});

it('does not count what Claude said and had to be taken back', async () => {
  const begun = await begin(() => [{ content: ['Here it comes, word by word.'], cut: 5 }]);
  await begun.stream.until('api_retry');
  expect(begun.stream.seen.map(({ type }) => type)).toContain('text');
  expect(begun.stream.seen.map(({ type }) => type)).toContain('step_discarded');
  await stop(begun, false);
});

it('stops while the report of the preview is waited for', async () => {
  const begun = await begin((prompt) => [
    { content: [createFile('index.html', '<p>hello')], gates: [{ before: 'headers', name: prompt }] },
    { content: [{ type: 'tool_use', name: 'check_preview', input: {} }] },
    { gates: [{ before: 'headers', name: `${prompt} checked` }] },
  ]);
  const watch = await WatchSocket.open(begun.visitor, begun.session, {}, '?preview=1');
  running.simulator.release(begun.prompt);
  await begun.stream.until((event) => event.type === 'tool' && event.data.name === 'check_preview');
  await running.simulator.request(2, { text: begun.prompt, until: 'ended' });
  await stop(begun, true);
  watch.close();
});

it('stops once, however often it is pressed', async () => {
  const begun = await begin((prompt) => [{ content: ['word '.repeat(1000)], gates: [{ before: 6, name: prompt }] }]);
  await begun.stream.until('text');
  const press = () => begun.visitor.call('POST', `/api/sessions/${begun.session}/stop`, {});
  const answers = await Promise.all([press(), press(), press()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(only(await begun.stream.rest(), 'turn_finished')).toMatchObject({ state: 'stopped' });
});

it('stops nothing where nothing runs', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const response = await visitor.call('POST', `/api/sessions/${session}/stop`, {});
  expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: {} });
  expect((await visitor.call('GET', `/api/sessions/${session}/events`)).status).toBe(204);
  const stranger = running.visitor();
  await stranger.json('GET', '/api/account');
  await problemOf(await stranger.call('POST', `/api/sessions/${session}/stop`, {}), 404, 'not_found');
});

it('stops a turn that is being admitted', async () => {
  for (let round = 0; round < 10; round++) {
    const visitor = running.visitor();
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
    const prompt = uniquePrompt();
    running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
    const [chat, stopped] = await Promise.all([
      visitor.call('POST', '/api/chat', { session, prompt }),
      visitor.call('POST', `/api/sessions/${session}/stop`, {}),
    ]);
    expect(stopped.status).toBe(200);
    const stream = new EventReader(chat);
    // If Stop arrived before the prompt, there was nothing to stop: press again.
    expect((await visitor.call('POST', `/api/sessions/${session}/stop`, {})).status).toBe(200);
    expect(only(await stream.rest(), 'turn_finished')).toMatchObject({ state: 'stopped', counted: false });
    await expectTrialUsed(visitor, 0);
  }
});

it('does not take up again what was stopped before the server was killed', async () => {
  const begun = await begin((prompt) => [
    { content: [createFile('a.txt', 'a')] },
    { content: ['never'], gates: [{ before: 'headers', name: prompt }] },
  ]);
  await begun.stream.until('file');
  await running.simulator.request(2, { text: begun.prompt });
  const { visitor, session } = begun;
  const stopping = visitor.call('POST', `/api/sessions/${session}/stop`, {}).catch(() => null);
  await running.simulator.request(2, { text: begun.prompt, until: 'aborted' });
  await running.redraw.kill();
  await stopping;
  await begun.stream.rest().catch(() => undefined);
  await running.redraw.restart();
  const events = await new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`)).rest();
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'stopped', counted: true });
  expect(only(events, 'version')).toMatchObject({ changed: ['a.txt'] });
  await expectTrialUsed(visitor, 1);
});
