import { expect, it } from 'vitest';
import type { AccountDetail, ModelEntry, SessionDetail } from '../../../src/protocol/resources.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import { rowsOf } from '../../support/state-folder.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunning({ ANON_TURN_LIMIT: '2' });

let keys = 0;

/** Connects an API key of the visitor, and returns it. */
async function connect(visitor: Visitor): Promise<string> {
  const key = `sk-ant-own-${process.pid}-${++keys}-0123456789`;
  await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key });
  return key;
}

const account = (visitor: Visitor): Promise<AccountDetail> => visitor.json('GET', '/api/account');

const reservations = (): number =>
  rowsOf(running.redraw, 'Treasury', 'reservation', 'SELECT 1 FROM reservation').flat().length;

/** The keys of the requests for a prompt. */
const keysFor = (prompt: string): (string | null)[] =>
  running.simulator.requests.filter(({ rawBody }) => rawBody.includes(prompt)).map(({ key }) => key);

it('goes on in the same project on the own Claude, once the trial is used up, and says who pays', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.build(uniquePrompt());
  await visitor.build(uniquePrompt(), session);
  await problemOf(await visitor.call('POST', '/api/chat', { prompt: 'x', session }), 403, 'sign_in_required');
  expect(await account(visitor)).toMatchObject({ payer: 'trial', trial: { used: 2, limit: 2 } });

  const key = await connect(visitor);
  const detail = await account(visitor);
  expect(detail).toMatchObject({ kind: 'visitor', payer: 'connection', trial: { used: 2, limit: 2 }, hosted: null });
  expect(detail.connection).toMatchObject({ kind: 'api_key', broken: null });
  const spent = reservations();
  const prompt = uniquePrompt();
  const { events } = await visitor.build(prompt, session);
  expect(only(events, 'session')).toMatchObject({ session, payer: 'connection', trial: null });
  expect(only(events, 'turn_started')).toMatchObject({ payer: 'connection' });
  expect(only(events, 'usage')).toMatchObject({ payer: 'connection', usd: expect.any(Number) });
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: false });
  expect(new Set(keysFor(prompt))).toEqual(new Set([key]));
  expect(reservations()).toBe(spent);
  expect(await account(visitor)).toMatchObject({ trial: { used: 2 } });
});

it('offers the models of the own account, and none of them to whom the operator pays', async () => {
  const visitor = running.visitor();
  const models = (): Promise<ModelEntry[]> => visitor.json('GET', '/api/models');
  const allowed = async () => (await models()).filter((model) => model.allowed).map(({ id }) => id);
  const { session } = await visitor.build(uniquePrompt());
  expect(await allowed()).toEqual(['claude-haiku-5-5']);
  await connect(visitor);
  expect((await allowed()).sort()).toEqual([
    'claude-haiku-5-5',
    'claude-opus-4-8',
    'claude-opus-5-5',
    'claude-sonnet-4-6',
    'claude-sonnet-5-5',
  ]);
  const listed = await models();
  expect(listed.find(({ id }) => id === 'claude-opus-4-8')).toMatchObject({ name: 'Claude Opus 4.8', price: null });
  expect(listed.find(({ id }) => id === 'claude-fable-5-1')).toMatchObject({ allowed: false, price: { input: 10 } });

  const choose = (model: string) => visitor.call('PUT', `/api/sessions/${session}/model`, { model });
  await problemOf(await choose('claude-fable-5-1'), 403, 'subscription_required');
  const ask = (model?: string) => visitor.call('POST', '/api/chat', { prompt: uniquePrompt(), session, model });
  await problemOf(await ask('claude-fable-5-1'), 403, 'subscription_required');
  expect(only(await new EventReader(await ask('claude-sonnet-4-6')).rest(), 'usage').model).toBe('claude-sonnet-4-6');
  expect((await choose('claude-opus-5-5')).status).toBe(200);
  expect(only(await new EventReader(await ask()).rest(), 'session').model).toBe('claude-opus-5-5');

  // The session's preferred model must not block a turn that another payer pays.
  expect((await visitor.call('DELETE', '/api/account/connection', {})).status).toBe(204);
  expect(await allowed()).toEqual(['claude-haiku-5-5']);
  await problemOf(await choose('claude-opus-5-5'), 403, 'subscription_required');
  await problemOf(await ask('claude-opus-5-5'), 403, 'subscription_required');
  const events = await new EventReader(await ask()).rest();
  expect(only(events, 'session')).toMatchObject({ payer: 'trial', model: 'claude-haiku-5-5' });
  expect(only(events, 'usage').model).toBe('claude-haiku-5-5');
});

it('fails a turn whose key is refused, names the reason, and never falls back on another purse', async () => {
  const visitor = running.visitor();
  const key = await connect(visitor);
  const refusal = { error: { type: 'authentication_error', message: 'This key was revoked.' } };
  running.simulator.script([{ content: [createFile('a.txt', 'a')] }, refusal, refusal], { key });
  const prompt = uniquePrompt();
  const { session, events } = await visitor.build(prompt);
  expect(only(events, 'prompt_error')).toEqual({
    code: 'connection_broken',
    message: 'This key was revoked.',
    retryable: false,
    fields: { reason: 'key_refused', says: 'This key was revoked.' },
  });
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
  expect(only(events, 'version').changed).toEqual(['a.txt']);
  expect(new Set(keysFor(prompt))).toEqual(new Set([key]));

  const { connection, payer } = await account(visitor);
  expect({ payer, broken: connection?.broken }).toEqual({
    payer: 'connection',
    broken: expect.stringContaining('key'),
  });
  const more = uniquePrompt();
  for (const body of [{ prompt: more }, { prompt: more, session }])
    await problemOf(await visitor.call('POST', '/api/chat', body), 401, 'connection_broken');
  expect(keysFor(more)).toEqual([]);

  const other = await connect(visitor);
  const prompts = uniquePrompt();
  expect(only((await visitor.build(prompts, session)).events, 'turn_finished').state).toBe('completed');
  expect(keysFor(prompts)).toEqual([other]);
});

it('tells a queued prompt that the connection is broken, with the payer that it would have had', async () => {
  const visitor = running.visitor();
  const key = await connect(visitor);
  const gate = uniquePrompt('gate');
  const error = { type: 'authentication_error', message: 'No.' };
  running.simulator.script([{ error, gates: [{ before: 'headers', name: gate }] }, { error }], { key });
  const first = await visitor.call('POST', '/api/chat', { prompt: uniquePrompt() });
  const reader = new EventReader(first);
  const { session } = (await reader.until('session')).data as { session: string };
  await running.simulator.waiting(gate);
  const queue = (model?: string) => visitor.call('POST', '/api/chat', { prompt: 'next', session, model });
  await problemOf(await queue('claude-fable-5-1'), 403, 'subscription_required');
  expect((await queue()).status).toBe(202);
  const all = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  running.simulator.release(gate);
  await reader.rest();
  const events = await all.rest();
  const late = events.slice(events.findIndex(({ type }) => type === 'turn_finished') + 1);
  expect(only(late, 'session')).toMatchObject({ payer: 'connection', trial: null });
  expect(only(late, 'turn_started')).toMatchObject({ prompt: 'next', payer: 'connection' });
  expect(only(late, 'prompt_error')).toMatchObject({ code: 'connection_broken', retryable: false });
  expect(only(late, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
});

it('lets a running turn finish when its connection is removed', async () => {
  const visitor = running.visitor();
  const key = await connect(visitor);
  const gate = uniquePrompt('gate');
  running.simulator.script(
    [{ content: [createFile('a.txt', 'a')], gates: [{ before: 2, name: gate }] }, { content: ['Done.'] }],
    { key },
  );
  const reader = new EventReader(await visitor.call('POST', '/api/chat', { prompt: uniquePrompt() }));
  await running.simulator.waiting(gate);
  await visitor.call('DELETE', '/api/account/connection', {});
  running.simulator.release(gate);
  const events = await reader.rest();
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: false });
  expect(only(events, 'usage').payer).toBe('connection');
  expect(await account(visitor)).toMatchObject({ payer: 'trial', connection: null, trial: { used: 0 } });
});

it('leaves out the thinking of another account or model, and keeps that of the same', async () => {
  const visitor = running.visitor();
  const answer = () => ({ content: [{ type: 'thinking' as const, thinking: 'Hm.' }, 'Done.'] });
  const thoughts = async (session?: string) => {
    const prompt = uniquePrompt('think');
    running.simulator.script([answer()], { text: prompt });
    const built = await visitor.build(prompt, session);
    expect(only(built.events, 'turn_finished').state).toBe('completed');
    const request = running.simulator.requests.find(({ rawBody }) => rawBody.includes(prompt));
    return { session: built.session, count: request?.rawBody.match(/"type":"thinking","thinking"/g)?.length ?? 0 };
  };
  const { session } = await thoughts();
  expect((await thoughts(session)).count).toBe(1);
  await connect(visitor);
  expect((await thoughts(session)).count).toBe(0);
  expect((await thoughts(session)).count).toBe(1);
  await visitor.json('PUT', `/api/sessions/${session}/model`, { model: 'claude-opus-5-5' });
  expect((await thoughts(session)).count).toBe(0);
  await connect(visitor);
  expect((await thoughts(session)).count).toBe(0);
  expect((await thoughts(session)).count).toBe(1);
});

it('goes on with the own key after a crash in mid-turn, and keeps it out of the session', async () => {
  const visitor = running.visitor();
  const key = await connect(visitor);
  const prompt = uniquePrompt();
  const [first, last] = toolTurn(createFile('a.txt', 'a'));
  running.simulator.script([first ?? {}, { kind: 'hang' }, last ?? {}], { text: prompt });
  const reader = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const { session } = (await reader.until('session')).data as { session: string };
  await running.simulator.request(2, { text: prompt });
  await running.redraw.kill();
  await reader.rest().catch(() => undefined);
  await running.redraw.restart();
  const after = await visitor.call('GET', `/api/sessions/${session}/events?after=0`);
  const events = await new EventReader(after).rest();
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: false });
  expect(only(events, 'usage').payer).toBe('connection');
  expect(keysFor(prompt)).toEqual([key, key, key]);
  const detail = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  expect(detail.files.map(({ path }) => path)).toEqual(['a.txt']);
  const stored = ['turn', 'meta', 'event', 'message', 'queue'].map((table) =>
    rowsOf(running.redraw, 'Session', table, `SELECT * FROM ${table}`),
  );
  expect(JSON.stringify(stored)).not.toContain(key);
});
