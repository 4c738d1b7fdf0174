import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/claude/classify-failure.ts';
import { httpFailure, planFailure } from './claude-failures.ts';

const now = Date.parse('2026-11-20T14:30:00Z');

/** A failure of status `status` whose answer asks to wait. */
const waits = (status: number, retryAfter: string) =>
  classifyFailure(httpFailure(status, {}, { 'retry-after': retryAfter }), 'api_key', now);

describe('the wait that Claude asks for', () => {
  it('is waited for up to a minute', () => {
    expect(waits(503, '60')).toMatchObject({
      retry: 'yes',
      retryAfterMs: 60_000,
      turnFailure: {
        message: 'Claude had an error of its own. Try again in a moment.',
        resetsAt: now + 60_000,
      },
    });
    expect(waits(503, '1.2345')).toMatchObject({ retry: 'yes', retryAfterMs: 1_235 });
  });

  it.each([
    ['60.5', '2 minutes'],
    ['120', '2 minutes'],
    ['120.5', '3 minutes'],
    ['7140', '119 minutes'],
    ['7141', '2 hours'],
    ['7201', '3 hours'],
  ])('ends the turn above a minute, and is told in words: %s s are %s', (seconds, words) => {
    expect(waits(529, seconds)).toMatchObject({
      retry: 'no',
      turnFailure: {
        message: `Claude is overloaded at the moment. Try again in ${words}.`,
        resetsAt: now + Number(seconds) * 1000,
      },
    });
  });

  it('is not told where its end is not plausible', () => {
    expect(waits(503, '99999999999')).toMatchObject({
      retry: 'no',
      turnFailure: { message: 'Claude had an error of its own. Try again in a moment.', resetsAt: null },
    });
  });

  it('is left to the page where the account is exhausted', () => {
    expect(waits(429, '120')).toMatchObject({
      retry: 'no',
      isRateLimited: true,
      turnFailure: { message: 'This Claude account is at its rate limit.', resetsAt: now + 120_000 },
    });
  });

  it('means nothing for a request that would fail again', () => {
    const { retry, retryAfterMs, turnFailure } = waits(404, '120');
    expect({ retry, retryAfterMs }).toEqual({ retry: 'no', retryAfterMs: null });
    expect(turnFailure.message).toBe('This Claude account has no access to the selected model.');
  });

  it('does not hold for the request with another credential', () => {
    expect(waits(401, '5')).toMatchObject({ retry: 'new_credential', retryAfterMs: null });
    expect(waits(401, '8949')).toMatchObject({ retry: 'new_credential', retryAfterMs: null });
  });

  it('is none where the header is absent', () => {
    expect(classifyFailure(httpFailure(500), 'api_key', now)).toEqual({
      retry: 'yes',
      retryAfterMs: null,
      isRateLimited: false,
      turnFailure: {
        event: 'prompt_error',
        code: 'upstream_error',
        fault: 'upstream',
        retryable: true,
        message: 'Claude had an error of its own. Try again in a moment.',
        fields: {},
        errorType: null,
        httpStatus: 500,
        resetsAt: null,
      },
    });
  });
});

it.each([
  ['false', 500, 'no'],
  ['true', 500, 'yes'],
  ['false', 401, 'new_credential'],
  ['true', 404, 'no'],
])('`x-should-retry: %s` with status %d: %s', (should, status, retry) => {
  const failure = httpFailure(status, {}, { 'x-should-retry': should });
  expect(classifyFailure(failure, 'api_key', now).retry).toBe(retry);
});

describe('the reset', () => {
  const reset = { reset: String(now / 1000 + 3600) };
  it('of a plan is its own, before the wait', () => {
    const failure = planFailure(429, reset);
    expect(classifyFailure(failure, 'oauth', now).turnFailure.resetsAt).toBe(now + 3_600_000);
    const waiting = httpFailure(429, {}, { 'retry-after': '7' });
    expect(classifyFailure(waiting, 'oauth', now).turnFailure.resetsAt).toBe(now + 7_000);
  });

  it('of a plan is not believed of a key', () => {
    expect(classifyFailure(planFailure(429, reset), 'api_key', now).turnFailure.resetsAt).toBeNull();
  });
});

describe('what a visitor reads', () => {
  it('is Claude’s own message on one line, without secrets', () => {
    const message = 'No access\nfor sk-ant-api03-secret.';
    expect(classifyFailure(httpFailure(403, { message }), 'api_key', now).turnFailure.message).toBe(
      'No access for sk-ant-….',
    );
  });

  it('is Redraw’s own sentence where Claude says nothing that can be shown', () => {
    expect(classifyFailure(httpFailure(403, { message: '\n\t' }), 'api_key', now).turnFailure.message).toBe(
      'Claude refused this key.',
    );
  });

  it('names the type of the error, up to 100 characters', () => {
    const typeOf = (errorType: string) =>
      classifyFailure(httpFailure(500, { errorType }), 'api_key', now).turnFailure.errorType;
    expect(typeOf('api_error')).toBe('api_error');
    expect(typeOf('x'.repeat(100))).toBe('x'.repeat(100));
    expect(typeOf('x'.repeat(101))).toBe(`${'x'.repeat(99)}…`);
  });
});

it.each([
  [
    { kind: 'broken', reason: 'cut' },
    'yes',
    'upstream_unreachable',
    'The connection to Claude broke and could not be restored.',
  ],
  [{ kind: 'internal', message: 'secret' }, 'no', 'internal', 'Something broke on our side.'],
  [
    { kind: 'window_exceeded' },
    'shorter',
    'context_full',
    'This conversation has outgrown what Claude can read at once. What was written so far is kept.',
  ],
] as const)('without an answer: %j', (failure, retry, code, message) => {
  expect(classifyFailure(failure, 'oauth', now)).toMatchObject({
    retry,
    retryAfterMs: null,
    isRateLimited: false,
    turnFailure: {
      event: 'prompt_error',
      code,
      message,
      retryable: true,
      errorType: null,
      httpStatus: null,
      resetsAt: null,
    },
  });
});
