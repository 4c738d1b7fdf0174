import { expect } from 'vitest';
import type { RateLimit } from '../../src/claude/rate-limit-headers.ts';
import type { Draft, EventData } from '../../src/protocol/events.ts';
import type { VariantCase } from './variant-cases.ts';

/** The `rate_limit` state for an answer without headers. */
export const defaultState: Omit<RateLimit, 'extra'> = {
  status: 'allowed',
  resetsAt: null,
  rateLimitType: null,
  utilization: null,
  overageStatus: null,
  overageDisabledReason: null,
  isUsingOverage: false,
  surpassedThreshold: null,
};

const dataOf = <T extends Draft['type']>(events: readonly Draft[], type: T): EventData<T>[] =>
  events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);

/** Asserts the events of a variant. `requests`: how many reached Claude; null where they cannot be counted. */
export function expectEvents(
  { expected, kind }: VariantCase,
  events: readonly Draft[],
  requests: number | null,
  maxRetries: number,
): void {
  const waits = expected.retries ?? [];
  const retries = Array.isArray(waits) ? waits : Array<number | null>(maxRetries).fill(waits.forever);
  expect(dataOf(events, 'api_retry').map(({ httpStatus }) => httpStatus)).toEqual(retries);
  const limits = dataOf(events, 'rate_limit').map(({ extra: _, now: __, ...fields }) => fields);
  expect(limits).toEqual(expected.limit ? [{ ...defaultState, ...expected.limit }] : []);
  const exhausted = dataOf(events, 'credit_exhausted');
  const ends = [...exhausted.map(() => 'credit_exhausted'), ...dataOf(events, 'prompt_error').map(({ code }) => code)];
  expect(ends).toEqual(expected.end === undefined ? [] : [expected.end]);
  if (expected.reset !== undefined) expect(exhausted[0]?.resetsAt).toBe(expected.reset);
  for (const { message, resetsAt } of exhausted) {
    expect(message).toMatch(/^[^<]+$/);
    if (resetsAt !== null) expect(resetsAt - Date.now()).toBeLessThan(366 * 86_400_000);
  }
  const state = expected.end === undefined ? 'completed' : expected.end === 'credit_exhausted' ? 'exhausted' : 'failed';
  expect(dataOf(events, 'turn_finished').map((end) => end.state)).toEqual([state]);
  // A `rate_limit` state follows the reply or precedes the end; only `usage` comes after it.
  const order = events.map(({ type }) => type).filter((type) => type !== 'usage');
  const last = expected.end === undefined ? [] : [exhausted.length > 0 ? 'credit_exhausted' : 'prompt_error'];
  expect(order.slice(-2 - last.length)).toEqual([
    ...(expected.limit ? ['rate_limit'] : order.slice(-2 - last.length, -1 - last.length)),
    ...last,
    'turn_finished',
  ]);
  // With a refused credential the last wait is announced, but no request follows.
  const unused = expected.end === 'connection_broken' ? 1 : 0;
  if (requests !== null) expect(requests, kind).toBe(retries.length + 1 - unused);
}
