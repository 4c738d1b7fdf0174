import { expect, it } from 'vitest';
import type { Draft } from '../../../src/protocol/events.ts';
import { ClaudeSignalLog } from '../../../src/session/turn/claude-signal-log.ts';

function lab(host = 'https://eu.posthog.test/') {
  const lines: unknown[] = [];
  const points: AnalyticsEngineDataPoint[] = [];
  const posts: { url: string; body: { event: string; properties: object } }[] = [];
  const waiting: Promise<unknown>[] = [];
  const log = new ClaudeSignalLog({
    writeLine: (text) => lines.push(JSON.parse(text)),
    analytics: { writeDataPoint: (point) => void points.push(point ?? {}) },
    posthog: { key: 'phc_key', host },
    fetch: async (input, init) => {
      posts.push({ url: String(input), body: JSON.parse(String(init?.body)) });
      throw new TypeError('nobody there');
    },
    waitUntil: (promise) => void waiting.push(promise),
  });
  return { log, lines, points, posts, waiting };
}

const limit: Draft = {
  type: 'rate_limit',
  data: {
    status: 'allowed_warning',
    resetsAt: 1,
    rateLimitType: 'five_hour',
    utilization: 0.9,
    overageStatus: null,
    overageDisabledReason: null,
    isUsingOverage: false,
    surpassedThreshold: 0.9,
    extra: { note: 'canary' },
  },
};
const retry = (errorType: string | null): Draft => ({
  type: 'api_retry',
  data: { httpStatus: 529, errorType, attempt: 1, maxRetries: 10, retryDelayMs: 500 },
});
const turn = { model: 'claude-haiku-5-5', payer: 'connection' };

it('tells each signal once: one line, one point, one event', async () => {
  const { log, lines, points, posts, waiting } = lab();
  const told: Draft[] = [
    limit,
    retry('overloaded_error'),
    {
      type: 'credit_exhausted',
      data: { message: 'canary', errorType: null, httpStatus: 402, resetsAt: 1, payer: 'trial' },
    },
    { type: 'prompt_error', data: { code: 'upstream_busy', message: 'canary', retryable: true } },
  ];
  for (const draft of [...told, { type: 'text', data: { turn: 't', step: 1, delta: 'canary' } } as Draft])
    log.record(draft, turn);
  const statuses = ['allowed_warning/five_hour', '529/overloaded_error', '402/none', 'upstream_busy'];
  expect(lines).toEqual(told.map(({ type }, n) => ({ signal: type, status: statuses[n], ...turn })));
  expect(points).toEqual(
    told.map(({ type }, n) => ({
      indexes: [type],
      blobs: [type, statuses[n], turn.model, turn.payer],
      doubles: [1],
    })),
  );
  expect(posts.map(({ url, body }) => [url, body.event])).toEqual(
    told.map(({ type }) => ['https://eu.posthog.test/i/v0/e/', type]),
  );
  expect(posts[0]?.body.properties).toMatchObject({ status: statuses[0], ...turn, $process_person_profile: false });
  expect(JSON.stringify([lines, points, posts])).not.toContain('canary');
  // An unreachable server has no effect.
  await Promise.all(waiting);
});

it('lets no foreign text in', () => {
  const { log, lines } = lab();
  log.record(retry('see sk-ant-api03-canary now'), { model: 'claude canary', payer: '' });
  expect(lines).toEqual([{ signal: 'api_retry', status: 'other', model: 'other', payer: 'none' }]);
});
