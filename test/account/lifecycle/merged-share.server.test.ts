import { expect, it } from 'vitest';
import { Authenticator } from '../../support/authenticator.ts';
import { EventReader, uniquePrompt, useRunning } from '../../support/running-redraw.ts';
import { rowsOf } from '../../support/state-folder.ts';
import { Visitor } from '../../support/visitor.ts';

/** One account may have half of it and one address three quarters. */
const cap = 0.4;
const running = useRunning({
  HOSTED_DAILY_USD: String(cap),
  ANON_TURN_LIMIT: '100',
  HOSTED_DAILY_TURNS: '100',
  NEW_VISITORS_PER_ADDRESS: '2',
});

class VisitorAt extends Visitor {
  address: string;

  constructor(address: string) {
    super(running.redraw.url);
    this.address = address;
  }

  override call(method: string, path: string, body?: unknown): Promise<Response> {
    return super.call(method, path, body, { 'CF-Connecting-IP': this.address });
  }
}

const spent = () =>
  rowsOf<{ usd: number }>(running.redraw, 'Treasury', 'spend_day', 'SELECT sum(microusd) / 1e6 AS usd FROM spend_day')
    .flat()
    .at(0)?.usd ?? 0;

/** Builds until a turn is refused. @returns by what */
async function buildAll(visitor: Visitor): Promise<unknown> {
  for (let n = 0; n < 40; n++) {
    const prompt = uniquePrompt();
    running.simulator.script([{ usage: { input_tokens: 10, output_tokens: 20_000 } }], { text: prompt });
    const response = await visitor.call('POST', '/api/chat', { prompt });
    if (response.status !== 200) return ((await response.json()) as { scope?: string }).scope;
    await new EventReader(response).rest();
  }
  return 'never refused';
}

it('a person has one share of an account, before and after the sign-up, and one address has its own whoever asks', async () => {
  const person = new VisitorAt('203.0.113.7');
  expect(await buildAll(person)).toBe('account');
  const asVisitor = spent();
  const authenticator = new Authenticator();
  await authenticator.register(person);
  expect(await buildAll(person)).toBe('account');
  person.address = '198.51.100.9';
  expect(await buildAll(person)).toBe('account');
  // A turn's rest at most.
  expect(spent()).toBeLessThanOrEqual(Math.max(asVisitor, cap / 2) + 0.015);

  // Signed out, and as a new visitor: the address has its share.
  person.address = '203.0.113.7';
  await person.call('POST', '/api/auth/sign-out', {});
  const next = new VisitorAt(person.address);
  expect(await buildAll(next)).toBe('address');
  expect(spent()).toBeLessThanOrEqual(cap * 0.75 + 0.015);
  // Who deletes the account and begins anew comes no further either.
  expect((await next.call('DELETE', '/api/account')).status).toBeLessThan(300);
  expect(await buildAll(new VisitorAt(person.address))).toBe('address');
});
