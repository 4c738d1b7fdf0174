import { type Signal, signal } from '@preact/signals';
import type { EventData, Trial } from '../../src/protocol/events.ts';
import type { AccountDetail, AnnouncedThreshold } from '../../src/protocol/resources.ts';
import type { Api } from '../api/api.ts';
import { RateLimitMemory } from './rate-limit-memory.ts';

/** Milliseconds until the account is asked for again after a failure. */
const RETRY_MS = 5000;

export interface AccountStoreDeps {
  api: Pick<Api, 'account'>;
  /** @param announced what the account had announced when the threshold was heard of */
  announceThreshold(rateLimit: EventData<'rate_limit'>, announced: readonly AnnouncedThreshold[]): void;
}

export interface AccountStore {
  /** Null until it is known, and after a sign-out. */
  readonly account: Signal<AccountDetail | null>;
  /** Whether the last attempt to read the account failed. */
  readonly accountFailed: Signal<boolean>;
  /** Never rejects: a failure sets {@link accountFailed} and schedules another attempt. */
  loadAccount(): Promise<void>;
  /** Resolves when the newest {@link loadAccount} has ended. */
  accountSettled(): Promise<void>;
  setTrial(trial: Trial | null): void;
  setRateLimit(rateLimit: EventData<'rate_limit'>, payer: string): void;
  /** A turn has ended: reads the account anew. */
  turnFinished(): void;
}

export function createAccountStore({ api, announceThreshold }: AccountStoreDeps): AccountStore {
  const account = signal<AccountDetail | null>(null);
  const accountFailed = signal(false);
  const memory = new RateLimitMemory();
  let loading: Promise<void> = Promise.resolve();
  /** Numbers of the newest call, and of the newest one with an answer. */
  let called = 0;
  let answered = 0;

  const load = async (): Promise<void> => {
    called += 1;
    const call = called;
    try {
      const detail = await api.account();
      // Answers may come out of order: one that was overtaken is older than what is known.
      if (call < answered) return;
      answered = call;
      account.value = memory.applyTo(detail);
      accountFailed.value = false;
    } catch {
      if (call < answered) return;
      // The page works without: only counts and notes are missing.
      accountFailed.value = true;
      setTimeout(loadAccount, RETRY_MS);
    }
  };
  const loadAccount = (): Promise<void> => {
    loading = load();
    return loading;
  };

  return {
    account,
    accountFailed,
    loadAccount,
    accountSettled: () => loading,
    setTrial: (trial) => {
      if (account.value && trial) account.value = { ...account.value, trial };
    },
    setRateLimit: (rateLimit, payer) => {
      const me = account.value;
      // The limits of the operator's key are not the visitor's.
      if (!me || (payer !== 'connection' && !me.demo)) return;
      if (me.connection) {
        memory.remember(rateLimit, me.connection.since);
        account.value = { ...me, rateLimit };
      }
      if (rateLimit.surpassedThreshold !== null) announceThreshold(rateLimit, me.announced);
    },
    turnFinished: () => {
      memory.expireSoon();
      void loadAccount();
    },
  };
}
