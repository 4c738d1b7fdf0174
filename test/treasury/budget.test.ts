import { expect, it } from 'vitest';
import { create, expectTrialUsed, only, problemOf, uniquePrompt, useRunning } from '../support/running.ts';
import { rowsOf } from '../support/state-folder.ts';

/** Enough for two calls at their dearest at once, or for many that turn out cheap. */
const running = useRunning({ HOSTED_DAILY_USD: '0.5', ANON_TURN_LIMIT: '100' });

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

it('settles each call at what it used', async () => {
  const visitor = running.visitor();
  const { events } = await visitor.build(uniquePrompt());
  const { usd } = only(events, 'usage');
  expect(usd).toBeGreaterThan(0);
  await expect.poll(spend).toEqual({ spent: expect.closeTo(usd, 5), open: 0 });
});

it('keeps the cap when many turns start at once, and says so', async () => {
  const before = spend().spent;
  const visitor = running.visitor();
  await visitor.json('GET', '/api/account');
  const gate = uniquePrompt('gate');
  running.simulator.script(() => ({ gates: [{ before: 'headers', name: gate }] }), { text: gate });
  const answers = Array.from({ length: 12 }, (_, n) => visitor.call('POST', '/api/chat', { prompt: `${gate} ${n}` }));
  const responses = await Promise.all(answers);
  const taken = responses.filter(({ status }) => status === 200);
  const refused = responses.filter(({ status }) => status !== 200);
  for (const response of refused) {
    const problem = await problemOf(response, 402, 'hosted_budget_spent');
    expect(problem.detail).toContain("Today's shared budget is spent.");
  }
  await expect.poll(() => spend().spent).toBeGreaterThan(before);
  expect(spend().spent).toBeLessThanOrEqual(0.5);
  running.simulator.release(gate, Number.POSITIVE_INFINITY);
  const ends = await Promise.all(taken.map((response) => response.text()));
  const completed = ends.filter((text) => text.includes('"state":"completed","counted":true'));
  const spent = ends.filter(
    (text) => text.includes('"code":"hosted_budget_spent"') && text.includes('"state":"failed","counted":false'),
  );
  expect(completed.length).toBeGreaterThan(0);
  expect(completed.length + spent.length).toBe(taken.length);
  await expectTrialUsed(visitor, completed.length);
  expect(await visitor.json('GET', '/api/sessions')).toHaveLength(taken.length);
});

it('ends a turn when the budget is spent in the middle of it, gives it back, and refuses the next before it begins', async () => {
  const visitor = running.visitor();
  const prompt = uniquePrompt();
  // Far more than was reserved for it: what was used is paid all the same.
  const usage = { input_tokens: 10, output_tokens: 1_000_000 };
  running.simulator.script([{ content: [create('a.txt', 'a'), create('b.txt', 'b')], usage }, {}], { text: prompt });
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
