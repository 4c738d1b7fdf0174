import { expect, it } from 'vitest';
import { EventReader, only, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';
import { Visitor } from '../support/visitor.ts';

/** One account may have half of it and one address three quarters. */
const cap = 0.4;
const running = useRunning({ HOSTED_DAILY_USD: String(cap), ANON_TURN_LIMIT: '100', NEW_VISITORS_PER_ADDRESS: '4' });

class VisitorAt extends Visitor {
  readonly #address: string;

  constructor(address: string) {
    super(running.redraw.url);
    this.#address = address;
  }

  override call(method: string, path: string, body?: unknown): Promise<Response> {
    return super.call(method, path, body, { 'CF-Connecting-IP': this.#address });
  }
}

const spent = () =>
  rowsOf<{ usd: number }>(running.redraw, 'Treasury', 'spend_day', 'SELECT sum(microusd) / 1e6 AS usd FROM spend_day')
    .flat()
    .at(0)?.usd ?? 0;

/** What a turn costs whose reply has 40,000 tokens, at most. */
const turnUsd = 0.03;
const scriptFor = (prompt: string, gate?: string) =>
  running.simulator.script(
    [
      {
        usage: { input_tokens: 10, output_tokens: 40_000 },
        ...(gate === undefined ? {} : { gates: [{ before: 'headers' as const, name: gate }] }),
      },
    ],
    { text: prompt, repeatLast: true },
  );

/** Builds until a turn is refused. @returns by which share */
async function buildAll(visitor: Visitor): Promise<unknown> {
  for (let n = 0; n < 40; n++) {
    const prompt = uniquePrompt();
    scriptFor(prompt);
    const response = await visitor.call('POST', '/api/chat', { prompt });
    if (response.status !== 200) return ((await response.json()) as { scope: string }).scope;
    await new EventReader(response).rest();
  }
  return 'never refused';
}

it('prompts that waited while Redraw was killed count for the address that they came from', async () => {
  const [first, second, third] = Array.from({ length: 3 }, () => new VisitorAt('203.0.113.7')) as [
    VisitorAt,
    VisitorAt,
    VisitorAt,
  ];
  const held = uniquePrompt('held');
  scriptFor(held, held);
  const stream = new EventReader(await third.call('POST', '/api/chat', { prompt: held }));
  await stream.until('session');
  const { session } = only(stream.seen, 'session');
  const waiting = Array.from({ length: 6 }, () => uniquePrompt('waits'));
  for (const prompt of waiting) {
    scriptFor(prompt);
    expect((await third.call('POST', '/api/chat', { prompt, session })).status).toBe(202);
  }
  expect(await buildAll(first)).toBe('account');
  expect(await buildAll(second)).toBe('address');
  const before = spent();
  const rest = stream.rest().catch(() => []);
  await running.redraw.kill();
  await rest;
  await running.redraw.restart();
  running.simulator.release(held, Number.POSITIVE_INFINITY);
  const events = await new EventReader(await third.call('GET', `/api/sessions/${session}/events?after=0`)).rest();
  const refused = events.flatMap((event) => (event.type === 'prompt_error' ? [event.data.fields?.scope] : []));
  expect(refused).toEqual(waiting.map(() => 'address'));
  expect(spent()).toBeLessThanOrEqual(Math.max(before, cap * 0.75) + turnUsd);
});
