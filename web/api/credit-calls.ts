import type {
  BonusGrant,
  CreditBalance,
  CreditHistory,
  CreditSum,
  PlansDetail,
} from '../../src/protocol/credit-resources.ts';
import type { Api } from './api.ts';

export type CreditCalls = ReturnType<typeof creditCalls>;

/** What the history and its sums are narrowed to. */
export interface CreditFilter {
  session?: string;
  model?: string;
  /** UNIX milliseconds. */
  from?: number;
  to?: number;
}

const query = (fields: object): string => {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== null);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
};

/** The API calls about credits and plans. Each rejects with an `ApiError`. */
export function creditCalls({ json }: Pick<Api, 'json'>) {
  return {
    balance: () => json<CreditBalance>('GET', '/api/account/credits'),
    history: (filter: CreditFilter, cursor: string | null) =>
      json<CreditHistory>('GET', `/api/account/credits/history${query({ ...filter, cursor })}`),
    /** The address of all entries as CSV. */
    csvUrl: (filter: CreditFilter): string => `/api/account/credits/history.csv${query(filter)}`,
    summary: (by: 'session' | 'model' | 'day', filter: CreditFilter = {}) =>
      json<CreditSum[]>('GET', `/api/account/credits/summary${query({ by, ...filter })}`),
    setTimeZone: (timeZone: string) =>
      json<{ timeZone: string; from: number }>('PUT', '/api/account/time-zone', { timeZone }),
    redeem: (code: string) => json<BonusGrant>('POST', '/api/account/credits/redeem', { code }),
    plans: () => json<PlansDetail>('GET', '/api/plans'),
  };
}
