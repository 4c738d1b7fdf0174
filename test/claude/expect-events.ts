import { expect } from 'vitest';
import type { RateLimit } from '../../src/claude/rate-limit-headers.ts';
import type { Draft, EventData } from '../../src/protocol/events.ts';
import type { Sibling } from './sibling-book.ts';

/** What is told where Claude says nothing. */
export const untold: Omit<RateLimit, 'extra'> = {
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

/** Holds what Redraw told against what was to be expected. `requests`: how many reached Claude; null where that cannot be told. */
export function expectTold(
  { told, kind }: Sibling,
  events: readonly Draft[],
  requests: number | null,
  maxRetries: number,
): void {
  const waits = told.retries ?? [];
  const retries = Array.isArray(waits) ? waits : Array<number | null>(maxRetries).fill(waits.forever);
  expect(dataOf(events, 'api_retry').map(({ httpStatus }) => httpStatus)).toEqual(retries);
  const limits = dataOf(events, 'rate_limit').map(({ extra: _, ...fields }) => fields);
  expect(limits).toEqual(told.limit ? [{ ...untold, ...told.limit }] : []);
  const exhausted = dataOf(events, 'credit_exhausted');
  const ends = [...exhausted.map(() => 'credit_exhausted'), ...dataOf(events, 'prompt_error').map(({ code }) => code)];
  expect(ends).toEqual(told.end === undefined ? [] : [told.end]);
  if (told.reset !== undefined) expect(exhausted[0]?.resetsAt).toBe(told.reset);
  for (const { message, resetsAt } of exhausted) {
    expect(message).toMatch(/^[^<]+$/);
    if (resetsAt !== null) expect(resetsAt - Date.now()).toBeLessThan(366 * 86_400_000);
  }
  const state = told.end === undefined ? 'completed' : told.end === 'credit_exhausted' ? 'exhausted' : 'failed';
  expect(dataOf(events, 'turn_finished').map((end) => end.state)).toEqual([state]);
  // A state comes after the reply, or before the end; and after it nothing but the receipt.
  const order = events.map(({ type }) => type).filter((type) => type !== 'usage');
  const last = told.end === undefined ? [] : [exhausted.length > 0 ? 'credit_exhausted' : 'prompt_error'];
  expect(order.slice(-2 - last.length)).toEqual([
    ...(told.limit ? ['rate_limit'] : order.slice(-2 - last.length, -1 - last.length)),
    ...last,
    'turn_finished',
  ]);
  // With a refused credential the last wait is announced, but nothing comes after it.
  const unused = told.end === 'connection_broken' ? 1 : 0;
  if (requests !== null) expect(requests, kind).toBe(retries.length + 1 - unused);
}
