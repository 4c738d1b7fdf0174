import { expect, it } from 'vitest';
import type { AccountDetail, SessionDetail } from '../../src/protocol/resources.ts';
import {
  createFile,
  EventReader,
  expectTrialUsed,
  only,
  problemOf,
  uniquePrompt,
  useRunning,
} from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';
import type { Visitor } from '../support/visitor.ts';

/** Covers a few concurrent calls at their maximum cost, or many cheap ones. */
const cap = 0.5;
const running = useRunning({ HOSTED_DAILY_USD: String(cap), ANON_TURN_LIMIT: '1000' });

interface Spend {
  spent: number;
  open: number;
}

function spend(): Spend {
  const one = <T>(table: string, query: string) => rowsOf<T>(running.redraw, 'Treasury', table, query).flat()[0];
  return {
    spent: one<{ usd: number }>('spend_day', 'SELECT sum(microusd) / 1e6 AS usd FROM spend_day')?.usd ?? 0,
    open: one<{ n: number }>('reservation', 'SELECT count(*) AS n FROM reservation WHERE NOT settled')?.n ?? 0,
  };
}

interface Reservation {
  microusd: number;
  settled: number;
}

const reservations = (): Reservation[] =>
  rowsOf<Reservation>(running.redraw, 'Treasury', 'reservation', 'SELECT microusd, settled FROM reservation').flat();

const sum = (rows: readonly Reservation[]): number => rows.reduce((total, { microusd }) => total + microusd, 0);

it('settles each call at what it used', async () => {
  const visitor = running.visitor();
  const { events } = await visitor.build(uniquePrompt());
  const { usd } = only(events, 'usage');
  expect(usd).toBeGreaterThan(0);
  await expect.poll(spend).toEqual({ spent: expect.closeTo(usd, 5), open: 0 });
});

it('keeps the cap when a hundred turns start at once: by what Claude reports, and what was stopped by its prompt', async () => {
  const before = spend().spent;
  // So many that none of them reaches its share.
  const visitors = Array.from({ length: 10 }, () => running.visitor());
  await Promise.all(visitors.map((visitor) => visitor.json('GET', '/api/account')));
  const senderOf = (n: number) => visitors[n % visitors.length] ?? running.visitor();
  const gate = uniquePrompt('gate');
  running.simulator.script(() => ({ gates: [{ before: 'headers', name: gate }] }), { text: gate });
  const responses = await Promise.all(
    Array.from({ length: 100 }, (_, n) => senderOf(n).call('POST', '/api/chat', { prompt: `${gate} ${100 + n}` })),
  );
  const turns: EventReader[] = [];
  const senders: Visitor[] = [];
  for (const [n, response] of responses.entries()) {
    if (response.status === 200) {
      turns.push(new EventReader(response));
      senders.push(senderOf(n));
      continue;
    }
    const problem = await problemOf(response, 402, 'hosted_budget_spent');
    expect(problem.detail).toContain("Today's shared budget is spent.");
  }
  for (const turn of turns) await turn.until('session');
  const sessions = turns.map(({ seen }) => only(seen, 'session').session);
  let ended = 0;
  const ends = turns.map((turn) => turn.rest().finally(() => void ended++));

  // Each turn has reserved its call, or was refused because the budget is spent.
  await expect.poll(() => spend().open + ended).toBe(turns.length);
  const flying = reservations().filter(({ settled }) => settled === 0);
  const each = flying[0]?.microusd ?? 0;
  const { spent } = spend();
  expect(spent).toBeLessThanOrEqual(cap);
  expect(spent).toBeGreaterThan(cap - each / 1e6);
  expect(spent).toBeCloseTo(before + sum(flying) / 1e6, 9);

  // The first one was stopped before its first token.
  const waiting = [];
  for (const [at, session] of sessions.entries()) {
    const { running: turn } = (await senders[at]?.json<SessionDetail>('GET', `/api/sessions/${session}`)) ?? {};
    if (turn !== null) waiting.push(at);
  }
  expect(waiting).toHaveLength(flying.length);
  await running.simulator.waiting(gate, flying.length);
  const stopped = waiting.slice(0, 5);
  await Promise.all(stopped.map((at) => senders[at]?.call('POST', `/api/sessions/${sessions[at]}/stop`, {})));
  running.simulator.release(gate, Number.POSITIVE_INFINITY);
  const logs = await Promise.all(ends);

  let reported = 0;
  let completed = 0;
  for (const [at, events] of logs.entries()) {
    const { state, counted } = only(events, 'turn_finished');
    if (stopped.includes(at)) expect({ state, counted }).toEqual({ state: 'stopped', counted: false });
    else if (state === 'failed') {
      expect(counted).toBe(false);
      expect(only(events, 'prompt_error').code).toBe('hosted_budget_spent');
    } else {
      expect({ state, counted }).toEqual({ state: 'completed', counted: true });
      completed += 1;
      reported += Math.ceil(Number((only(events, 'usage').usd * 1e6).toFixed(6)));
    }
  }
  expect(completed).toBe(flying.length - stopped.length);
  // Nothing came of a reply of 32,000 tokens at half a dollar a million.
  const prompt = each - 16_000;
  const owed = before + (reported + stopped.length * prompt) / 1e6;
  await expect.poll(() => spend().open).toBe(0);
  expect(spend().spent).toBeCloseTo(owed, 9);
  const used = async () => {
    const accounts = await Promise.all(visitors.map((one) => one.json<AccountDetail>('GET', '/api/account')));
    return accounts.reduce((total, { trial }) => total + trial.used, 0);
  };
  await expect.poll(used).toBe(completed);
  const projects = await Promise.all(visitors.map((one) => one.json<unknown[]>('GET', '/api/sessions')));
  expect(projects.flat()).toHaveLength(turns.length);
});

it('ends a turn when the budget is spent in the middle of it, gives it back, and refuses the next before it begins', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  // Far more than was reserved: actual use is settled in full.
  const usage = { input_tokens: 10, output_tokens: 1_000_000 };
  running.simulator.script([{ content: [createFile('a.txt', 'a'), createFile('b.txt', 'b')], usage }, {}], {
    text: prompt,
  });
  const { session, events } = await visitor.build(prompt);
  expect(only(events, 'prompt_error')).toMatchObject({ code: 'hosted_budget_spent', retryable: true });
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
  expect(only(events, 'version')).toMatchObject({ changed: ['a.txt', 'b.txt'] });
  expect(events.findIndex(({ type }) => type === 'prompt_error')).toBeLessThan(events.length - 1);
  await expectTrialUsed(visitor, 0);

  for (const body of [{ prompt: 'more' }, { prompt: 'more', session }])
    await problemOf(await visitor.call('POST', '/api/chat', body), 402, 'hosted_budget_spent');
  expect(await visitor.json('GET', '/api/sessions')).toHaveLength(1);
  const newcomer = running.visitor();
  await problemOf(await newcomer.call('POST', '/api/chat', { prompt: 'x' }), 402, 'hosted_budget_spent');
  expect(await newcomer.json('GET', '/api/sessions')).toEqual([]);
});
