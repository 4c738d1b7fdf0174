import { expect, it } from 'vitest';
import type { Answer } from '../../claude-simulator/script.ts';
import { freePort } from '../../support/free-port.ts';
import { expectTrialUsed, only, problemOf, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import { startRedraw } from '../../support/start-redraw.ts';
import { rowsOf } from '../../support/state-folder.ts';
import { Visitor } from '../../support/visitor.ts';

const running = useRunning({ CLAUDE_MAX_RETRIES: '2', CLAUDE_RETRY_BASE_MS: '1' });

it('gives six turns, then asks to sign in', async () => {
  const visitor = running.visitor();
  const first = await visitor.build('one');
  expect(only(first.events, 'session')).toMatchObject({ payer: 'trial', trial: { used: 1, limit: 6 } });
  expect(only(first.events, 'turn_finished')).toMatchObject({ state: 'completed', counted: true });
  for (const prompt of ['two', 'three']) await visitor.build(prompt, first.session);
  for (const prompt of ['four', 'five', 'six']) await visitor.build(prompt);
  await expectTrialUsed(visitor, 6);

  const before = await visitor.json<unknown[]>('GET', '/api/sessions');
  expect(before).toHaveLength(4);
  for (const body of [{ prompt: 'seven' }, { prompt: 'seven', session: first.session }]) {
    const problem = await problemOf(await visitor.call('POST', '/api/chat', body), 403, 'sign_in_required');
    expect(problem).toMatchObject({ limit: 6, detail: 'All 6 trial turns are used up. Sign in to go on building.' });
  }
  expect(await visitor.json('GET', '/api/sessions')).toEqual(before);
  const address = `/api/sessions/${first.session}?messages=1`;
  const detail = await visitor.json<{ running: null; messages: unknown[] }>('GET', address);
  expect(detail.running).toBeNull();
  expect(detail.messages).toHaveLength(6);
  await expectTrialUsed(visitor, 6);
});

it('admits exactly six of 100 prompts at once, and keeps nothing of the others', async () => {
  const visitor = running.visitor();
  await visitor.json('GET', '/api/account');
  const sessions = () => rowsOf(running.redraw, 'Session', 'meta', 'SELECT 1 FROM meta').length;
  const labels = () =>
    rowsOf(running.redraw, 'PreviewLabel', '_cf_KV', 'SELECT 1 FROM _cf_KV').filter((rows) => rows.length > 0).length;
  const before = { sessions: sessions(), labels: labels() };
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const response = await visitor.call('POST', '/api/chat', { prompt: `at once ${n}` });
      const text = await response.text();
      return { status: response.status, finished: text.includes('event: turn_finished') };
    }),
  );
  expect(answers.filter(({ status }) => status === 200)).toEqual(Array(6).fill({ status: 200, finished: true }));
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(94);
  await expectTrialUsed(visitor, 6);
  expect(await visitor.json<unknown[]>('GET', '/api/sessions')).toHaveLength(6);
  expect(sessions() - before.sessions).toBe(6);
  expect(labels() - before.labels).toBe(6);
});

it('admits exactly six of 100 prompts at once in one session, one after the other', async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions');
  running.simulator.script([{ gates: [{ before: 'headers', name: 'in one' }] }], { text: 'in one', repeatLast: true });
  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, n) => visitor.call('POST', '/api/chat', { prompt: `in one ${n}`, session })),
  );
  running.simulator.release('in one', Infinity);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(14).fill(202)]);
  const events = await visitor.call('GET', `/api/sessions/${session}/events?after=0`);
  const text = await events.text();
  const finished = [...text.matchAll(/^data: (\{.*"counted".*\})$/gm)].map(([, data]) => JSON.parse(data ?? ''));
  expect(finished.filter(({ counted }) => counted)).toHaveLength(6);
  expect(finished.filter(({ state, counted }) => state === 'failed' && !counted)).toHaveLength(9);
  expect(text.match(/"code":"sign_in_required"/g)).toHaveLength(9);
  await expectTrialUsed(visitor, 6);
});

const failures: [string, Answer, string][] = [
  ['500 again and again', { status: 500 }, 'failed'],
  ['529 again and again', { status: 529 }, 'failed'],
  ['429 again and again', { status: 429 }, 'exhausted'],
  [
    'a limit of the operator',
    { status: 429, headers: { 'anthropic-ratelimit-unified-status': 'rejected' } },
    'exhausted',
  ],
  ['a stream that is cut again and again', { content: ['Here it comes.'], cut: 4, cutMode: 'reset' }, 'failed'],
  ['a connection that is reset again and again', { kind: 'reset' }, 'failed'],
  ['an overloaded error in the stream', { content: ['Here it comes.'], streamError: { at: 4 } }, 'failed'],
  ['401 for the key of the operator', { status: 401 }, 'failed'],
  ['400 that is our own mistake', { error: { type: 'invalid_request_error', message: 'messages: bad' } }, 'failed'],
  [
    'a spent account of the operator',
    { error: { type: 'billing_error', message: 'Your credit balance is too low.' } },
    'exhausted',
  ],
  ['an answer that is no answer', { rawBody: '<html>', headers: { 'content-type': 'text/html' } }, 'failed'],
];

it.each(failures)('gives a turn back that failed by %s', async (_, answer, state) => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script([answer], { text: prompt, repeatLast: true });
  const { events } = await visitor.build(prompt);
  expect(only(events, 'session').trial).toEqual({ used: 1, limit: 6 });
  expect(only(events, 'turn_finished')).toMatchObject({ state, counted: false });
  expect(events.filter(({ type }) => type === 'prompt_error' || type === 'credit_exhausted')).toHaveLength(1);
  await expectTrialUsed(visitor, 0);
  expect((await visitor.build('again')).events.at(-1)).toMatchObject({ data: { counted: true } });
  await expectTrialUsed(visitor, 1);
});

it('gives a turn back where Claude cannot be reached', async () => {
  const nowhere = await startRedraw({
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${await freePort()}`,
    CLAUDE_MAX_RETRIES: '1',
    CLAUDE_RETRY_BASE_MS: '1',
  });
  try {
    const visitor = new Visitor(nowhere.url);
    const { events } = await visitor.build('anybody there?');
    expect(only(events, 'api_retry')).toMatchObject({ httpStatus: null, attempt: 1, maxRetries: 1 });
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
    await expectTrialUsed(visitor, 0);
  } finally {
    await nowhere.close();
  }
});

it('does not count a turn that Claude declined', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  running.simulator.script([{ content: ['No.'], stopReason: 'refusal' }], { text: prompt });
  const { events } = await visitor.build(prompt);
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
  await expectTrialUsed(visitor, 0);
});

it('knows nobody by a cookie that was tampered with', async () => {
  const visitor = running.visitor();
  for (let turn = 0; turn < 2; turn++) await visitor.build('count me');
  const cookie = visitor.cookie ?? '';
  const other = running.visitor();
  other.cookie = cookie.replace(/.(?=\.)/, (last) => (last === 'a' ? 'q' : 'a'));
  expect(other.cookie).not.toBe(cookie);
  await expectTrialUsed(other, 0);
  expect(other.cookie).not.toBe(cookie);
});
