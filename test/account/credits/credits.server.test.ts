import { describe, expect, it } from 'vitest';
import type { CreditEntry, PlansDetail } from '../../../src/protocol/credit-resources.ts';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { problemOf, useRunning } from '../../support/running-redraw.ts';
import { balanceOf, give, historyOf, operatorCall, operatorSecret, signedIn } from './credit-user.ts';

const secret = operatorSecret;
const running = useRunning({ CREDITS: 'on', OPERATOR_SECRET: secret });

const user = () => signedIn(running);

/** A call of the operator's. */
const operator = (path: string, body: unknown, bearer = secret): Promise<Response> =>
  operatorCall(running.redraw.url, path, body, bearer);

let codes = 0;
const newCode = () => `TEST-${process.pid}-${++codes}`;

describe('a user', () => {
  it('has ten credits a day, and sees when the next come', async () => {
    const visitor = await user();
    const now = Date.now();
    const balance = await balanceOf(visitor);
    expect(balance).toMatchObject({
      ...{ timeZone: 'UTC', nextTimeZone: null, total: 10, held: 0, subscription: null, pool: null },
      ...{ daily: { left: 10, of: 10 }, bonus: { left: 0, grants: [] } },
    });
    expect(balance.daily.resetsAt % 86_400_000).toBe(0);
    expect(balance.daily.resetsAt).toBeGreaterThan(now);
    expect(await visitor.json<AccountDetail>('GET', '/api/account')).toMatchObject({
      ...{ plan: 'free', subscription: null, credits: { total: 10 } },
    });
  });

  it('begins in the time zone of the browser at the first sign-in, and in none that there is not', async () => {
    for (const [timeZone, zone] of [
      ['Asia/Kolkata', 'Asia/Kolkata'],
      ['Mars/Olympus', 'UTC'],
    ]) {
      const visitor = running.visitor();
      const authenticator = new Authenticator();
      await authenticator.register(visitor, { timeZone });
      const { timeZone: own, daily } = await balanceOf(visitor);
      expect(own).toBe(zone);
      const clock = new Intl.DateTimeFormat('en-GB', { timeZone: own, timeStyle: 'short' });
      expect(clock.format(daily.resetsAt)).toBe('00:00');
      // A second way in changes nothing.
      await new Authenticator().register(visitor, { timeZone: 'Asia/Tokyo' });
      expect((await balanceOf(visitor)).timeZone).toBe(zone);
    }
  });

  it('who has connected a Claude of their own sees no meter', async () => {
    const visitor = await user();
    await visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-api03-good-a1B2' });
    expect((await visitor.json<AccountDetail>('GET', '/api/account')).credits).toBeNull();
  });

  it('moves to another time zone from the next reset on, once in seven days', async () => {
    const visitor = await user();
    const { resetsAt } = (await balanceOf(visitor)).daily;
    expect(await visitor.json('PUT', '/api/account/time-zone', { timeZone: 'Asia/Kolkata' })).toEqual({
      timeZone: 'Asia/Kolkata',
      from: resetsAt,
    });
    expect(await balanceOf(visitor)).toMatchObject({ timeZone: 'UTC', nextTimeZone: 'Asia/Kolkata' });
    const again = await visitor.call('PUT', '/api/account/time-zone', { timeZone: 'Asia/Tokyo' });
    expect(Number(again.headers.get('Retry-After'))).toBeGreaterThan(6 * 86_400);
    await problemOf(again, 429, 'too_many_requests');
    const unknown = await visitor.call('PUT', '/api/account/time-zone', { timeZone: 'Mars/Olympus' });
    expect(await problemOf(unknown, 422, 'invalid_request')).toMatchObject({ reason: 'time_zone' });
  });
});

describe('a promo code', () => {
  it('gives its credits once an account, and to so many accounts', async () => {
    const code = newCode();
    expect((await operator('promo-codes', { code, credits: 25, uses: 2 })).status).toBe(200);
    const [first, second, third] = [await user(), await user(), await user()];
    expect(await first.json('POST', '/api/account/credits/redeem', { code: ` ${code.toLowerCase()} ` })).toMatchObject({
      ...{ kind: 'promo', left: 25, of: 25, expiresAt: null },
    });
    await problemOf(await first.call('POST', '/api/account/credits/redeem', { code }), 422, 'code_used');
    await second.json('POST', '/api/account/credits/redeem', { code });
    await problemOf(await third.call('POST', '/api/account/credits/redeem', { code }), 422, 'code_used');
    expect((await balanceOf(first)).total).toBe(35);
    expect((await balanceOf(third)).total).toBe(10);
  });

  it('of which there is none, or which has expired, gives nothing', async () => {
    const visitor = await user();
    const code = newCode();
    await operator('promo-codes', { code, credits: 25, uses: 2, expiresAt: 1 });
    await problemOf(await visitor.call('POST', '/api/account/credits/redeem', { code }), 422, 'code_expired');
    await problemOf(await visitor.call('POST', '/api/account/credits/redeem', { code: 'none' }), 422, 'code_unknown');
    expect((await balanceOf(visitor)).total).toBe(10);
  });

  it('is not to be guessed', async () => {
    const visitor = await user();
    const tries = await Promise.all(
      Array.from({ length: 30 }, () => visitor.call('POST', '/api/account/credits/redeem', { code: newCode() })),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual([...Array(10).fill(422), ...Array(20).fill(429)]);
    const after = await visitor.call('POST', '/api/account/credits/redeem', { code: newCode() });
    expect(await problemOf(after, 429, 'too_many_requests')).toMatchObject({ scope: 'promo_codes' });
  });
});

describe('an operator', () => {
  it('gives credits, which the user sees with the reason', async () => {
    const visitor = await user();
    await give(visitor, 2.5, { why: 'For the bug report', kind: 'reward' });
    await give(visitor, 1, { expiresAt: Date.now() + 60_000 });
    const { bonus, total } = await balanceOf(visitor);
    expect([total, bonus.left]).toEqual([13.5, 3.5]);
    expect(bonus.grants).toMatchObject([
      { kind: 'grant', left: 1, of: 1 },
      { kind: 'reward', left: 2.5, why: 'For the bug report' },
    ]);
  });

  it('gives a plan until a time, and takes it back', async () => {
    const visitor = await user();
    const { account } = await balanceOf(visitor);
    const until = Date.now() + 86_400_000;
    expect(await (await operator('plans', { account, plan: 'pro', until })).json()).toEqual({ plan: 'pro', until });
    expect(await balanceOf(visitor)).toMatchObject({
      ...{ total: 1_410, subscription: { left: 1_400, of: 1_400, plan: 'pro', renewsAt: null } },
    });
    expect(await visitor.json<AccountDetail>('GET', '/api/account')).toMatchObject({
      ...{ plan: 'pro', subscription: { plan: 'pro', name: 'Pro', endsAt: until } },
    });
    await operator('plans', { account, plan: 'free' });
    expect(await balanceOf(visitor)).toMatchObject({ total: 10, subscription: null });
    expect((await historyOf(visitor)).entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['expired', -1_400],
      ['grant', 1_400],
      ['grant', 10],
    ]);
    const none = await operator('plans', { account, plan: 'none' });
    expect(await problemOf(none, 422, 'invalid_request')).toMatchObject({ reason: 'plan' });
  });

  it('is nobody without the secret, and can do nothing for an account that is none', async () => {
    const visitor = await user();
    const { account } = await balanceOf(visitor);
    for (const path of ['grants', 'plans', 'promo-codes']) {
      await problemOf(
        await operator(path, { account, credits: 1, plan: 'pro', code: 'FREE' }, 'x'.repeat(32)),
        404,
        'not_found',
      );
      await problemOf(await visitor.call('POST', `/api/operator/${path}`, {}), 404, 'not_found');
    }
    const nobody = await operator('grants', { account: 'a'.repeat(26), credits: 1 });
    expect(await problemOf(nobody, 404, 'not_found')).toMatchObject({ reason: 'account' });
    expect((await balanceOf(visitor)).total).toBe(10);
  });
});

describe('the history', () => {
  it('adds up to the balance, page by page and as a file', async () => {
    const visitor = await user();
    for (let credits = 1; credits <= 105; credits++)
      await give(visitor, credits / 1_000_000, { why: `=no. ${credits}` });
    const { entries, next } = await historyOf(visitor);
    expect(entries).toHaveLength(100);
    const { entries: rest, next: last } = await historyOf(visitor, `?cursor=${next}`);
    expect(last).toBeNull();
    const all = [...entries, ...rest];
    const sum = (of: (entry: CreditEntry) => number) =>
      Math.round(all.reduce((total, each) => total + of(each), 0) * 1e6);
    const { total, bonus, daily } = await balanceOf(visitor);
    expect([sum(({ amount }) => amount), sum(({ split }) => split.bonus), sum(({ split }) => split.daily)]).toEqual([
      ...[total, bonus.left, daily.left].map((credits) => Math.round(credits * 1e6)),
    ]);
    const csv = await visitor.call('GET', '/api/account/credits/history.csv');
    expect(csv.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    const lines = (await csv.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(107);
    expect(lines[0]).toMatch(/^id,time,kind,credits,/);
    expect(Math.round(lines.slice(1).reduce((of, line) => of + Number(line.split(',')[3]), 0) * 1e6)).toBe(
      Math.round(total * 1e6),
    );
    // A spreadsheet takes no reason for a formula.
    expect(lines[1]).toMatch(/,'=no\. 105$/);
  });

  it('of a query that is none is refused', async () => {
    const visitor = await user();
    for (const query of ['history?from=yesterday', 'history?cursor=x', 'summary?by=colour'])
      await problemOf(await visitor.call('GET', `/api/account/credits/${query}`), 422, 'invalid_request');
    expect(await visitor.json('GET', '/api/account/credits/summary?by=day')).toEqual([]);
  });
});

it('the plans are told to everybody, without what payments know of them', async () => {
  const { plans, bundles, payments } = await running.visitor().json<PlansDetail>('GET', '/api/plans');
  expect(plans.map(({ id, dailyCredits, monthlyCredits }) => [id, dailyCredits, monthlyCredits])).toEqual([
    ['free', 10, 0],
    ['pro', 10, 1_400],
  ]);
  expect(bundles).toEqual([
    { id: 'small', credits: 500, usd: 6 },
    { id: 'large', credits: 2_000, usd: 23 },
  ]);
  expect(payments).toBe(false);
});

it('a visitor has no credits', async () => {
  const visitor = running.visitor();
  await visitor.json('GET', '/api/account');
  for (const path of ['', '/history', '/summary', '/history.csv'])
    await problemOf(await visitor.call('GET', `/api/account/credits${path}`), 404, 'not_found');
  expect(await visitor.json<AccountDetail>('GET', '/api/account')).toMatchObject({ plan: null, credits: null });
});
