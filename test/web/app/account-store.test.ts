import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/protocol/limits.ts';
import type { AccountDetail, AnnouncedThreshold } from '../../../src/protocol/resources.ts';
import { createAccountStore } from '../../../web/app/account-store.ts';
import { now, rateLimit, visitor } from '../limits/rate-limits.ts';

const connection = { kind: 'api_key', label: '…a1B2', since: 7, broken: null } as const;
const connected = (rest: Partial<AccountDetail> = {}) => visitor({ connection, trial: { used: 0, limit: 6 }, ...rest });

/** A page's knowledge of the account, and the server that answers it. */
function setUp() {
  const server = { answer: connected() as AccountDetail | null, asked: 0 };
  const announced: { threshold: number | null; before: readonly AnnouncedThreshold[] }[] = [];
  const store = createAccountStore({
    api: {
      account: async () => {
        server.asked += 1;
        if (!server.answer) throw new Error('No.');
        return server.answer;
      },
    },
    announceThreshold: ({ surpassedThreshold }, before) => announced.push({ threshold: surpassedThreshold, before }),
  });
  return { server, announced, store };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now }));
afterEach(() => void vi.useRealTimers());

describe('the account', () => {
  it('is asked for again five seconds after a failure, and keeps what was known', async () => {
    const { server, store } = setUp();
    server.answer = null;
    const loading = store.loadAccount();
    expect(store.accountSettled()).toBe(loading);
    await loading;
    expect([store.account.value, store.accountFailed.value]).toEqual([null, true]);
    server.answer = connected();
    await vi.advanceTimersByTimeAsync(4999);
    expect(server.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await store.accountSettled();
    expect([store.account.value, store.accountFailed.value]).toEqual([connected(), false]);
    server.answer = null;
    await store.loadAccount();
    expect(store.account.value).toEqual(connected());
  });

  it.each(['an older answer', 'an older failure'])(
    'is what the newest call was told, where %s comes after it',
    async (what) => {
      const calls: PromiseWithResolvers<AccountDetail>[] = [];
      const store = createAccountStore({
        api: {
          account: () => {
            const call = Promise.withResolvers<AccountDetail>();
            calls.push(call);
            return call.promise;
          },
        },
        announceThreshold: () => undefined,
      });
      const loads = [store.loadAccount(), store.loadAccount()];
      calls[1]?.resolve(connected({ trial: { used: 6, limit: 6 } }));
      await loads[1];
      if (what === 'an older answer') calls[0]?.resolve(connected({ trial: { used: 5, limit: 6 } }));
      else calls[0]?.reject(new Error('No.'));
      await loads[0];
      expect(store.account.value?.trial.used).toBe(6);
      expect(store.accountFailed.value).toBe(false);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(calls).toHaveLength(2);
    },
  );

  it('has the trial turns that a turn tells', async () => {
    const { store } = setUp();
    store.setTrial({ used: 1, limit: 6 });
    expect(store.account.value).toBeNull();
    await store.loadAccount();
    store.setTrial({ used: 1, limit: 6 });
    store.setTrial(null);
    expect(store.account.value?.trial).toEqual({ used: 1, limit: 6 });
  });
});

describe('a rate limit that a turn was told', () => {
  const limit = rateLimit({ status: 'allowed_warning', surpassedThreshold: 0.9 });

  it('is the account’s at once, and is announced with what was announced before', async () => {
    const { server, store, announced } = setUp();
    const before = [{ window: 'five_hour', threshold: 0.75, resetsAt: null }];
    server.answer = connected({ announced: before });
    await store.loadAccount();
    store.setRateLimit(limit, 'connection');
    expect(store.account.value?.rateLimit).toBe(limit);
    store.setRateLimit({ ...limit, surpassedThreshold: null }, 'connection');
    expect(announced).toEqual([{ threshold: 0.9, before }]);
  });

  it('is not the visitor’s where the operator pays, but in the demo, which has no connection', async () => {
    const { server, store, announced } = setUp();
    store.setRateLimit(limit, 'connection');
    await store.loadAccount();
    store.setRateLimit(limit, 'trial');
    expect([store.account.value?.rateLimit, announced]).toEqual([null, []]);
    server.answer = visitor({ demo: true, connection: null });
    await store.loadAccount();
    store.setRateLimit(limit, 'trial');
    expect(store.account.value?.rateLimit).toBeNull();
    expect(announced).toHaveLength(1);
  });

  it('is newer than what the account answers, until ten seconds after the turn', async () => {
    const { store } = setUp();
    await store.loadAccount();
    store.setRateLimit(limit, 'connection');
    await vi.advanceTimersByTimeAsync(20_000);
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBe(limit);
    store.turnFinished();
    await store.accountSettled();
    expect(store.account.value?.rateLimit).toBe(limit);
    await vi.advanceTimersByTimeAsync(9999);
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBe(limit);
    // A second turn's end gives it no longer than the first.
    store.turnFinished();
    await vi.advanceTimersByTimeAsync(10_000);
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBeNull();
  });

  it('is forgotten after the longest turn, whatever becomes of it', async () => {
    const { store } = setUp();
    await store.loadAccount();
    store.setRateLimit(limit, 'connection');
    await vi.advanceTimersByTimeAsync(limits.turnMs - 1);
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBe(limit);
    await vi.advanceTimersByTimeAsync(1);
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBeNull();
  });

  it('is not that of another connection', async () => {
    const { server, store } = setUp();
    await store.loadAccount();
    store.setRateLimit(limit, 'connection');
    server.answer = connected({ connection: { ...connection, since: 8 } });
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBeNull();
    server.answer = visitor({ connection: null });
    await store.loadAccount();
    expect(store.account.value?.rateLimit).toBeNull();
  });
});
