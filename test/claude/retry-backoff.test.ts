import { describe, expect, it, vi } from 'vitest';
import { ClaudeError } from '../../src/claude/claude-error.ts';
import { defaultRetryPolicy, type RetryOptions, retryDelay, withRetries } from '../../src/claude/retry-backoff.ts';
import { httpFailure } from './claude-failures.ts';
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

describe('withRetries', () => {
  it('asks twice with a credential that is refused, with a renewal between, and says so', async () => {
    const story: string[] = [];
    const result = await withRetries(
      options(
        async () => {
          story.push('request');
          throw new ClaudeError(httpFailure(401), '401');
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
    const failure = httpFailure(400, { message });
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

  it('tells of each failure, announces the wait and waits, until the attempts are used up', async () => {
    const story: unknown[] = [];
    const failure = httpFailure(529, { errorType: 'overloaded_error' });
    const attempt = async (n: number) => {
      story.push(`attempt ${n}`);
      throw new ClaudeError(failure, '529');
    };
    const result = await withRetries(
      options(attempt, {
        onFailure: () => story.push('failed'),
        onRetry: (data) => story.push(data),
        sleep: async (ms) => void story.push(`waited ${ms}`),
        random: () => 0.4,
      }),
    );
    const announced = { httpStatus: 529, errorType: 'overloaded_error', maxRetries: 2 };
    expect(story).toEqual([
      ...['attempt 1', 'failed', { ...announced, attempt: 1, retryDelayMs: 11 }, 'waited 11'],
      ...['attempt 2', 'failed', { ...announced, attempt: 2, retryDelayMs: 22 }, 'waited 22'],
      ...['attempt 3', 'failed'],
    ]);
    expect(result).toMatchObject({ ok: false, failure, classified: { turnFailure: { code: 'upstream_overloaded' } } });
  });

  it('waits as long as Claude asks, and ends at once where that is too long', async () => {
    const waited: number[] = [];
    const failing = (retryAfter: string) =>
      withRetries(
        options(
          async (n) => {
            if (n === 2) return 'answer';
            throw new ClaudeError(httpFailure(503, {}, { 'retry-after': retryAfter }), '503');
          },
          { sleep: async (ms) => void waited.push(ms) },
        ),
      );
    expect(await failing('7')).toEqual({ ok: true, value: 'answer' });
    expect(await failing('61')).toMatchObject({ ok: false });
    // A date is a wait from now on, which is 1970 here.
    expect(await failing('Thu, 01 Jan 1970 00:00:09 GMT')).toEqual({ ok: true, value: 'answer' });
    expect(waited).toEqual([7_000, 9_000]);
  });

  it('does not ask for a credential where the attempts are used up, nor a third time where other failures lie between', async () => {
    const renewCredential = vi.fn(async () => {});
    const inTurn = (...statuses: number[]) => {
      const attempt = vi.fn(async (n: number) => {
        throw new ClaudeError(httpFailure(statuses[n - 1] ?? 500), 'x');
      });
      return {
        attempt,
        run: (maxRetries: number) =>
          withRetries(options(attempt, { renewCredential, policy: { maxRetries, baseMs: 1 } })),
      };
    };
    const late = inTurn(500, 401);
    expect(await late.run(1)).toMatchObject({ ok: false, classified: { turnFailure: { code: 'connection_broken' } } });
    expect(renewCredential).not.toHaveBeenCalled();
    const between = inTurn(401, 500, 401, 500);
    expect(await between.run(9)).toMatchObject({ ok: false, failure: { status: 401 } });
    expect(between.attempt).toHaveBeenCalledTimes(3);
    expect(renewCredential).toHaveBeenCalledTimes(2);
  });

  it('announces nothing for a failure that would come again', async () => {
    const onRetry = vi.fn();
    const attempt = vi.fn(async () => {
      throw new ClaudeError(httpFailure(404), '404');
    });
    expect(await withRetries(options(attempt, { onRetry }))).toMatchObject({ ok: false, failure: { status: 404 } });
    expect(attempt).toHaveBeenCalledOnce();
    expect(onRetry).not.toHaveBeenCalled();
  });
});
