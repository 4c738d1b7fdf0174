import { expect, it } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import type { Answer, Gate } from '../../claude-simulator/script.ts';
import { longRun } from '../../support/long-run.ts';
import { createFile, EventReader, only, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import { balanceOf, entriesOf, give, operatorSecret, signedIn } from './credit-user.ts';

const running = useRunning({ CREDITS: 'on', OPERATOR_SECRET: operatorSecret, HOSTED_DAILY_USD: '1000' });

const usage = {
  input_tokens: 1_000,
  output_tokens: 200,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};
const prose = 'A story that is told at length. '.repeat(20);
const writes: Answer = { content: [prose, createFile('a.txt', 'a')], usage, chunkSize: 40 };
const ends: Answer = { content: [prose], usage, chunkSize: 40 };

/** Where everything is killed: in a model call, before its answer or in it, or once the turn has ended and is about to be settled. */
const points: readonly { name: string; script(gate: Gate): Answer[]; before: Gate['before'] }[] = [
  {
    name: 'held, before the answer',
    before: 'headers',
    script: (gate) => [{ ...writes, gates: [gate] }, writes, ends],
  },
  { name: 'in the first answer', before: 6, script: (gate) => [{ ...writes, gates: [gate] }, writes, ends] },
  { name: 'held while a tool ran', before: 'headers', script: (gate) => [writes, { ...ends, gates: [gate] }, ends] },
  { name: 'in the second answer', before: 6, script: (gate) => [writes, { ...ends, gates: [gate] }, ends] },
  { name: 'about to be settled', before: 0, script: () => [writes, ends] },
];

async function killedTurn(visitor: Visitor, { before, script }: (typeof points)[number]): Promise<EventData<'usage'>> {
  const prompt = uniquePrompt('killed');
  running.simulator.script(script({ before, name: prompt }), { text: prompt });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt }));
  const { session } = (await stream.until('session')).data as { session: string };
  if (before === 0) await stream.until('turn_finished');
  else await running.simulator.waiting(prompt);
  await running.redraw.kill();
  await stream.rest().catch(() => undefined);
  await running.redraw.restart();
  const rest = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  await rest.until(({ type }) => type === 'turn_finished');
  expect(only(rest.seen, 'turn_finished').state).toBe('completed');
  return only(rest.seen, 'usage');
}

it('killed between hold, call and settlement, fifty times in a long run, each turn is paid once, and nothing stays held', async () => {
  const { numRuns } = longRun(points.length, 50);
  const visitor = await signedIn(running);
  await give(visitor, 1_000);
  const before = (await balanceOf(visitor)).total;
  let spent = 0;
  for (let n = 0; n < numRuns; n++) {
    const point = points[n % points.length];
    if (!point) continue;
    const { turn, credits } = await killedTurn(visitor, point);
    // Two answers that arrived whole: nobody pays for the one that was lost.
    expect([point.name, credits?.total]).toEqual([point.name, 0.04]);
    expect((await entriesOf(visitor, turn)).map(({ kind, amount }) => [kind, amount])).toEqual([['turn', -0.04]]);
    spent += 4;
    // Four of the plan's projects at the most: the next is a new one again.
    for (const each of await visitor.json<{ session: string }[]>('GET', '/api/sessions'))
      await visitor.call('DELETE', `/api/sessions/${each.session}`);
  }
  await expect.poll(async () => (await balanceOf(visitor)).held, { interval: 20 }).toBe(0);
  expect(Math.round((await balanceOf(visitor)).total * 100)).toBe(Math.round(before * 100) - spent);
}, 600_000);
