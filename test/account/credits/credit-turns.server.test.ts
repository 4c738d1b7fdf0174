import { describe, expect, it } from 'vitest';
import type { EventData, RedrawEvent } from '../../../src/protocol/events.ts';
import type { AccountDetail, ModelEntry } from '../../../src/protocol/resources.ts';
import type { Answer } from '../../claude-simulator/script.ts';
import {
  createFile,
  EventReader,
  only,
  problemOf,
  toolTurn,
  uniquePrompt,
  useRunning,
} from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import { balanceOf, entriesOf, give, historyOf, operatorCall, operatorSecret, signedIn } from './credit-user.ts';

/** A credit is a tenth of a cent, so that the day's ten are a cent: about as much as one call may cost. */
const running = useRunning({
  CREDITS: 'on',
  CREDIT_USD: '0.001',
  CREDIT_MARKUP_PERCENT: '10',
  OPERATOR_SECRET: operatorSecret,
  CLAUDE_RETRY_BASE_MS: '1',
});

const uncached = { cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

/** Sends a prompt that Claude answers so, and reads the turn to its end. */
async function build(visitor: Visitor, script: Answer[], session?: string) {
  const prompt = uniquePrompt('credits');
  running.simulator.script(script, { text: prompt });
  const built = await visitor.build(prompt, session);
  return { ...built, prompt, receipt: only(built.events, 'usage'), end: only(built.events, 'turn_finished') };
}

const microSum = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + Math.round(n * 1e6), 0);

describe('a turn on credits', () => {
  it('is paid, and its receipt is what the history and the balance say', async () => {
    const visitor = await signedIn(running);
    const usage = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
    const { events, receipt, end } = await build(visitor, [
      { content: [createFile('a.txt', 'a')], usage },
      { content: ['Done.'], usage },
    ]);
    expect(only(events, 'session').payer).toBe('credits');
    // Twice 1,000 tokens at 0.1 dollars a million and 200 at 0.5: 0.0004 dollars, 0.4 credits, and ten percent on top.
    expect(receipt).toMatchObject({
      payer: 'credits',
      credits: { total: 0.44, markupPercent: 10, split: { daily: 0.44, subscription: 0, pool: 0, bonus: 0 } },
    });
    expect(await entriesOf(visitor, end.turn)).toMatchObject([
      {
        ...{ kind: 'turn', amount: -0.44, model: 'claude-haiku-5-5', split: { daily: -0.44 } },
        tokens: { input: 2_000, output: 400, cacheRead: 0, cacheWrite: 0 },
      },
    ]);
    expect(await balanceOf(visitor)).toMatchObject({ total: 9.56, held: 0 });
  });

  it('that runs out in the middle ends there: what was written is a version, and the next prompt is told the balance', async () => {
    const visitor = await signedIn(running);
    const dear = { ...uncached, input_tokens: 1_000, output_tokens: 14_000 };
    const { events, receipt, session, end } = await build(visitor, [
      { content: [createFile('a.txt', 'a')], usage: dear },
    ]);
    expect(end.state).toBe('failed');
    expect(only(events, 'prompt_error')).toMatchObject({ code: 'credits_spent', retryable: true });
    expect(only(events, 'version').changed).toEqual(['a.txt']);
    expect(receipt.credits?.total).toBe(7.81);
    await entriesOf(visitor, end.turn);
    const refused = await visitor.call('POST', '/api/chat', { session, prompt: 'More' });
    expect(await problemOf(refused, 402, 'credits_spent')).toMatchObject({ balance: 2.19 });
    await give(visitor, 100);
    expect((await build(visitor, toolTurn(createFile('b.txt', 'b')), session)).end.state).toBe('completed');
    expect(await visitor.json('GET', `/api/sessions/${session}/files`)).toMatchObject([
      { path: 'a.txt' },
      { path: 'b.txt' },
    ]);
  });

  it('asks for no longer reply than the balance pays', async () => {
    const visitor = await signedIn(running);
    const { prompt } = await build(visitor, [{}]);
    const [request] = running.simulator.requests.filter(({ rawBody }) => rawBody.includes(prompt));
    const { max_tokens: granted = 0 } = request?.body ?? {};
    expect(granted).toBeGreaterThan(4_000);
    expect(granted).toBeLessThan(32_000);
  });

  it('that failed through Claude’s fault is given back, and says so', async () => {
    const visitor = await signedIn(running);
    const usage = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
    const { receipt, end } = await build(visitor, [
      { content: [createFile('a.txt', 'a')], usage },
      ...Array<Answer>(12).fill({ error: { type: 'api_error' } }),
    ]);
    expect(end.state).toBe('failed');
    expect(receipt.credits).toMatchObject({ total: 0, split: { daily: 0 } });
    const entries = await entriesOf(visitor, end.turn);
    expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['returned', 0.22],
      ['turn', -0.22],
    ]);
    expect(await balanceOf(visitor)).toMatchObject({ total: 10, held: 0 });
  });

  it('that Claude declines at its end is paid but for the answer that was declined: nobody builds for nothing by such an end', async () => {
    const visitor = await signedIn(running);
    const usage = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
    const { receipt, end } = await build(visitor, [
      { content: [createFile('a.txt', 'a')], usage },
      { content: ['No.'], stopReason: 'refusal', usage },
    ]);
    expect([end.state, receipt.credits?.total]).toEqual(['failed', 0.22]);
    expect((await entriesOf(visitor, end.turn)).map(({ kind, amount }) => [kind, amount])).toEqual([['turn', -0.22]]);
  });

  it('charges nothing for an attempt that broke off, and what was streamed of a call that was stopped', async () => {
    const visitor = await signedIn(running);
    const usage = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
    const cut = await build(visitor, [
      { content: ['Half a sen'], usage, cut: 4 },
      { content: ['A whole sentence.'], usage },
    ]);
    expect(cut.receipt.credits?.total).toBe(0.22);
    const prompt = uniquePrompt('stopped');
    const prose = 'A story that is told at length. '.repeat(20);
    running.simulator.script([{ content: [prose], usage, chunkSize: 20, gates: [{ before: 7, name: prompt }] }], {
      text: prompt,
    });
    const stream = new EventReader(await visitor.call('POST', '/api/chat', { session: cut.session, prompt }));
    await stream.until('text');
    await visitor.json('POST', `/api/sessions/${cut.session}/stop`, {});
    const stopped = only(await stream.rest(), 'usage');
    expect(stopped.credits?.total).toBeGreaterThan(0.11);
    expect(stopped.credits?.total).toBeLessThan(0.22);
    const end = only(stream.seen, 'turn_finished');
    expect((await entriesOf(visitor, end.turn)).map(({ amount }) => -amount)).toEqual([stopped.credits?.total]);
  });

  it('builds with no model that the plan does not have, until the plan has it', async () => {
    const visitor = await signedIn(running);
    const allowed = async () =>
      (await visitor.json<ModelEntry[]>('GET', '/api/models')).filter((model) => model.allowed).map(({ id }) => id);
    expect(await allowed()).toEqual(['claude-haiku-5-5']);
    const model = 'claude-sonnet-5-5';
    const refused = await visitor.call('POST', '/api/chat', { prompt: 'Build', model });
    expect(await problemOf(refused, 403, 'subscription_required')).toMatchObject({ reason: 'not_in_plan', model });
    const { account } = await balanceOf(visitor);
    const until = Date.now() + 3_600_000;
    await operatorCall(visitor.url, 'plans', { account, plan: 'pro', until });
    expect(await allowed()).toHaveLength(5);
    const prompt = uniquePrompt('sonnet');
    const response = await visitor.call('POST', '/api/chat', { prompt, model });
    expect(only(await new EventReader(response).rest(), 'usage').model).toBe(model);
    // Of what no price is known nothing can be held for.
    await problemOf(
      await visitor.call('POST', '/api/chat', { prompt: 'Build', model: 'claude-unknown-9' }),
      403,
      'subscription_required',
    );
  });

  it('makes no more projects than the plan has room for, and goes on in those that are there', async () => {
    const visitor = await signedIn(running);
    await give(visitor, 100);
    const sessions: string[] = [];
    for (let n = 0; n < 5; n++) sessions.push((await build(visitor, [{}])).session);
    const sixth = await visitor.call('POST', '/api/chat', { prompt: 'One more' });
    expect(await problemOf(sixth, 403, 'subscription_required')).toMatchObject({ reason: 'projects', limit: 5 });
    expect((await build(visitor, [{}], sessions[0])).end.state).toBe('completed');
    await visitor.call('DELETE', `/api/sessions/${sessions[1]}`);
    expect((await build(visitor, [{}])).end.state).toBe('completed');
  });
});

it('of many turns at once, none overdraws the balance, and the history adds up with the receipts', async () => {
  const visitor = await signedIn(running);
  const { account } = await balanceOf(visitor);
  await operatorCall(visitor.url, 'plans', { account, plan: 'pro', until: null });
  await give(visitor, 20);
  const before = (await balanceOf(visitor)).total;
  const usage = { ...uncached, input_tokens: 2_000, output_tokens: 3_000 };
  const answers = await Promise.all(
    Array.from({ length: 24 }, async (): Promise<RedrawEvent[]> => {
      const prompt = uniquePrompt('many');
      running.simulator.script([{ content: ['Done.'], usage }], { text: prompt });
      const response = await visitor.call('POST', '/api/chat', { prompt });
      return response.status === 200 ? new EventReader(response).rest() : [];
    }),
  );
  const receipts = answers.flatMap((events) =>
    events.flatMap((event) => (event.type === 'usage' ? [event.data as EventData<'usage'>] : [])),
  );
  expect(receipts.length).toBeGreaterThan(3);
  await expect.poll(async () => (await balanceOf(visitor)).held, { interval: 20 }).toBe(0);
  const spent = microSum(receipts.map(({ credits }) => credits?.total ?? 0));
  const { entries } = await historyOf(visitor);
  expect(-microSum(entries.filter(({ kind }) => kind === 'turn').map(({ amount }) => amount))).toBe(spent);
  expect(microSum([(await balanceOf(visitor)).total])).toBe(microSum([before]) - spent);
});

it('a call that was lost with its object is not charged, and the turn goes on', async () => {
  const visitor = await signedIn(running);
  const prompt = uniquePrompt('lost');
  const usage = { ...uncached, input_tokens: 1_000, output_tokens: 200 };
  const prose = 'A story that is told at length. '.repeat(20);
  const hanging = { content: [prose], usage, chunkSize: 20, gates: [{ before: 7, name: prompt }] };
  running.simulator.script([hanging, { content: ['All there.'], usage }], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const { session } = (await stream.until('session')).data as { session: string };
  await stream.until('text');
  await running.redraw.kill();
  await stream.rest().catch(() => undefined);
  await running.redraw.restart();
  const rest = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  await rest.until(({ type }) => type === 'turn_finished');
  expect(only(rest.seen, 'turn_finished').state).toBe('completed');
  expect(only(rest.seen, 'usage').credits?.total).toBe(0.22);
  await entriesOf(visitor, only(rest.seen, 'turn_finished').turn);
  expect(await balanceOf(visitor)).toMatchObject({ total: 9.78, held: 0 });
}, 120_000);

it('a connected account sees no meter, and picks any model on the plan that everybody has', async () => {
  const visitor = await signedIn(running);
  await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-api03-good-a1B2' });
  const { payer, credits } = await visitor.json<AccountDetail>('GET', '/api/account');
  expect({ payer, credits }).toEqual({ payer: 'connection', credits: null });
  const prompt = uniquePrompt('own');
  const response = await visitor.call('POST', '/api/chat', { prompt, model: 'claude-opus-5-5' });
  const receipt = only(await new EventReader(response).rest(), 'usage');
  expect([receipt.model, receipt.payer, receipt.credits]).toEqual(['claude-opus-5-5', 'connection', undefined]);
});
