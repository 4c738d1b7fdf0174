import { expect, it } from 'vitest';
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
import { balanceOf, give, operatorSecret, signedIn } from './credit-user.ts';

/** What the operator gives away in a day is a dollar; one account has half of it at the most. */
const running = useRunning({
  CREDITS: 'on',
  HOSTED_DAILY_USD: '1',
  OPERATOR_SECRET: operatorSecret,
  NEW_VISITORS_PER_ADDRESS: '1000',
});

const at = (address: string) => ({ 'CF-Connecting-IP': address });

const drawn = (): number =>
  rowsOf<{ usd: number }>(
    running.redraw,
    'Treasury',
    'reservation',
    'SELECT coalesce(sum(microusd), 0) / 1e6 AS usd FROM reservation',
  ).flat()[0]?.usd ?? 0;

async function build(visitor: Visitor, address: string): Promise<string> {
  const prompt = uniquePrompt('given');
  running.simulator.script(toolTurn(createFile('a.txt', 'a')), { text: prompt });
  const response = await visitor.call('POST', '/api/chat', { prompt }, at(address));
  return only(await new EventReader(response).rest(), 'turn_finished').state;
}

it('what an account gives away is drawn once for several calls, and what is bought is outside of it', async () => {
  const before = drawn();
  const visitor = await signedIn(running);
  expect(await build(visitor, '203.0.113.7')).toBe('completed');
  expect(drawn() - before).toBeCloseTo(0.05, 6);
  expect(await build(visitor, '203.0.113.7')).toBe('completed');
  expect(drawn() - before).toBeCloseTo(0.05, 6);
});

it('strangers who have spent the day keep nobody from what was bought, and nobody gets more of what is given away', async () => {
  const usage = { input_tokens: 1, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 700_000 };
  for (let n = 0; drawn() < 0.99 && n < 9; n++) {
    const prompt = uniquePrompt('dear');
    running.simulator.script([{ content: ['Long.'], usage }], { text: prompt });
    const stranger = running.visitor();
    const response = await stranger.call('POST', '/api/chat', { prompt }, at(`198.51.100.${n + 1}`));
    if (response.status !== 200) break;
    await new EventReader(response).rest();
  }
  const visitor = await signedIn(running);
  const refused = await visitor.call('POST', '/api/chat', { prompt: 'Mine' }, at('203.0.113.8'));
  expect(await problemOf(refused, 402, 'hosted_budget_spent')).toMatchObject({ scope: 'budget' });
  await give(visitor, 10, { kind: 'reward' });
  await problemOf(
    await visitor.call('POST', '/api/chat', { prompt: 'Mine' }, at('203.0.113.8')),
    402,
    'hosted_budget_spent',
  );
  await give(visitor, 500, { kind: 'bundle' });
  const before = drawn();
  expect(await build(visitor, '203.0.113.8')).toBe('completed');
  expect(drawn()).toBe(before);
  await expect.poll(async () => (await balanceOf(visitor)).held, { interval: 20 }).toBe(0);
  const { daily, bonus } = await balanceOf(visitor);
  expect(daily.left).toBe(10);
  expect(bonus.left).toBeLessThan(510);
});
