import { expect, it } from 'vitest';
import { costUsd } from '../../src/claude/model-catalogue.ts';
import { longRun } from '../support/long-run.ts';
import { EventReader, only, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';

/** A small day: eleven calls of the most that they may cost. */
const running = useRunning({
  HOSTED_DAILY_USD: '0.25',
  ANON_TURN_LIMIT: '1001',
  NEW_VISITORS_PER_ADDRESS: '1000',
});

/** Dollars that are booked, and calls that still stand at what they have reserved. */
function booked(): { usd: number; open: number } {
  const rows = rowsOf<{ usd: number; open: number }>(
    running.redraw,
    'Treasury',
    'reservation',
    'SELECT coalesce(sum(microusd), 0) / 1e6 AS usd, coalesce(sum(NOT settled), 0) AS open FROM reservation',
  );
  return rows.flat()[0] ?? { usd: 0, open: 0 };
}

const usage = { input_tokens: 50, cache_read_input_tokens: 4_000, cache_creation_input_tokens: 0 };
const costOf = (outputTokens: number): number =>
  costUsd('claude-haiku-5-5', { inputTokens: 50, outputTokens, cacheReadTokens: 4_000, cacheWriteTokens: 0 });
const prose = 'A story that is told at length. '.repeat(20);

it('books the stopped turns of one visitor at what was streamed', async () => {
  const { numRuns } = longRun(40, 1_000);
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const before = booked();
  for (let n = 0; n < numRuns; n++) {
    const prompt = uniquePrompt('stopped');
    const answer = { content: [prose], usage, chunkSize: 20, gates: [{ before: 7, name: prompt }] };
    running.simulator.script([answer], { text: prompt });
    const stream = new EventReader(await visitor.call('POST', '/api/chat', { session, prompt }));
    let text = 0;
    await stream.until((event) => {
      if (event.type === 'text') text += event.data.delta.length;
      return text >= 80;
    });
    expect((await visitor.call('POST', `/api/sessions/${session}/stop`, {})).status).toBe(200);
    const { state, counted } = only(await stream.rest(), 'turn_finished');
    expect({ state, counted }).toEqual({ state: 'stopped', counted: true });
  }
  await expect.poll(() => booked().open).toBe(0);
  const spent = booked().usd - before.usd;
  // Four letters of the simulator are a token; rounded up, three are.
  expect(spent).toBeGreaterThanOrEqual(numRuns * costOf(80 / 4));
  expect(spent).toBeLessThan(1.05 * numRuns * costOf(80 / 3));
  // And the day goes on.
  expect(only((await visitor.build(uniquePrompt(), session)).events, 'turn_finished').state).toBe('completed');
});

it('books a call that was lost with its object by what of it was stored, and the turn goes on', async () => {
  const visitor = running.visitor();
  const before = booked();
  const prompt = uniquePrompt('lost');
  const hanging = { content: [prose], usage, chunkSize: 20, gates: [{ before: 7, name: prompt }] };
  running.simulator.script([hanging, { content: ['All there.'], usage }], { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const { session } = (await stream.until('session')).data as { session: string };
  await stream.until('text');
  const [reserved] = rowsOf<{ usd: number }>(
    running.redraw,
    'Treasury',
    'reservation',
    'SELECT microusd / 1e6 AS usd FROM reservation WHERE NOT settled',
  ).flat();
  await running.redraw.kill();
  await stream.rest().catch(() => undefined);
  await running.redraw.restart();
  const rest = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  await rest.until(({ type }) => type === 'turn_finished');
  expect(only(rest.seen, 'turn_finished').state).toBe('completed');
  await expect.poll(() => booked().open).toBe(0);
  const spent = booked().usd - before.usd - costOf(10);
  // The prompt as it is estimated, and no reply of 32,000 tokens.
  expect(spent).toBeGreaterThan(costOf(20));
  expect(spent).toBeLessThan((reserved?.usd ?? 0) / 4);
}, 120_000);

it('books half a day at the most for one visitor, and the others go on', async () => {
  const greedy = running.visitor();
  const dear = { ...usage, output_tokens: 100_000 };
  const codes: string[] = [];
  for (let n = 0; n < 6 && codes.length === 0; n++) {
    const prompt = uniquePrompt('dear');
    running.simulator.script([{ content: ['Long.'], usage: dear }], { text: prompt });
    const response = await greedy.call('POST', '/api/chat', { prompt }, { 'CF-Connecting-IP': '203.0.113.1' });
    if (response.status === 200) await new EventReader(response).rest();
    else codes.push(JSON.stringify(await response.json()));
  }
  expect(JSON.parse(codes[0] ?? '{}')).toMatchObject({ code: 'hosted_budget_spent', status: 402, scope: 'account' });
  const other = running.visitor();
  const theirs = await other.call('POST', '/api/chat', { prompt: 'mine' }, { 'CF-Connecting-IP': '203.0.113.2' });
  expect(only(await new EventReader(theirs).rest(), 'turn_finished').state).toBe('completed');
});
