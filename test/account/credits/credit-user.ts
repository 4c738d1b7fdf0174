import { expect } from 'vitest';
import type { CreditBalance, CreditEntry, CreditHistory } from '../../../src/protocol/credit-resources.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { fetchOnce } from '../../support/fetch-once.ts';
import type { Running } from '../../support/running-redraw.ts';
import type { Visitor } from '../../support/visitor.ts';

export const operatorSecret = 'the-secret-of-an-operator-for-tests';

/** A call of the operator's. */
export function operatorCall(url: string, path: string, body: unknown, bearer = operatorSecret): Promise<Response> {
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
  return fetchOnce(`${url}/api/operator/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A visitor who has signed in. */
export async function signedIn({ visitor: create }: Pick<Running, 'visitor'>): Promise<Visitor> {
  const visitor = create();
  await visitor.json('GET', '/api/account');
  await new Authenticator().register(visitor);
  return visitor;
}

export const balanceOf = (visitor: Visitor) => visitor.json<CreditBalance>('GET', '/api/account/credits');

export const historyOf = (visitor: Visitor, query = '') =>
  visitor.json<CreditHistory>('GET', `/api/account/credits/history${query}`);

/** Has the operator give credits. */
export async function give(visitor: Visitor, credits: number, more: object = {}): Promise<void> {
  const { account } = await balanceOf(visitor);
  const given = await operatorCall(visitor.url, 'grants', { account, credits, kind: 'grant', why: 'A gift', ...more });
  expect(given.status).toBe(200);
}

/** The entries of one turn, newest first, once the account has settled it. */
export async function entriesOf(visitor: Visitor, turn: string): Promise<CreditEntry[]> {
  const entries = async () => (await historyOf(visitor)).entries.filter((entry) => entry.turn === turn);
  await expect.poll(async () => (await entries()).length, { interval: 20 }).toBeGreaterThan(0);
  return entries();
}
