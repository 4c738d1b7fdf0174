import { expect, it } from 'vitest';
import { IsolateCallLimiter } from '../../../src/routes/http/isolate-call-limiter.ts';

it('counts the calls of each key for a minute', async () => {
  let now = 600_000;
  const limiter = new IsolateCallLimiter(3, () => now);
  const take = async (key: string) => (await limiter.limit({ key })).success;
  expect([await take('a'), await take('a'), await take('a'), await take('a')]).toEqual([true, true, true, false]);
  expect(await take('b')).toBe(true);
  now += 59_999;
  expect(await take('a')).toBe(false);
  now += 1;
  expect([await take('a'), await take('a'), await take('a'), await take('a')]).toEqual([true, true, true, false]);
});

it('keeps no more than so many keys, the newest', async () => {
  let now = 0;
  const limiter = new IsolateCallLimiter(1, () => now);
  const take = async (key: string) => (await limiter.limit({ key })).success;
  expect(await take('first')).toBe(true);
  now += 30_000;
  for (let n = 0; n < 20_000; n += 1) await take(`key ${n}`);
  expect(await take('key 19999')).toBe(false);
  expect(await take('first'), 'was forgotten').toBe(true);
});
