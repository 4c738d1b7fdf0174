import { expect, it } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import { createFile, EventReader, only, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';
import { balanceOf, give, operatorCall, operatorSecret, signedIn } from './credit-user.ts';

/** The day's ten credits are a cent: about as much as one call may cost. */
const running = useRunning({ CREDITS: 'on', CREDIT_USD: '0.001', OPERATOR_SECRET: operatorSecret });

const dear = {
  input_tokens: 1_000,
  output_tokens: 15_000,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};

/** A turn that uses up the credits, with two prompts queued behind it, and the event that says what they wait for. */
async function spentWithQueue(visitor: Visitor) {
  const [first, second, third] = [uniquePrompt('dear'), uniquePrompt('second'), uniquePrompt('third')];
  running.simulator.script(
    [{ content: [createFile('a.txt', 'a')], usage: dear, gates: [{ before: 3, name: first }] }],
    {
      text: first,
    },
  );
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { prompt: first }));
  const { session } = (await stream.until('session')).data as { session: string };
  await running.simulator.waiting(first);
  for (const prompt of [second, third]) await visitor.json('POST', '/api/chat', { session, prompt });
  running.simulator.release(first);
  await stream.rest();
  expect(only(stream.seen, 'prompt_error').code).toBe('credits_spent');
  const log = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  const waits = (event: { type: string; data: unknown }) =>
    event.type === 'queued' && (event.data as EventData<'queued'>).items.some(({ waitsFor }) => waitsFor === 'credits');
  const { items } = (await log.until(waits)).data as EventData<'queued'>;
  return { session, second, third, items };
}

/** The prompts of a project in the order of their turns, once the queue is empty, with how each has ended. */
async function ended(visitor: Visitor, session: string, turns: number): Promise<[string, string][]> {
  const log = new EventReader(await visitor.call('GET', `/api/sessions/${session}/events?after=0`));
  let ends = 0;
  await log.until((event) => event.type === 'turn_finished' && ++ends === turns);
  const started = log.seen.flatMap((event) => (event.type === 'turn_started' ? [event.data] : []));
  return started.map(({ turn, prompt }) => {
    const end = log.seen.find((event) => event.type === 'turn_finished' && event.data.turn === turn);
    return [prompt, String((end?.data as { state?: string } | undefined)?.state)];
  });
}

it('queued prompts wait where the credits are spent, in their order, and go on by themselves once some are given', async () => {
  const visitor = await signedIn(running);
  const { session, second, third, items } = await spentWithQueue(visitor);
  expect(items.map(({ prompt, waitsFor }) => [prompt, waitsFor])).toEqual([
    [second, 'credits'],
    [third, 'credits'],
  ]);
  const { daily } = await balanceOf(visitor);
  expect(items.map(({ notBefore }) => notBefore)).toEqual([daily.resetsAt, daily.resetsAt]);
  await give(visitor, 100);
  expect((await ended(visitor, session, 3)).slice(1)).toEqual([
    [second, 'completed'],
    [third, 'completed'],
  ]);
});

it('and once a plan is given, or a Claude of their own is connected', async () => {
  const planned = await signedIn(running);
  const first = await spentWithQueue(planned);
  const { account } = await balanceOf(planned);
  await operatorCall(planned.url, 'plans', { account, plan: 'pro', until: null });
  expect((await ended(planned, first.session, 3)).map(([, state]) => state)).toEqual([
    'failed',
    'completed',
    'completed',
  ]);

  const connected = await signedIn(running);
  const { session } = await spentWithQueue(connected);
  await connected.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-api03-good-a1B2' });
  expect((await ended(connected, session, 3)).map(([, state]) => state)).toEqual(['failed', 'completed', 'completed']);
});

it('a prompt that waits only because another turn holds the credits goes on once that turn has ended', async () => {
  const visitor = await signedIn(running);
  const [holder, waiting] = [uniquePrompt('holder'), uniquePrompt('waiting')];
  const [first, second] = [await visitor.build(uniquePrompt('one')), await visitor.build(uniquePrompt('two'))];
  const cheap = { ...dear, output_tokens: 10 };
  running.simulator.script([{ content: ['Held.'], usage: cheap, gates: [{ before: 'headers', name: holder }] }], {
    text: holder,
  });
  running.simulator.script([{ content: ['Done.'], usage: cheap, gates: [{ before: 'headers', name: waiting }] }], {
    text: waiting,
  });
  const stream = new EventReader(await visitor.call('POST', '/api/chat', { session: first.session, prompt: holder }));
  await running.simulator.waiting(holder);
  // Set to a time, it comes from the queue.
  await visitor.json('POST', '/api/chat', { session: second.session, prompt: waiting, notBefore: Date.now() + 50 });
  const isWaiting = async () => {
    const log = await visitor.call('GET', `/api/sessions/${second.session}/events?after=0`);
    const events = await new EventReader(log).rest();
    return events.some(
      (event) => event.type === 'queued' && event.data.items.some(({ waitsFor }) => waitsFor === 'credits'),
    );
  };
  await expect.poll(isWaiting, { interval: 50 }).toBe(true);
  running.simulator.release(holder);
  await stream.rest();
  running.simulator.release(waiting);
  expect((await ended(visitor, second.session, 2)).at(-1)).toEqual([waiting, 'completed']);
});
