import { expect, it, onTestFinished, vi } from 'vitest';
import { finished, makeLog, queued, settle } from './recorded-log.ts';

it('what is counted down by carries the time at which it was made, told again too, and nothing else does', async () => {
  const { log, sent } = makeLog();
  const made = 1_795_185_000_000;
  vi.useFakeTimers({ now: made });
  onTestFinished(() => void vi.useRealTimers());
  const nothing = { errorType: null, httpStatus: null };
  log.emit(queued, null);
  log.emit({ type: 'api_retry', data: { ...nothing, attempt: 1, maxRetries: 5, retryDelayMs: 9000 } }, 't');
  log.emit({ type: 'credit_exhausted', data: { ...nothing, message: 'No.', resetsAt: made + 1, payer: 'trial' } }, 't');
  log.emit(
    {
      type: 'rate_limit',
      data: {
        ...{ status: 'rejected', resetsAt: made + 1, rateLimitType: null, utilization: null, overageStatus: null },
        ...{ overageDisabledReason: null, isUsingOverage: false, surpassedThreshold: null, extra: {} },
      },
    },
    't',
  );
  log.emit(finished, 't');
  await settle();
  vi.setSystemTime(made + 3_600_000);
  const times = [made, made, made, made, undefined];
  for (const events of [sent, log.read(0, 9)]) expect(events.map(({ data }) => JSON.parse(data).now)).toEqual(times);
});
