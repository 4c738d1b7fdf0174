import { expect, it } from 'vitest';
import type { RpcResult } from '../../src/protocol/rpc-result.ts';
import { GrowthCount } from '../../src/session/growth-count.ts';

const mib = 1024 * 1024;
const admitted: RpcResult<void> = { ok: true, value: undefined };
const refused: RpcResult<void> = { ok: false, code: 'too_many_requests', detail: 'Too much.', fields: { limit: 7 } };

/** A project that keeps so many bytes more than are counted, and an account that answers as it is told. */
function project(bytes: number) {
  const asked: { bytes: number; answer(result: RpcResult<void>): void }[] = [];
  const state = { bytes };
  const growth = new GrowthCount({
    quota: {
      uncountedBytes: () => state.bytes,
      markCounted: (counted) => {
        state.bytes -= counted;
      },
    },
    owner: () => 'owner',
    account: () =>
      ({
        admitUpload: (account: string, bytes: number, address: string, what: string) => {
          expect([account, address, what]).toEqual(['owner', '203.0.113.1', 'kept']);
          const { promise, resolve } = Promise.withResolvers<RpcResult<void>>();
          asked.push({ bytes, answer: resolve });
          return promise;
        },
      }) as never,
  });
  return { state, asked, count: () => growth.count('203.0.113.1') };
}

it('little is not counted yet, and asks nobody', async () => {
  const { asked, count, state } = project(mib - 1);
  await count();
  expect([asked.length, state.bytes]).toEqual([0, mib - 1]);
});

it('calls at the same time count it once, and what comes meanwhile is counted later', async () => {
  const { asked, count, state } = project(2 * mib);
  const calls = [count(), count()];
  state.bytes += 5;
  asked[0]?.answer(admitted);
  await Promise.all(calls);
  expect(asked.map(({ bytes }) => bytes)).toEqual([2 * mib]);
  expect(state.bytes).toBe(5);
});

it('a refusal reaches each caller, and counts nothing', async () => {
  const { asked, count, state } = project(2 * mib);
  const calls = Promise.allSettled([count(), count()]);
  asked[0]?.answer(refused);
  for (const call of await calls)
    expect(call).toMatchObject({ reason: { code: 'too_many_requests', detail: 'Too much.', fields: { limit: 7 } } });
  expect(state.bytes).toBe(2 * mib);
  const again = count();
  asked[1]?.answer(admitted);
  await again;
  expect(state.bytes).toBe(0);
});

it('a file that is about to arrive is counted by itself, after what has come together; none asks nobody', async () => {
  const asked: [number, string][] = [];
  const admit = async (_: string, bytes: number, __: string, what: string): Promise<RpcResult<void>> => {
    asked.push([bytes, what]);
    return bytes === 9 ? refused : admitted;
  };
  let kept = 2 * mib;
  const growth = new GrowthCount({
    quota: {
      uncountedBytes: () => kept,
      markCounted: (counted) => {
        kept -= counted;
      },
    },
    owner: () => 'owner',
    account: () => ({ admitUpload: admit }),
  });
  await growth.count('203.0.113.1', 5);
  await growth.count('203.0.113.1', 0);
  await expect(growth.count('203.0.113.1', 9)).rejects.toMatchObject({ code: 'too_many_requests' });
  expect(asked).toEqual([
    [2 * mib, 'kept'],
    [5, 'file'],
    [9, 'file'],
  ]);
});
