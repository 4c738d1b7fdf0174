import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Transfer, TransferGate } from '../../src/async/transfer-gate.ts';
import { type TransferLimits, TransferPool } from '../../src/async/transfer-pool.ts';

const limits: TransferLimits = {
  most: 4,
  mostOfParty: 4,
  mostOfGate: 4,
  waiting: 8,
  waitingAtAll: 100,
  waitMs: 10_000,
  graceMs: 5_000,
  stallMs: 30_000,
  minRate: 1_000,
  leaseMs: 15_000,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lab(changed: Partial<TransferLimits> = {}) {
  const pool = new TransferPool({ ...limits, ...changed });
  const gate = () => new TransferGate({ pool, now: () => Date.now() });
  /** A transfer that moves bytes each second for as long as it has its place. */
  const moving = async (at: TransferGate, party: string, bytesPerSecond: number): Promise<Transfer> => {
    const transfer = await at.enter(party);
    if (!transfer) throw new Error('There is no place.');
    const timer = setInterval(() => transfer.moved(bytesPerSecond), 1_000);
    transfer.signal.addEventListener('abort', () => clearInterval(timer));
    return transfer;
  };
  const several = (n: number, ...of: Parameters<typeof moving>) =>
    Promise.all(Array.from({ length: n }, () => moving(...of)));
  return { gate, moving, several };
}

const ended = (transfers: readonly Transfer[]) => transfers.filter(({ signal }) => signal.aborted).length;

/** Whether one is let in, once its time to wait is over. */
async function letIn(entering: Promise<Transfer | null>): Promise<boolean> {
  await vi.advanceTimersByTimeAsync(limits.waitMs);
  return (await entering) !== null;
}

it('a place goes to who waits, and to nobody who comes in the moment in which it is free', async () => {
  const gate = lab({ most: 1 }).gate();
  const first = await gate.enter('a');
  const waits = gate.enter('a');
  first?.end();
  const comes = gate.enter('a');
  expect(gate.load).toMatchObject({ open: 1, waiting: 1 });
  (await waits)?.end();
  expect(gate.load).toMatchObject({ open: 1, waiting: 0 });
  (await comes)?.end();
  expect(gate.load).toMatchObject({ open: 0, waiting: 0 });
  expect(vi.getTimerCount()).toBe(0);
});

it('a trickle of bytes is no progress: it loses its place to one of its own party after 30 s', async () => {
  const { gate, several } = lab();
  const one = gate();
  const trickles = await several(4, one, 'a', 10);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await letIn(one.enter('a'))).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await letIn(one.enter('a'))).toBe(true);
  expect(ended(trickles)).toBe(1);
});

it('one who is slow keeps all places for as long as nobody else wants one', async () => {
  const { gate, several } = lab();
  const slow = await several(4, gate(), 'a', 10);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(ended(slow)).toBe(0);
});

it('of one party the slow ones are not ended for each other: they are slow because they share a line', async () => {
  const { gate, several } = lab();
  const one = gate();
  const slow = await several(4, one, 'a', 100);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await letIn(one.enter('a'))).toBe(false);
  expect(ended(slow)).toBe(0);
});

it('one below the minimum rate gives way to another party, at another object, and only one', async () => {
  const { gate, moving, several } = lab();
  const one = gate();
  const slower = await moving(one, 'a', 100);
  const others = await several(3, one, 'a', 500);
  await vi.advanceTimersByTimeAsync(5_000);
  const other = gate().enter('b');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await other).not.toBeNull();
  expect([slower.signal.aborted, ended(others)]).toEqual([true, 0]);
});

it('one that is fast gives way, too, where its party has more than its share', async () => {
  const { gate, several } = lab();
  const fast = await several(4, gate(), 'a', 1_000_000);
  const two = gate();
  const entering = Array.from({ length: 4 }, () => two.enter('b'));
  expect(await Promise.all(entering.map(letIn))).toEqual([true, true, false, false]);
  expect(ended(fast)).toBe(2);
});

it('nobody who has no more than one that waits gives way, however slow', async () => {
  const { gate, several } = lab();
  const slow = [...(await several(2, gate(), 'a', 1)), ...(await several(2, gate(), 'b', 1))];
  await vi.advanceTimersByTimeAsync(8_000);
  const again = gate();
  expect(await letIn(again.enter('b'))).toBe(false);
  expect(ended(slow)).toBe(0);
});

it('a free place goes to the party that has the fewest, not to the longest queue', async () => {
  const { gate, several } = lab();
  const one = gate();
  const [first] = await several(4, one, 'a', 1_000_000);
  const queue = [one.enter('a'), one.enter('a')];
  const newcomer = gate().enter('b');
  first?.end();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await newcomer).not.toBeNull();
  expect(one.load).toMatchObject({ open: 3, waiting: 2 });
  await vi.advanceTimersByTimeAsync(limits.waitMs);
  expect(await Promise.all(queue)).toEqual([null, null]);
});

it('a crowd that waits keeps nobody else out: its last makes room for another party, but not for one that waits as much', async () => {
  const { gate, several } = lab({ most: 2, waitingAtAll: 3 });
  const [running] = await several(2, gate(), 'a', 1_000_000);
  const crowd = Array.from({ length: 3 }, () => gate().enter('a'));
  const settled: (boolean | null)[] = [null, null, null];
  for (const [n, entering] of crowd.entries())
    void entering.then((transfer) => {
      settled[n] = transfer !== null;
    });
  const newcomer = gate().enter('b');
  await vi.advanceTimersByTimeAsync(500);
  expect(settled).toEqual([null, null, false]);
  // Two of the one, one of the other: nobody waits for hardly less.
  expect(await gate().enter('b')).toBeNull();
  expect(await gate().enter('a')).toBeNull();
  running?.end();
  await vi.advanceTimersByTimeAsync(500);
  expect(await newcomer).not.toBeNull();
  await vi.advanceTimersByTimeAsync(limits.waitMs);
  expect(settled).toEqual([false, false, false]);
});

it('one party never has all places', async () => {
  const { gate, several } = lab({ mostOfParty: 2 });
  await several(1, gate(), 'a', 1_000_000);
  await several(1, gate(), 'a', 1_000_000);
  const third = gate().enter('a');
  expect(await gate().enter('b')).not.toBeNull();
  expect(await letIn(third)).toBe(false);
});

it('the places of an object that is lost are free after a while', async () => {
  const { gate } = lab();
  const lost = gate();
  for (let n = 0; n < 4; n++) await lost.enter('a');
  // Its timers are lost with it.
  vi.clearAllTimers();
  await vi.advanceTimersByTimeAsync(limits.leaseMs + 1);
  for (let n = 0; n < 4; n++) expect(await gate().enter('a')).not.toBeNull();
});
