import { describe, expect, it } from 'vitest';
import { readRateLimit, sameRateLimit } from '../../src/claude/rate-limit.ts';
import { kindOf, recordedCases } from './recorded.ts';

const cases = recordedCases.filter(({ observed }) => observed.final !== null && observed.rateLimitInfo.length > 0);

describe('the state of the account', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const answer = one.responses.at(-1);
    const exhausted = answer?.status === 429 && one.observed.final?.apiError === 'usage_limit_reached';
    const state = readRateLimit(new Headers(answer?.headers), kindOf(one), Date.parse(one.capturedAt), exhausted);
    const seen = one.observed.rateLimitInfo.at(-1) ?? {};
    expect(state).toMatchObject({
      status: seen.status,
      resetsAt: typeof seen.resetsAt === 'number' ? seen.resetsAt * 1000 : null,
      rateLimitType: seen.rateLimitType ?? null,
      utilization: seen.utilization ?? null,
      overageStatus: seen.overageStatus ?? null,
      overageDisabledReason: seen.overageDisabledReason ?? null,
      isUsingOverage: seen.isUsingOverage ?? false,
      surpassedThreshold: seen.surpassedThreshold ?? null,
    });
  });

  it('is not read from the answers to an API key', () => {
    const headers = new Headers({ 'anthropic-ratelimit-unified-status': 'rejected' });
    expect(readRateLimit(headers, 'api_key', 0)).toBeNull();
  });

  it('carries what it does not know in `extra`, and does not count it as a change', () => {
    const read = (fallback: string) =>
      readRateLimit(new Headers({ 'anthropic-ratelimit-unified-fallback': fallback }), 'oauth', 0);
    expect(read('available')?.extra).toEqual({ fallback: 'available' });
    expect(sameRateLimit(read('a'), read('b'))).toBe(true);
    expect(sameRateLimit(read('a'), null)).toBe(false);
  });

  it('says `unknown` of a status that it does not know', () => {
    const headers = new Headers({ 'anthropic-ratelimit-unified-status': 'paused' });
    expect(readRateLimit(headers, 'oauth', 0)?.status).toBe('unknown');
  });
});
