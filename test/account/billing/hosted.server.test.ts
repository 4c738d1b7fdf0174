import { expect, it, vi } from 'vitest';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { EventReader, only, problemOf, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

const limit = 7;
const running = useRunning({ HOSTED_DAILY_TURNS: String(limit), ANON_TURN_LIMIT: '1', NEW_VISITORS_PER_ADDRESS: '3' });

async function user(): Promise<Visitor> {
  const visitor = running.visitor();
  await visitor.json('GET', '/api/account');
  await new Authenticator().register(visitor);
  return visitor;
}

const account = (visitor: Visitor): Promise<AccountDetail> => visitor.json('GET', '/api/account');

async function expectUsed(visitor: Visitor, used: number): Promise<void> {
  await vi.waitFor(async () => expect((await account(visitor)).hosted).toEqual({ used, limit }), { timeout: 60_000 });
}

it('gives a user exactly the turns of the day, of 100 prompts at once, and asks for a Claude of their own then', async () => {
  const visitor = await user();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => visitor.call('POST', '/api/chat', { prompt: uniquePrompt() })),
  );
  const taken = answers.filter(({ status }) => status === 200);
  expect(taken).toHaveLength(limit);
  for (const response of answers.filter(({ status }) => status !== 200)) {
    const problem = await problemOf(response, 402, 'hosted_budget_spent');
    expect(problem).toMatchObject({ limit, detail: expect.stringContaining('Connect your own Claude to go on') });
  }
  for (const response of taken) {
    const events = await new EventReader(response).rest();
    expect(only(events, 'session')).toMatchObject({ payer: 'hosted', trial: null, model: 'claude-haiku-5-5' });
    expect(only(events, 'usage').payer).toBe('hosted');
    // No trial turn was used up.
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: false });
  }
  await expectUsed(visitor, limit);
  expect(await account(visitor)).toMatchObject({ kind: 'user', payer: 'hosted', trial: { used: 0, limit: 1 } });
});

it('gives back what failed through no fault of the user', async () => {
  const visitor = await user();
  const prompt = uniquePrompt();
  running.simulator.script([{ status: 400 }], { text: prompt });
  expect(only((await visitor.build(prompt)).events, 'turn_finished')).toMatchObject({ state: 'failed' });
  await expectUsed(visitor, 0);
  await visitor.build(uniquePrompt());
  await expectUsed(visitor, 1);
});

it('goes on with the project of the trial: first on the shared key, then on the own Claude', async () => {
  const visitor = running.visitor();
  const { session, events } = await visitor.build(uniquePrompt());
  expect(only(events, 'session').payer).toBe('trial');
  await problemOf(await visitor.call('POST', '/api/chat', { prompt: 'more', session }), 403, 'sign_in_required');
  await new Authenticator().register(visitor);
  expect(only((await visitor.build(uniquePrompt(), session)).events, 'session').payer).toBe('hosted');
  await expectUsed(visitor, 1);
  await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-own-0123456789' });
  expect(only((await visitor.build(uniquePrompt(), session)).events, 'session').payer).toBe('connection');
  expect(await account(visitor)).toMatchObject({
    kind: 'user',
    payer: 'connection',
    hosted: null,
    trial: { used: 1, limit: 1 },
  });
});
