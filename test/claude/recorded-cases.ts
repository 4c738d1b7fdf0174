import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import type { Draft, EventData } from '../../src/protocol/events.ts';
import type { RecordedResponse } from '../claude-simulator/recorded-case.ts';
import { intendedDifferences } from './intended-differences.ts';

/** The behaviour of the real Claude Code client for given responses: see `test/fixtures/claude-signals.json`. */
export interface RecordedCase {
  name: string;
  auth: 'apikey' | 'authtoken' | 'oauth' | 'credfile';
  capturedAt: string;
  env: Record<string, string>;
  responses: RecordedResponse[];
  requestCount: number;
  observed: {
    order: ('assistant' | 'rate_limit' | 'api_retry' | 'result')[];
    rateLimitInfo: Record<string, unknown>[];
    apiRetry: { attempt: number; retry_delay_ms: number; error_status: number | null }[];
    final: {
      isError: boolean;
      apiErrorStatus: number | null;
      assistantError?: string;
      apiError?: string | null;
    } | null;
  };
}

export const recordedCases: RecordedCase[] = JSON.parse(
  readFileSync(new URL('../fixtures/claude-signals.json', import.meta.url), 'utf8'),
) as RecordedCase[];

export const kindOf = ({ auth }: RecordedCase): ClaudeCredential['kind'] =>
  auth === 'apikey' || auth === 'authtoken' ? 'api_key' : 'oauth';

/** How many prompts the recorder sent: each got one result. */
export const promptsOf = ({ observed }: RecordedCase): number =>
  Math.max(1, observed.order.filter((type) => type === 'result').length);

/** The same case, with its resets shifted as if it had been recorded at `now` (UNIX milliseconds). */
export function recordedAt(one: RecordedCase, now: number): RecordedCase {
  const seconds = Math.round((now - Date.parse(one.capturedAt)) / 1000);
  const responses = one.responses.map((response) => ({
    ...response,
    headers: Object.fromEntries(
      Object.entries(response.headers ?? {}).map(([name, value]) => [
        name,
        /-reset$/.test(name) && /^\d+$/.test(value) ? String(Number(value) + seconds) : value,
      ]),
    ),
  }));
  const rateLimitInfo = one.observed.rateLimitInfo.map((info) => ({
    ...info,
    ...(typeof info.resetsAt === 'number' ? { resetsAt: info.resetsAt + seconds } : {}),
  }));
  return { ...one, responses, observed: { ...one.observed, rateLimitInfo }, capturedAt: new Date(now).toISOString() };
}

/** The eight fields of a recorded state, as `rate_limit` has them. */
function fieldsOf(info: Record<string, unknown>) {
  return {
    status: info.status,
    resetsAt: typeof info.resetsAt === 'number' ? info.resetsAt * 1000 : null,
    rateLimitType: info.rateLimitType ?? null,
    utilization: info.utilization ?? null,
    overageStatus: info.overageStatus ?? null,
    overageDisabledReason: info.overageDisabledReason ?? null,
    isUsingOverage: info.isUsingOverage,
    surpassedThreshold: info.surpassedThreshold ?? null,
  };
}

/** The final event for a recorded failure, by the table in `docs/signals.md`. */
function endOf(one: RecordedCase): 'credit_exhausted' | 'prompt_error' {
  const { apiError, apiErrorStatus, assistantError } = one.observed.final ?? {};
  if (apiError === 'usage_limit_reached' || assistantError === 'billing_error') return 'credit_exhausted';
  return apiErrorStatus === 429 && kindOf(one) === 'api_key' ? 'credit_exhausted' : 'prompt_error';
}

const dataOf = <T extends Draft['type']>(events: readonly Draft[], type: T): EventData<T>[] =>
  events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);

/** The order of a turn's events in the recorder's terms. Discarded text does not count. */
function orderOf(events: readonly Draft[]): RecordedCase['observed']['order'] {
  const order: RecordedCase['observed']['order'] = [];
  let said: number | null = null;
  for (const { type } of events) {
    if (type === 'text' && said === null) said = order.push('assistant') - 1;
    else if (type === 'step_discarded' && said !== null) order.splice(said, 1);
    else if (type === 'rate_limit' || type === 'api_retry') order.push(type);
    else if (type === 'credit_exhausted' || type === 'prompt_error') order.push('assistant');
    else if (type === 'turn_finished') order.push('result');
    if (type === 'step_discarded' || type === 'turn_finished') said = null;
  }
  return order;
}

/**
 * Compares Redraw's events with a recorded case: fields, order, waits, end, requests. Only the beginning counts where the recording was
 * cut off.
 *
 * @param events all events of the case's turns, each with its `turn_finished`
 * @param requests how many reached Claude; null where they cannot be counted
 */
export function expectRecorded(
  one: RecordedCase,
  events: readonly Draft[],
  requests: number | null,
  maxRetries: number,
): void {
  const { observed } = one;
  const intended = intendedDifferences[one.name];
  const whole = observed.final !== null || intended !== undefined;

  const emitted = dataOf(events, 'rate_limit').map(({ extra: _, now: __, ...fields }) => fields);
  const known = observed.rateLimitInfo.map(fieldsOf);
  expect(emitted.slice(0, whole ? undefined : known.length)).toEqual(known);

  const statuses = observed.apiRetry.map(({ error_status }) => error_status);
  // Where the recorded client ran out of attempts, Redraw runs out of its own.
  const ranOut = observed.final?.isError && statuses.length === Number(one.env.CLAUDE_CODE_MAX_RETRIES);
  const refused = observed.final?.apiErrorStatus === 401 || observed.final?.apiErrorStatus === 403;
  const waits: (number | null)[] =
    intended?.retries ?? (ranOut && !refused ? Array(maxRetries).fill(statuses[0] ?? null) : statuses);
  const retries = dataOf(events, 'api_retry');
  expect(retries.map(({ httpStatus }) => httpStatus).slice(0, whole ? undefined : waits.length)).toEqual(waits);
  expect(retries.map(({ attempt }) => attempt)).toEqual(retries.map((_, index) => index + 1));

  if (!whole) return;
  if (intended === undefined && !ranOut) expect(orderOf(events)).toEqual(observed.order);
  const failed = intended?.end ?? (observed.final?.isError ? endOf(one) : null);
  const finished = dataOf(events, 'turn_finished').at(-1)?.state;
  expect(finished).toBe(failed === null ? 'completed' : failed === 'credit_exhausted' ? 'exhausted' : 'failed');
  const ends = events
    .filter(({ type }) => type === 'credit_exhausted' || type === 'prompt_error')
    .map(({ type }) => type);
  expect(ends).toEqual(failed ? [failed] : []);
  if (requests === null) return;
  if (intended?.requests !== undefined) expect(requests).toBe(intended.requests);
  else if (!ranOut && intended === undefined) expect(requests).toBe(one.requestCount);
}
