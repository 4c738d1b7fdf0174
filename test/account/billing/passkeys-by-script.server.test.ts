import { expect, it } from 'vitest';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { EventReader, only, problemOf, uniquePrompt } from '../../support/running-redraw.ts';
import { rowsOf } from '../../support/state-folder.ts';
import { useTurnstile } from '../../support/turnstile-redraw.ts';
import { Visitor } from '../../support/visitor.ts';

const trialTurns = 2;
const dailyTurns = 3;
const running = useTurnstile({
  NEW_VISITORS_PER_ADDRESS: '1',
  ANON_TURN_LIMIT: String(trialTurns),
  HOSTED_DAILY_TURNS: String(dailyTurns),
});

/** One caller of a script: a visitor at an address who passes Cloudflare's check whenever a token helps. */
class Caller extends Visitor {
  readonly address: string;
  readonly authenticator = new Authenticator();
  /** Dollars that the operator paid, and turns that ran, by payer. */
  usd = 0;
  readonly turns: string[] = [];
  readonly refusals: string[] = [];
  readonly #hasTokens: boolean;

  constructor(address: string, hasTokens = true) {
    super(running.url);
    this.address = address;
    this.#hasTokens = hasTokens;
  }

  override call(method: string, path: string, body?: unknown): Promise<Response> {
    return super.call(method, path, body, { 'CF-Connecting-IP': this.address });
  }

  /** Sends prompts until one is refused. */
  async buildAll(): Promise<void> {
    for (;;) {
      const turnstile = this.#hasTokens ? { turnstile: uniquePrompt('good') } : {};
      const response = await this.call('POST', '/api/chat', { prompt: uniquePrompt(), ...turnstile });
      if (response.status !== 200) {
        this.refusals.push(((await response.json()) as { code: string }).code);
        return;
      }
      const events = await new EventReader(response).rest();
      this.turns.push(only(events, 'session').payer);
      this.usd += only(events, 'usage').usd;
    }
  }

  /** Makes an account with a passkey. */
  async signUp(): Promise<void> {
    await this.json('GET', '/api/account');
    await this.authenticator.register(this);
  }
}

const detail = (visitor: Visitor): Promise<AccountDetail> => visitor.json('GET', '/api/account');

/** Dollars that the operator's budget has booked so far. */
const booked = (): number =>
  rowsOf<{ usd: number }>(running.redraw, 'Treasury', 'spend_day', 'SELECT sum(microusd) / 1e6 AS usd FROM spend_day')
    .flat()
    .reduce((sum, { usd }) => sum + usd, 0);

it('gives a script with 50 passkeys what one visitor gets', async () => {
  const before = booked();
  const one = new Caller('203.0.113.1');
  await one.buildAll();
  await one.signUp();
  await one.buildAll();
  expect(one.turns).toEqual(['trial', 'trial', 'hosted', 'hosted', 'hosted']);
  await expect.poll(booked).toBeCloseTo(before + one.usd, 5);

  const script = Array.from({ length: 50 }, () => new Caller('203.0.113.2'));
  await Promise.all(
    script.map(async (caller, n) => {
      // Half of them try the trial first, as the visitor did.
      if (n % 2 === 0) await caller.buildAll();
      await caller.signUp();
      await caller.buildAll();
    }),
  );
  const turns = script.flatMap((caller) => caller.turns);
  expect(turns.length).toBeLessThanOrEqual(one.turns.length);
  expect(script.filter((caller) => caller.turns.length > 0)).toHaveLength(1);
  const spent = script.reduce((sum, { usd }) => sum + usd, 0);
  expect(spent).toBeLessThan(one.usd * 1.2);
  await expect.poll(booked).toBeCloseTo(before + one.usd + spent, 5);
});

it('asks an account for the check before its first shared turn, once, and no account that pays itself', async () => {
  const bot = new Caller('203.0.113.3', false);
  await bot.signUp();
  expect((await detail(bot)).turnstile).toBe('site-key');
  const problem = await problemOf(await bot.call('POST', '/api/chat', { prompt: 'x' }), 403, 'challenge_required');
  expect(problem.siteKey).toBe('site-key');
  expect(await bot.json('GET', '/api/sessions')).toEqual([]);
  const token = uniquePrompt('good');
  expect((await bot.call('POST', '/api/chat', { prompt: 'x', turnstile: token })).status).toBe(200);
  expect((await detail(bot)).turnstile).toBeNull();
  expect((await bot.call('POST', '/api/chat', { prompt: 'y' })).status).toBe(200);

  const payer = new Caller('203.0.113.3', false);
  await payer.signUp();
  await payer.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-own-0123456789' });
  expect((await detail(payer)).turnstile).toBeNull();
  expect((await payer.build('mine')).events[0]).toMatchObject({ data: { payer: 'connection' } });
  // Without the connection the operator is to pay for the first time.
  await payer.json('DELETE', '/api/account/connection');
  await payer.buildAll();
  expect(payer.refusals).toEqual(['challenge_required']);
});

it('takes what a visitor has passed along into the account, and asks nothing again', async () => {
  const visitor = new Caller('203.0.113.4');
  await visitor.buildAll();
  await visitor.signUp();
  const questions = running.asked.length;
  expect((await detail(visitor)).turnstile).toBeNull();
  expect((await visitor.call('POST', '/api/chat', { prompt: 'on' })).status).toBe(200);
  expect(running.asked).toHaveLength(questions);
});

it('gives no second start to who signs out, deletes the account, merges, or moves within an IPv6 network', async () => {
  const first = new Caller('2001:db8:7:7::1');
  await first.buildAll();
  await first.signUp();
  await first.buildAll();
  expect(first.turns).toHaveLength(trialTurns + dailyTurns);

  // Signed out, and a new visitor from here, who then merges into the account.
  const second = new Caller('2001:db8:7:7::2');
  await second.buildAll();
  expect([second.turns, second.refusals]).toEqual([[], ['sign_in_required']]);
  second.authenticator.import(first.authenticator.export());
  await second.authenticator.login(second);
  await second.buildAll();
  expect(second.turns).toEqual([]);

  // The account is gone, and what it had used at this address is not.
  await first.call('DELETE', '/api/account', {});
  const third = new Caller('2001:db8:7:7::3');
  await third.signUp();
  await third.buildAll();
  expect([third.turns, third.refusals]).toEqual([[], ['hosted_budget_spent']]);
});

it('keeps a visitor’s cookie from being a second visitor, once its account was deleted', async () => {
  const visitor = new Caller('203.0.113.5');
  await visitor.buildAll();
  expect(visitor.turns).toHaveLength(trialTurns);
  const { cookie } = visitor;
  await visitor.call('DELETE', '/api/account', {});
  visitor.cookie = cookie;
  await visitor.buildAll();
  expect(visitor.turns).toHaveLength(trialTurns);
});
