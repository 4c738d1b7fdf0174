import { describe, expect, it, vi } from 'vitest';
import type { AccountDetail, SessionDetail } from '../../../src/protocol/resources.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { connectPlan, useRunningWithPlans } from '../../support/claude-plan.ts';
import { limitReached, rateLimitHeaders, resetIn } from '../../support/rate-limit-answers.ts';
import { EventReader, only, problemOf, uniquePrompt } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

const running = useRunningWithPlans({ CLAUDE_RETRY_BASE_MS: '1' });

const account = (visitor: Visitor): Promise<AccountDetail> => visitor.json('GET', '/api/account');

/** Waits until the account has settled a turn. */
const settled = (visitor: Visitor, status: string | null): Promise<AccountDetail> =>
  vi.waitFor(
    async () => {
      const detail = await account(visitor);
      expect(detail.rateLimit?.status ?? null).toBe(status);
      return detail;
    },
    { timeout: 60_000 },
  );

async function planned(): Promise<Visitor> {
  const visitor = running.visitor();
  await connectPlan(visitor);
  return visitor;
}

/** Scripts the answer to a new prompt. */
function scripted(...answers: Answer[]): string {
  const prompt = uniquePrompt();
  running.simulator.script(answers, { text: prompt, repeatLast: true });
  return prompt;
}

const requestsFor = (prompt: string): number =>
  running.simulator.requests.filter(({ rawBody }) => rawBody.includes(prompt)).length;

describe('an account at its limit', () => {
  it('says so in `GET /api/account`, and refuses a turn at once, in any project, until the visitor insists', async () => {
    const visitor = await planned();
    const reset = resetIn(3600);
    const { session, events } = await visitor.build(scripted(limitReached(reset)));
    const resetsAt = Number(reset) * 1000;
    expect(only(events, 'credit_exhausted')).toMatchObject({ resetsAt, payer: 'connection', httpStatus: 429 });
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'exhausted', counted: false });
    const { rateLimit } = await settled(visitor, 'rejected');
    const { now, ...told } = only(events, 'rate_limit');
    expect(rateLimit).toEqual(told);
    expect(now).toEqual(expect.any(Number));

    const prompt = scripted({ content: ['Hello.'] });
    for (const body of [{ prompt }, { prompt, session }]) {
      const problem = await problemOf(await visitor.call('POST', '/api/chat', body), 429, 'credit_exhausted');
      expect(problem).toMatchObject({ resetsAt, rateLimitType: 'five_hour', message: 'You have hit your limit.' });
    }
    expect(requestsFor(prompt)).toBe(0);
    expect(await visitor.json<unknown[]>('GET', '/api/sessions')).toHaveLength(1);

    const insisted = await visitor.call('POST', '/api/chat', { prompt, session, force: true });
    expect(only(await new EventReader(insisted).rest(), 'turn_finished').state).toBe('completed');
    await settled(visitor, 'allowed');
    await visitor.build(prompt, session);
  });

  it('is at it again where one project hears again what another had heard otherwise', async () => {
    const visitor = await planned();
    const refusal = limitReached(resetIn(3600));
    const send = async (answer: Answer, session?: string) => {
      const body = { prompt: scripted(answer), force: true, ...(session && { session }) };
      return new EventReader(await visitor.call('POST', '/api/chat', body)).rest();
    };
    const { session } = only(await send(refusal), 'session');
    await settled(visitor, 'rejected');
    await send({});
    await settled(visitor, 'allowed');
    const events = await send(refusal, session);
    expect(events.map(({ type }) => type)).not.toContain('rate_limit');
    await settled(visitor, 'rejected');
    await problemOf(await visitor.call('POST', '/api/chat', { prompt: scripted({}) }), 429, 'credit_exhausted');
  });

  it('is not at its limit any more once it has reset', async () => {
    const visitor = await planned();
    const reset = resetIn(1);
    await visitor.build(scripted(limitReached(reset)));
    await expect.poll(() => Date.now()).toBeGreaterThan(Number(reset) * 1000);
    await settled(visitor, null);
    expect((await visitor.build(scripted({}))).events.at(-1)?.data).toMatchObject({ state: 'completed' });
  });

  it.each<[string, Answer]>([
    [
      'while extra usage is billed',
      { headers: rateLimitHeaders({ status: 'rejected', reset: resetIn(3600), 'overage-status': 'allowed' }) },
    ],
    ['where the window is that of another model', limitReached(resetIn(3600), 'seven_day_opus')],
    [
      'where Claude’s servers were at theirs',
      { ...limitReached(resetIn(3600)), headers: rateLimitHeaders({ status: 'rejected', reset: resetIn(3600) }) },
    ],
  ])('builds on %s', async (_name, answer) => {
    const visitor = await planned();
    await visitor.build(scripted(answer));
    await settled(visitor, 'rejected');
    expect((await visitor.build(scripted({}))).events.at(-1)?.data).toMatchObject({ state: 'completed' });
  });

  it('tells a prompt of the queue by an event', async () => {
    const visitor = await planned();
    const reset = resetIn(3600);
    const first = scripted({ ...limitReached(reset), gates: [{ before: 'headers', name: 'limit' }] });
    const response = await visitor.call('POST', '/api/chat', { prompt: first });
    const reader = new EventReader(response);
    const { data } = await reader.until('session');
    const { session } = data as { session: string };
    const second = scripted({});
    expect((await visitor.call('POST', '/api/chat', { prompt: second, session })).status).toBe(202);
    running.simulator.release('limit');
    await reader.rest();
    const events = await new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`)).rest();
    const ends = events.filter(({ type }) => type === 'credit_exhausted' || type === 'turn_finished');
    expect(ends.map(({ type, data: end }) => [type, 'state' in end ? end.state : null])).toEqual([
      ['credit_exhausted', null],
      ['turn_finished', 'exhausted'],
      ['credit_exhausted', null],
      ['turn_finished', 'exhausted'],
    ]);
    expect(ends[2]?.data).toMatchObject({ resetsAt: Number(reset) * 1000, message: 'You have hit your limit.' });
    expect(requestsFor(second)).toBe(0);
  });

  it('is still at it once the visitor has signed in, and its thresholds stay told', async () => {
    const visitor = await planned();
    const reset = resetIn(3600);
    const warned = { '5h-utilization': '0.95', '5h-surpassed-threshold': '0.9', '5h-reset': reset };
    const { session } = await visitor.build(scripted({ headers: rateLimitHeaders({ status: 'allowed', ...warned }) }));
    await visitor.build(scripted(limitReached(reset)), session);
    const before = await settled(visitor, 'rejected');
    expect(before.announced).toHaveLength(1);
    await new Authenticator().register(visitor);
    const { rateLimit, announced } = before;
    expect(await settled(visitor, 'rejected')).toMatchObject({ kind: 'user', rateLimit, announced });
    await problemOf(await visitor.call('POST', '/api/chat', { prompt: scripted({}) }), 429, 'credit_exhausted');
  });

  it('is forgotten with its connection', async () => {
    const visitor = await planned();
    await visitor.build(scripted(limitReached(resetIn(3600))));
    await settled(visitor, 'rejected');
    await visitor.call('DELETE', '/api/account/connection', {});
    expect((await account(visitor)).rateLimit).toBeNull();
    await connectPlan(visitor);
    expect((await visitor.build(scripted({}))).events.at(-1)?.data).toMatchObject({ state: 'completed' });
  });
});

it.each(['trial', 'hosted'] as const)(
  'the limit of the operator’s key is none of the visitor’s, and the turn is not counted (%s)',
  async (payer) => {
    const visitor = running.visitor();
    if (payer === 'hosted') await new Authenticator().register(visitor);
    const headers = { 'retry-after': '3600', ...limitReached(resetIn(3600)).headers };
    const { events } = await visitor.build(scripted({ error: { type: 'rate_limit_error' }, headers }));
    expect(only(events, 'credit_exhausted')).toMatchObject({ payer });
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'exhausted', counted: false });
    const told = async () => {
      const { rateLimit, [payer]: turns } = await account(visitor);
      return { rateLimit, used: turns?.used };
    };
    await expect.poll(told).toEqual({ rateLimit: null, used: 0 });
    expect(only((await visitor.build(scripted({}))).events, 'turn_finished').state).toBe('completed');
  },
);

it('a state is told in a project when it changes, in every project, and a threshold is remembered', async () => {
  const visitor = await planned();
  const reset = resetIn(3600);
  const warned = (used: string): Answer => ({
    headers: rateLimitHeaders({
      status: 'allowed_warning',
      '5h-utilization': used,
      '5h-surpassed-threshold': '0.9',
      '5h-reset': reset,
    }),
  });
  const { session, events } = await visitor.build(scripted(warned('0.91')));
  expect(only(events, 'rate_limit')).toMatchObject({ status: 'allowed_warning', utilization: 0.91 });
  const again = await visitor.build(scripted(warned('0.91')), session);
  expect(again.events.map(({ type }) => type)).not.toContain('rate_limit');
  const more = await visitor.build(scripted(warned('0.93')), session);
  expect(only(more.events, 'rate_limit')).toMatchObject({ utilization: 0.93, surpassedThreshold: 0.9 });
  const elsewhere = await visitor.build(scripted(warned('0.93')));
  expect(only(elsewhere.events, 'rate_limit')).toMatchObject({ utilization: 0.93 });
  const known = [{ window: 'five_hour', threshold: 0.9, resetsAt: Number(reset) * 1000 }];
  expect((await settled(visitor, 'allowed_warning')).announced).toEqual(known);
  await visitor.build(scripted({ headers: rateLimitHeaders({ status: 'allowed' }) }));
  expect((await settled(visitor, 'allowed')).announced).toEqual(known);
});

describe('a prompt that is set to a time', () => {
  const later = (seconds: number): number => Date.now() + seconds * 1000;
  const detail = (visitor: Visitor, session: string): Promise<SessionDetail> =>
    visitor.json('GET', `/api/sessions/${session}`);

  it('waits with nothing open, lets others pass, and is started by the alarm', async () => {
    const visitor = running.visitor();
    const { session } = await visitor.build(scripted({}));
    const prompt = scripted({});
    const answer = await visitor.call('POST', '/api/chat', { prompt, session, notBefore: later(3600) });
    expect(answer.status).toBe(202);
    const { queued } = (await answer.json()) as { queued: string };
    const { seq } = await detail(visitor, session);
    expect((await visitor.call('GET', `/api/sessions/${session}/events?after=${seq}`)).status).toBe(204);
    const now = await visitor.build(scripted({}), session);
    expect(now.events.at(-1)?.data).toMatchObject({ state: 'completed' });
    expect((await detail(visitor, session)).queue).toMatchObject([{ id: queued, prompt }]);
    expect(requestsFor(prompt)).toBe(0);
    const notBefore = later(1);
    await visitor.json('PATCH', `/api/sessions/${session}/queue/${queued}`, { notBefore });
    await running.simulator.request(1, { text: prompt });
    expect(Date.now()).toBeGreaterThanOrEqual(notBefore);
    await expect.poll(() => detail(visitor, session)).toMatchObject({ running: null, queue: [] });
  });

  it('can be set to another, or to none', async () => {
    const visitor = running.visitor();
    const { session } = await visitor.build(scripted({}));
    const prompt = scripted({});
    const set = await visitor.call('POST', '/api/chat', { prompt, session, notBefore: later(3600) });
    const { queued } = (await set.json()) as { queued: string };
    const patch = (body: object) => visitor.call('PATCH', `/api/sessions/${session}/queue/${queued}`, body);
    const notBefore = later(7200);
    expect(await (await patch({ notBefore })).json()).toEqual({ id: queued, notBefore });
    expect((await detail(visitor, session)).queue).toMatchObject([{ id: queued, prompt, notBefore }]);
    expect((await patch({ notBefore: null })).status).toBe(200);
    await running.simulator.request(1, { text: prompt });
  });

  it.each([
    ['a new project', () => ({ prompt: 'x', notBefore: later(60) })],
    ['a year ahead', (session: string) => ({ prompt: 'x', session, notBefore: later(365 * 86_400) })],
    ['no time', (session: string) => ({ prompt: 'x', session, notBefore: 1.5 })],
  ])('is refused for %s', async (_name, body) => {
    const visitor = running.visitor();
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
    await problemOf(await visitor.call('POST', '/api/chat', body(session)), 422, 'invalid_request');
  });
});
