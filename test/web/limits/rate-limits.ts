import type { AccountDetail } from '../../../src/protocol/resources.ts';
import type { RateLimit } from '../../../web/project/visitor-limit.ts';

/** The time of these tests, in UNIX milliseconds. */
export const now = 1_795_185_000_000;
export const hour = 3_600_000;

/** A reached limit of the five hours' window, an hour before it resets. */
export const rateLimit = (rest: Partial<RateLimit> = {}): RateLimit => ({
  status: 'rejected',
  resetsAt: now + hour,
  rateLimitType: 'five_hour',
  utilization: null,
  overageStatus: null,
  overageDisabledReason: null,
  isUsingOverage: false,
  surpassedThreshold: null,
  extra: {},
  ...rest,
});

/** A visitor with a Claude account of their own. */
export const visitor = (rest: Partial<AccountDetail> = {}): AccountDetail =>
  ({ payer: 'connection', rateLimit: null, announced: [], demo: false, ...rest }) as AccountDetail;

/** A browser's storage in memory. */
export function memoryStorage(): Pick<Storage, 'getItem' | 'setItem'> & { entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
  };
}
