import { expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { CostBounds } from '../../src/agent/call-cost.ts';
import type { Reserved } from '../../src/agent/turn-interfaces.ts';
import { costUsd } from '../../src/claude/model-catalogue.ts';
import { SpendCap } from '../../src/operator/spend-cap.ts';
import { treasurySchema } from '../../src/operator/treasury-schema.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { eventsOf, turnInput } from '../agent/support.ts';
import { longRun } from '../support/long-run.ts';
import { nodeStore } from '../support/node-sql.ts';
import { useSimulator } from '../support/use-simulator.ts';

const simulator = await useSimulator();
const cap = 0.25;
const noon = 43_200_000;

/** The operator's budget over a store of its own, and what of it is used. */
function budget() {
  const store = nodeStore();
  createTables(store, treasurySchema);
  const sql = store.sql as SqlStorage;
  const spendCap = new SpendCap({ sql, onRowOfDay: () => undefined });
  const sum = (query: string): number => sql.exec<{ n: number }>(query).one().n;
  return {
    spendCap,
    spent: () => sum('SELECT coalesce(sum(microusd), 0) / 1e6 AS n FROM spend_day'),
    open: () => sum('SELECT count(*) AS n FROM reservation WHERE NOT settled'),
    shareOf: (spender: string) => sum(`SELECT microusd / 1e6 AS n FROM spend_share WHERE spender = '${spender}'`),
    /** The budget as a turn's loop sees it. */
    spend: {
      reserve: async (call: string, { most: usd }: CostBounds): Promise<Reserved> =>
        spendCap.reserve(call, usd, cap, noon) ? { ok: true, usd } : { ok: false, why: 'budget' },
      settle: (call: string, usd: number) => spendCap.settle(call, usd),
    },
  };
}

it('books the stopped turns of one account at what was streamed, 1,000 of them in a long run', async () => {
  const { numRuns } = longRun(100, 1_000);
  const { spendCap, spend, spent, open, shareOf } = budget();
  const usage = { input_tokens: 40, cache_read_input_tokens: 2_000, cache_creation_input_tokens: 0 };
  const prose = 'A story that is told at length. '.repeat(20);
  simulator.script(() => ({ content: [prose], usage, chunkSize: 20, gates: [{ before: 7, name: 'stopped' }] }));
  let streamed = 0;
  const one = async (n: number): Promise<void> => {
    const turn = `stopped-${n}`;
    spendCap.recordSpender(turn, { account: 'somebody', address: null }, noon);
    const stop = new AbortController();
    const input = turnInput(simulator, { turn, spend, signal: stop.signal });
    const running = runAgentLoop(input);
    const text = () => eventsOf(input.journal, 'text').reduce((sum, { delta }) => sum + delta.length, 0);
    await expect.poll(text, { interval: 1, timeout: 30_000 }).toBe(80);
    stop.abort();
    expect(await running).toMatchObject({ state: 'stopped' });
    streamed += text();
  };
  // A few at a time: what they reserve while they run is a part of the account's share.
  for (let n = 0; n < numRuns; n += 4) await Promise.all([0, 1, 2, 3].map((k) => one(n + k)));
  expect(simulator.requests).toHaveLength(numRuns);
  expect(open()).toBe(0);
  const costOf = (outputTokens: number) =>
    costUsd('claude-haiku-5-5', { inputTokens: 40, outputTokens, cacheReadTokens: 2_000, cacheWriteTokens: 0 });
  // About four letters are a token.
  expect(spent()).toBeGreaterThanOrEqual(numRuns * costOf(streamed / numRuns / 4));
  expect(spent()).toBeLessThan(1.1 * numRuns * costOf(streamed / numRuns / 3));
  expect(shareOf('somebody')).toBeCloseTo(spent(), 9);
  // The day goes on, for this account too.
  expect(spendCap.shortage(0.02, cap, noon, null)).toBeNull();
  expect(spendCap.shortage(0.02, cap, noon, { account: 'somebody', address: null })).toBeNull();
}, 120_000);

it.each([0.25, 1, 10, 25, 1_000])('lets no account and no address use a day of %d dollars alone', (usd) => {
  const { spendCap } = budget();
  const each = usd / 50;
  /** Dollars that calls reserve until one is refused. */
  const all = (prefix: string, spenderOf: (n: number) => { account: string; address: string | null }): number => {
    for (let n = 0; ; n++) {
      spendCap.recordSpender(`${prefix} ${n}`, spenderOf(n), noon);
      if (!spendCap.reserve(`${prefix} ${n}/1`, each, usd, noon)) return n * each;
    }
  };
  const account = all('one account', () => ({ account: 'a', address: null }));
  expect(account).toBeGreaterThanOrEqual(usd / 4 - each);
  expect(account).toBeLessThanOrEqual(usd / 2);
  const address = all('one address', (n) => ({ account: `b${n}`, address: 'home' }));
  expect(account + address).toBeLessThanOrEqual(usd);
  expect(address).toBeGreaterThanOrEqual(Math.min(account, usd - account - each));
  expect(address).toBeLessThanOrEqual((3 / 4) * usd);
  // What is left is for the others.
  const rest = all('others', (n) => ({ account: `c${n}`, address: `elsewhere ${n}` }));
  expect(account + address + rest).toBeLessThanOrEqual(usd);
  expect(account + address + rest).toBeGreaterThan(usd - 2 * each);
});

it('gives an account its share back as its calls are settled, and a new one each day', () => {
  const { spendCap } = budget();
  const spender = { account: 'a', address: 'home' };
  spendCap.recordSpender('turn', spender, noon);
  for (let n = 0; n < 5; n++) expect(spendCap.reserve(`turn/${n}`, 0.025, cap, noon)).toBe(true);
  expect(spendCap.reserve('turn/5', 0.025, cap, noon)).toBe(false);
  expect(spendCap.shortage(0.025, cap, noon, spender)).toBe('account');
  for (let n = 0; n < 5; n++) spendCap.settle(`turn/${n}`, 0.001);
  expect(spendCap.reserve('turn/6', 0.025, cap, noon)).toBe(true);
  // Repeated settlements move nothing, and one after midnight counts for the day of its reservation.
  for (let n = 0; n < 5; n++) spendCap.settle(`turn/${n}`, 0.2);
  expect(spendCap.reserve('turn/7', 0.025, cap, noon)).toBe(true);
  spendCap.settle('turn/7', 5);
  expect(spendCap.shortage(0, cap, noon + 86_400_000, spender)).toBeNull();
  expect(spendCap.reserve('turn/8', 0.12, cap, noon + 86_400_000)).toBe(true);
});

it('books no amount that is none', () => {
  const { spendCap, spent, open } = budget();
  for (const usd of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    expect(spendCap.shortage(usd, cap, noon, null)).toBe('budget');
    expect(spendCap.reserve(`odd ${usd}`, usd, cap, noon)).toBe(false);
  }
  expect(spendCap.reserve('call', 0.1, cap, noon)).toBe(true);
  for (const usd of [Number.NaN, -1, Number.POSITIVE_INFINITY]) spendCap.settle('call', usd);
  expect([spent(), open()]).toEqual([0.1, 1]);
  spendCap.settle('call', 0.01);
  expect([spent(), open()]).toEqual([0.01, 0]);
});

it('settles what a turn had open when its object was lost, once, and nothing of another turn', () => {
  const { spendCap, spent } = budget();
  for (const call of ['turn/1/1', 'turn/2/1', 'turn-2/1/1', 'turn']) spendCap.reserve(call, 0.02, cap, noon);
  spendCap.settle('turn/1/1', 0.001);
  spendCap.settleLost('turn', 0.003);
  expect(spent()).toBeCloseTo(0.001 + 0.003 + 0.02 + 0.02, 9);
  // Late, and more than was reserved.
  spendCap.settle('turn/2/1', 0.015);
  spendCap.reserve('turn/3/1', 0.02, cap, noon);
  spendCap.settleLost('turn', 5);
  expect(spent()).toBeCloseTo(0.001 + 0.003 + 0.02 + 0.02 + 0.02, 9);
});
