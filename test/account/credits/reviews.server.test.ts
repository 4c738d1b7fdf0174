import { describe, expect, it } from 'vitest';
import type {
  InboxMessage,
  InboxPage,
  OperatorReview,
  ReviewAnswer,
  ReviewEntry,
} from '../../../src/protocol/review-resources.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import { fetchOnce } from '../../support/fetch-once.ts';
import { createFile, EventReader, only, problemOf, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import { balanceOf, entriesOf, historyOf, operatorCall, operatorSecret, signedIn } from './credit-user.ts';

/** A credit is a tenth of a cent: the turn below costs 0.2 of ten a day. */
const running = useRunning({
  CREDITS: 'on',
  CREDIT_USD: '0.001',
  OPERATOR_SECRET: operatorSecret,
  CLAUDE_RETRY_BASE_MS: '1',
  SUPPORT_EMAIL: 'help@example.com',
});

const uncached = { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
const usage = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
const overloaded: Answer = { error: { type: 'overloaded_error' } };
const done: Answer = { content: ['Done.'], usage };

/** Builds with these answers of Claude's, and waits until the account has settled the turn. */
async function build(visitor: Visitor, script: Answer[], session?: string) {
  const prompt = uniquePrompt('review');
  running.simulator.script(script, { text: prompt });
  const built = await visitor.build(prompt, session);
  const { turn, state } = only(built.events, 'turn_finished');
  await entriesOf(visitor, turn);
  return { session: built.session, turn, state, events: built.events };
}

const ask = (visitor: Visitor, session: string, more: object = {}) =>
  visitor.json<ReviewAnswer>('POST', '/api/account/reviews', { session, task: 'It cost too much', ...more });

const reviewsOf = (visitor: Visitor) => visitor.json<ReviewEntry[]>('GET', '/api/account/reviews');

async function operatorList<T>(path: string): Promise<InboxPage<T>> {
  const headers = { Authorization: `Bearer ${operatorSecret}` };
  const response = await fetchOnce(`${running.redraw.url}/api/operator/${path}`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as InboxPage<T>;
}

const decide = (id: string, decision: object) => operatorCall(running.redraw.url, `reviews/${id}`, decision);

describe('a review of high usage', () => {
  it('restores at once what a turn has cost in which Claude’s side failed, once', async () => {
    const visitor = await signedIn(running);
    const { session, turn } = await build(visitor, [overloaded, done]);
    const before = (await balanceOf(visitor)).total;
    const review = await ask(visitor, session);
    expect(review).toMatchObject({ state: 'restored', credits: 0.2, cost: 0.2, dueAt: null });
    expect(review.evidence.turns).toMatchObject([{ turn, faults: ['upstream'], upstreamFailures: 1, credits: 0.2 }]);
    expect((await balanceOf(visitor)).total).toBeCloseTo(before + 0.2, 6);
    expect((await historyOf(visitor)).entries[0]).toMatchObject({ kind: 'restored', amount: 0.2 });
    expect(await ask(visitor, session, { turns: [turn] })).toMatchObject({ state: 'submitted', credits: 0 });
    expect(await reviewsOf(visitor)).toMatchObject([{ state: 'submitted' }, { id: review.id, state: 'restored' }]);
  });

  it('restores no more than three in thirty days by itself', async () => {
    const visitor = await signedIn(running);
    const states: string[] = [];
    let session: string | undefined;
    for (let n = 0; n < 4; n++) {
      const built = await build(visitor, [overloaded, done], session);
      session = built.session;
      states.push((await ask(visitor, session)).state);
    }
    expect(states).toEqual(['restored', 'restored', 'restored', 'submitted']);
  });

  it('restores nothing for a prompt that ran in circles, and says what helps', async () => {
    const visitor = await signedIn(running);
    const input = { command: 'view', path: 'missing.txt' };
    const failing: Answer = { content: [{ type: 'tool_use', name: 'str_replace_based_edit_tool', input }], usage };
    const { session, events } = await build(visitor, [overloaded, failing, failing, failing]);
    expect(only(events, 'prompt_error').code).toBe('going_in_circles');
    const review = await ask(visitor, session);
    expect(review).toMatchObject({ state: 'submitted', credits: 0, tips: [{ code: 'describe_differently' }] });
    const due = new Date(review.dueAt ?? 0);
    expect([0, 6]).not.toContain(due.getUTCDay());
  });

  it('has nothing to restore where the turn was given back already', async () => {
    const visitor = await signedIn(running);
    const { session, turn, state } = await build(visitor, [
      { content: [createFile('a.txt', 'a')], usage },
      ...Array<Answer>(12).fill({ error: { type: 'api_error' } }),
    ]);
    expect(state).toBe('failed');
    expect(await ask(visitor, session, { turns: [turn] })).toMatchObject({ state: 'submitted', cost: 0, credits: 0 });
  });

  it('is decided once by an operator, who sees the evidence; the credits come once', async () => {
    const visitor = await signedIn(running);
    const { session } = await build(visitor, [done]);
    const { id, state, dueAt } = await ask(visitor, session, { contact: 'me@example.com' });
    expect([state, dueAt !== null]).toEqual(['submitted', true]);
    const { entries } = await operatorList<OperatorReview>('reviews?state=submitted');
    expect(entries.find((entry) => entry.id === id)).toMatchObject({
      task: 'It cost too much',
      note: { contact: 'me@example.com' },
      evidence: { turns: [{ credits: 0.2, faults: [] }] },
    });
    const before = (await balanceOf(visitor)).total;
    const confirmed = { decision: 'confirm', credits: 1.5, advice: 'Start fresh.' };
    for (let n = 0; n < 2; n++) expect((await decide(id, confirmed)).status).toBe(200);
    expect((await balanceOf(visitor)).total).toBeCloseTo(before + 1.5, 6);
    await problemOf(await decide(id, { decision: 'decline', advice: 'No.' }), 422, 'invalid_request');
    const [review] = await reviewsOf(visitor);
    expect(review).toMatchObject({ id, state: 'restored', credits: 1.5, advice: 'Start fresh.' });
    expect(review?.decidedAt).not.toBeNull();
  });

  it('that is declined gives nothing, and one that is confirmed without credits neither', async () => {
    const visitor = await signedIn(running);
    const { session } = await build(visitor, [done]);
    const [first, second] = [await ask(visitor, session), await ask(visitor, session)];
    const before = (await balanceOf(visitor)).total;
    await decide(first.id, { decision: 'decline', advice: 'It was a long task.' });
    await decide(second.id, { decision: 'confirm', advice: 'You are right.' });
    expect((await reviewsOf(visitor)).map(({ state }) => state)).toEqual(['confirmed', 'declined']);
    expect((await balanceOf(visitor)).total).toBe(before);
    await problemOf(await decide('a'.repeat(26), { decision: 'decline', advice: 'x' }), 404, 'not_found');
  });

  it('is for own projects and their own turns, and for the operator’s eyes only', async () => {
    const [visitor, stranger] = [await signedIn(running), await signedIn(running)];
    const { session } = await build(visitor, [done]);
    const body = { session, task: 'Mine?' };
    await problemOf(await stranger.call('POST', '/api/account/reviews', body), 404, 'not_found');
    const turns = ['a'.repeat(26)];
    const foreignTurn = await visitor.call('POST', '/api/account/reviews', { ...body, turns });
    expect(await problemOf(foreignTurn, 422, 'invalid_request')).toMatchObject({ reason: 'turns' });
    await problemOf(await fetchOnce(`${running.redraw.url}/api/operator/reviews`), 404, 'not_found');
  });
});

it('feedback and enquiries reach the operator, so many a day, and are forgotten with the account', async () => {
  const visitor = await signedIn(running);
  const { account } = await balanceOf(visitor);
  const { id } = await visitor.json<{ id: string }>('POST', '/api/account/feedback', { kind: 'bug', text: 'It broke' });
  const found = async (path: string) =>
    (await operatorList<InboxMessage>(path)).entries.filter((entry) => entry.account === account);
  expect(await found('feedback')).toMatchObject([{ id, kind: 'bug', text: 'It broke', session: null }]);
  const enquiry = { members: 5, budgetUsd: 200, text: 'A plan for us' };
  for (let n = 0; n < 5; n++) await visitor.json('POST', '/api/account/plan/enquiry', enquiry);
  const sixth = await visitor.call('POST', '/api/account/plan/enquiry', enquiry);
  expect(Number(sixth.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(await problemOf(sixth, 429, 'too_many_requests')).toMatchObject({ scope: 'enquiries', limit: 5 });
  expect((await found('enquiries'))[0]).toMatchObject({ text: 'A plan for us', wants: { members: 5, budgetUsd: 200 } });
  expect((await visitor.call('DELETE', '/api/account')).status).toBe(204);
  expect([await found('feedback'), await found('enquiries')]).toEqual([[], []]);
});

it('tells where people may write', async () => {
  const visitor = running.visitor();
  expect(await visitor.json('GET', '/api/plans')).toMatchObject({ supportEmail: 'help@example.com' });
});

it('restores at once what a turn has cost whose object was lost in a step', async () => {
  const visitor = await signedIn(running);
  const prompt = uniquePrompt('lost');
  const prose = 'A story that is told at length. '.repeat(20);
  const hanging = { content: [prose], usage, chunkSize: 20, gates: [{ before: 7, name: prompt }] };
  running.simulator.script([hanging, done], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const { session } = (await stream.until('session')).data as { session: string };
  await stream.until('text');
  await running.redraw.kill();
  await stream.rest().catch(() => undefined);
  await running.redraw.restart();
  const rest = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  await rest.until(({ type }) => type === 'turn_finished');
  await entriesOf(visitor, only(rest.seen, 'turn_finished').turn);
  const review = await ask(visitor, session);
  expect(review).toMatchObject({ state: 'restored', credits: 0.2 });
  expect(review.evidence.turns).toMatchObject([{ lost: 1, faults: ['lost_object'] }]);
}, 120_000);
