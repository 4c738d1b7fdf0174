import type {
  BonusGrant,
  CreditBalance,
  CreditHistory,
  CreditSum,
  PlansDetail,
} from '../../src/protocol/credit-resources.ts';
import type { ReviewAnswer, ReviewEntry, SessionEvidence } from '../../src/protocol/review-resources.ts';
import type { Api } from './api.ts';

export type CreditCalls = ReturnType<typeof creditCalls>;

export interface ReviewDraft {
  session: string;
  turns?: string[];
  task: string;
  model?: string;
  previewStatus?: string;
  messages?: number;
  contextSize?: number;
  contact?: string;
}

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
    /** What the server knows of a project's newest turn that cost credits, or of the given ones. */
    evidence: (session: string, turn?: string) =>
      json<SessionEvidence>('GET', `/api/account/reviews/evidence${query({ session, turn })}`),
    askForReview: (request: ReviewDraft) => json<ReviewAnswer>('POST', '/api/account/reviews', request),
    reviews: () => json<ReviewEntry[]>('GET', '/api/account/reviews'),
    sendFeedback: (message: { kind: 'feedback' | 'bug' | 'build'; text: string; session?: string }) =>
      json<{ id: string }>('POST', '/api/account/feedback', message),
    enquire: (enquiry: { members?: number; models?: string[]; budgetUsd?: number; text: string }) =>
      json<{ id: string }>('POST', '/api/account/plan/enquiry', enquiry),
    plans: () => json<PlansDetail>('GET', '/api/plans'),
  };
}
