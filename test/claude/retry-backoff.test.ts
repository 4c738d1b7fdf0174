import { describe, expect, it } from 'vitest';
import { noApiErrorFields } from '../../src/claude/api-error-fields.ts';
import { ClaudeError, type ClaudeFailure } from '../../src/claude/claude-error.ts';
import { defaultRetryPolicy, type RetryOptions, retryDelay, withRetries } from '../../src/claude/retry-backoff.ts';
import { recordedCases } from './recorded-cases.ts';

describe('the wait before another attempt', () => {
  it('doubles from half a second up to a minute, with up to a quarter on top', () => {
    const waits = (random: number) =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => retryDelay(defaultRetryPolicy, n, null, random));
    expect(waits(0)).toEqual([500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
    expect(waits(1)).toEqual([625, 1250, 2500, 5000, 10000, 20000, 40000, 60000, 60000]);
  });

  it('is what the recorded client waited', () => {
    const seen = recordedCases.find(({ name }) => name === 'd31k-default-max')?.observed.apiRetry ?? [];
    expect(seen.length).toBeGreaterThan(5);
    for (const { attempt, retry_delay_ms } of seen) {
      expect(retry_delay_ms).toBeGreaterThanOrEqual(retryDelay(defaultRetryPolicy, attempt, null, 0));
      expect(retry_delay_ms).toBeLessThanOrEqual(retryDelay(defaultRetryPolicy, attempt, null, 1));
    }
  });

  it('is what Claude asks for, where it asks', () => {
    expect(retryDelay(defaultRetryPolicy, 1, 60_000, 0)).toBe(60_000);
    expect(retryDelay(defaultRetryPolicy, 1, 60_000, 1)).toBe(75_000);
  });
});

const options = (attempt: RetryOptions<string>['attempt'], rest: Partial<RetryOptions<string>> = {}) => ({
  policy: { maxRetries: 2, baseMs: 10 },
  credentialKind: 'oauth' as const,
  attempt,
  onFailure: () => {},
  onRetry: () => {},
  renewCredential: async () => {},
  repair: () => false,
  sleep: async () => {},
  now: () => 0,
  random: () => 0,
  ...rest,
});

const http = (status: number): ClaudeFailure => ({ kind: 'http', status, headers: new Headers(), ...noApiErrorFields });

describe('withRetries', () => {
  it('asks twice with a credential that is refused, with a renewal between, and says so', async () => {
    const story: string[] = [];
    const result = await withRetries(
      options(
        async () => {
          story.push('request');
          throw new ClaudeError(http(401), '401');
        },
        {
          renewCredential: async () => {
            story.push('renew');
          },
          onRetry: ({ errorType, httpStatus }) => story.push(`${errorType} ${httpStatus}`),
        },
      ),
    );
    const once = ['request', 'authentication_failed 401', 'renew'];
    expect(story).toEqual([...once, ...once]);
    expect(result).toMatchObject({ ok: false, classified: { turnFailure: { code: 'connection_broken' } } });
  });

  it('passes on what is no failure of Claude', async () => {
    const boom = new Error('boom');
    await expect(
      withRetries(
        options(async () => {
          throw boom;
        }),
      ),
    ).rejects.toBe(boom);
  });

  it('succeeds in the end', async () => {
    const result = await withRetries(
      options(async (n) => {
        if (n < 3) throw new ClaudeError({ kind: 'broken', reason: 'cut' }, 'cut');
        return `attempt ${n}`;
      }),
    );
    expect(result).toEqual({ ok: true, value: 'attempt 3' });
  });
});
