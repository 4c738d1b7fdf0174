import { expect, it } from 'vitest';
import type { SessionDetail } from '../../src/protocol/resources.ts';
import { previewAnswer } from '../support/preview-request.ts';
import { EventReader, problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { WatchSocket } from '../support/watch-socket.ts';
import { pathFor, sessionCalls } from './api-calls.ts';

/** HTTP status of a preview's page. */
const statusOf = async (url: string): Promise<number> => (await previewAnswer(url, '/')).status;

const running = useRunning();

it('the resources tell who the visitor is', async () => {
  expect(await running.visitor().json('GET', '/api/account')).toEqual({
    kind: 'visitor',
    trial: { used: 0, limit: 1000 },
    connection: null,
    rateLimit: null,
    announced: [],
    plan: null,
    subscription: null,
    credits: null,
    payer: 'trial',
    hosted: null,
    name: null,
    providers: [],
    oauth: false,
    turnstile: null,
    projectDays: 90,
    demo: false,
  });
});

it('the resources tell the models, with prices and what is allowed', async () => {
  const models = await running.visitor().json<Record<string, unknown>[]>('GET', '/api/models');
  expect(models.length).toBeGreaterThan(1);
  for (const model of models) {
    expect(model).toEqual({
      id: expect.stringMatching(/^claude-/),
      name: expect.any(String),
      allowed: model.id === 'claude-haiku-5-5',
      price: {
        input: expect.any(Number),
        output: expect.any(Number),
        cacheRead: expect.any(Number),
        cacheWrite: expect.any(Number),
      },
      contextWindow: expect.any(Number),
    });
  }
});

it('the resources refuse a model that the trial does not pay', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  const models = await visitor.json<{ id: string; allowed: boolean }[]>('GET', '/api/models');
  const dear = models.find(({ allowed }) => !allowed)?.id;
  const set = (model: unknown) => visitor.call('PUT', `/api/sessions/${session}/model`, { model });
  await problemOf(await set(dear), 403, 'subscription_required');
  for (const body of [
    { prompt: 'x', model: dear },
    { prompt: 'x', model: dear, session },
  ])
    await problemOf(await visitor.call('POST', '/api/chat', body), 403, 'subscription_required');
  expect(await (await set('claude-haiku-5-5')).json()).toEqual({ model: 'claude-haiku-5-5' });
  expect(await visitor.json('GET', '/api/sessions')).toHaveLength(1);
});

it('the resources name a session after its first prompt, until it gets a title', async () => {
  const visitor = running.visitor();
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>('POST', '/api/sessions');
  expect(session).toMatch(/^[a-z2-7]{26}$/);
  expect(previewUrl).toMatch(new RegExp(`^http://[a-z2-7]{26}\\.localhost:${running.redraw.port}/$`));
  const titles = async () => {
    const [listed] = await visitor.json<{ title: string }[]>('GET', '/api/sessions');
    const { title } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
    return [listed?.title, title];
  };
  expect(await titles()).toEqual(['', '']);
  await visitor.build('A timer\nwith sound', session);
  expect(await titles()).toEqual(['A timer', 'A timer']);
  expect(await visitor.json('PATCH', `/api/sessions/${session}`, { title: '  My timer ' })).toEqual({
    title: 'My timer',
  });
  await visitor.build('and a bell', session);
  expect(await titles()).toEqual(['My timer', 'My timer']);
  expect(await visitor.json('GET', `/api/sessions/${session}`)).not.toHaveProperty('messages');
  const { messages } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}?messages=1`);
  expect(messages?.map(({ role, text }) => [role, text])).toEqual([
    ['user', 'A timer\nwith sound'],
    ['assistant', 'Hello.'],
    ['user', 'and a bell'],
    ['assistant', 'Hello.'],
  ]);
});

it('the resources list the sessions, newest change first', async () => {
  const visitor = running.visitor();
  const ids: string[] = [];
  for (const prompt of ['one', 'two', 'three']) ids.unshift((await visitor.build(prompt)).session);
  const listed = await visitor.json<{ session: string; createdAt: number; updatedAt: number }[]>(
    'GET',
    '/api/sessions',
  );
  expect(listed.map(({ session }) => session)).toEqual(ids);
  for (const { createdAt, updatedAt } of listed) expect(updatedAt).toBeGreaterThanOrEqual(createdAt);
  await visitor.build('again', ids[2]);
  const [first] = await visitor.json<{ session: string }[]>('GET', '/api/sessions');
  expect(first?.session).toBe(ids[2]);
});

it('the resources give the preview a new address, and the old one is dead', async () => {
  const visitor = running.visitor();
  const { session, previewUrl } = await visitor.json<{ session: string; previewUrl: string }>('POST', '/api/sessions');
  await visitor.json('PUT', `/api/sessions/${session}/files/index.html`, new TextEncoder().encode('<p>here'));
  expect(await statusOf(previewUrl)).toBe(200);
  const reset = await visitor.json<{ previewUrl: string }>('POST', `/api/sessions/${session}/preview/reset`);
  expect(reset).toEqual({ previewUrl: expect.stringMatching(/^http:\/\/[a-z2-7]{26}\.localhost:\d+\/$/) });
  expect(reset.previewUrl).not.toBe(previewUrl);
  expect(await statusOf(reset.previewUrl)).toBe(200);
  expect(await statusOf(reset.previewUrl.replace('.', '-v1.'))).toBe(200);
  expect(await statusOf(previewUrl)).toBe(404);
  expect(await statusOf(previewUrl.replace('.', '-v1.'))).toBe(404);
  expect(await visitor.json('GET', `/api/sessions/${session}`)).toMatchObject(reset);
  expect((await visitor.call('DELETE', `/api/sessions/${session}`)).status).toBe(204);
  expect(await statusOf(reset.previewUrl)).toBe(404);
});

it('the resources delete a session with all that hangs on it', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script([{ gates: [{ before: 'headers', name: prompt }] }], { text: prompt });
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  await visitor.json('PUT', `/api/sessions/${session}/files/index.html`, new TextEncoder().encode('<p>here'));
  const watch = await WatchSocket.open(visitor, session);
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt, session }));
  const tab = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events`));
  await running.simulator.request(1, { text: prompt });
  expect((await visitor.call('POST', '/api/chat', { prompt: 'queued', session })).status).toBe(202);

  const response = await visitor.call('DELETE', `/api/sessions/${session}`);
  expect([response.status, await response.text()]).toEqual([204, '']);
  await running.simulator.request(1, { text: prompt, until: 'aborted' });
  expect((await stream.rest()).at(-1)).toMatchObject({
    type: 'turn_finished',
    data: { state: 'stopped', counted: false },
  });
  expect((await tab.rest()).at(-1)).toMatchObject({ type: 'turn_finished' });
  expect(await watch.closed).toBe(1001);
  expect(await visitor.json('GET', '/api/sessions')).toEqual([]);
  expect(await visitor.json('GET', '/api/account')).toMatchObject({ trial: { used: 0 } });
  for (const [method, path, body] of sessionCalls)
    await problemOf(await visitor.call(method, pathFor(path, session), body), 404, 'not_found');
});

it('every answer tells the server’s time, a refusal too', async () => {
  const visitor = running.visitor();
  const asked: [string, string][] = [
    ['GET', '/api/account'],
    ['GET', '/api/sessions/none'],
    ['POST', '/api/chat'],
    ['GET', '/api/nothing'],
  ];
  const before = Date.now() - 1000;
  const dates = await Promise.all(
    asked.map(async ([method, path]) => Date.parse((await visitor.call(method, path)).headers.get('date') ?? '')),
  );
  for (const date of dates) expect(date).toBeGreaterThanOrEqual(before);
});
