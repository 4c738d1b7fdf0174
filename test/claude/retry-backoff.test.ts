import { describe, expect, it, vi } from 'vitest';
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

  it.each([
    ['prompt is too long: 208310 tokens > 200000 maximum', 'shorter', 7],
    ['Could not process image', 'without_images', 5],
    ['messages.1.content.0: Invalid `signature` in `thinking` block', 'without_thinking', 2],
  ])('asks at once with a changed request, a few times: %s', async (message, how, most) => {
    const asked: unknown[] = [];
    const repair = vi.fn(() => true);
    const failure: ClaudeFailure = { kind: 'http', status: 400, headers: new Headers(), ...noApiErrorFields, message };
    const attempt = async (n: number) => {
      asked.push(n);
      throw new ClaudeError(failure, message);
    };
    const sleep = vi.fn(async () => {});
    expect(await withRetries(options(attempt, { repair, sleep }))).toMatchObject({ ok: false });
    expect(asked).toHaveLength(most);
    expect(repair).toHaveBeenCalledWith(how, failure);
    expect(sleep).not.toHaveBeenCalled();
    repair.mockReturnValue(false);
    await withRetries(options(attempt, { repair }));
    expect(asked).toHaveLength(most + 1);
  });
});
