import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnnouncedThreshold } from '../../../src/protocol/resources.ts';
import { announceThreshold } from '../../../web/limits/announce-threshold.ts';
import type { RateLimit } from '../../../web/project/visitor-limit.ts';
import { Toasts } from '../../../web/ui/toasts.ts';
import { hour, memoryStorage, now, rateLimit } from './rate-limits.ts';

/** The browser's tab, which may be in the background. */
class Tab extends EventTarget {
  hidden = false;
}

let tab: Tab;
let toasts: Toasts;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now });
  tab = new Tab();
  toasts = new Toasts();
  vi.stubGlobal('document', tab);
  vi.stubGlobal('localStorage', memoryStorage());
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const passed = (rest: Partial<RateLimit> = {}): RateLimit =>
  rateLimit({ status: 'allowed_warning', utilization: 0.9, surpassedThreshold: 0.9, ...rest });
const announce = (limit: RateLimit, before: readonly AnnouncedThreshold[] = []) =>
  announceThreshold(limit, before, toasts);
const texts = () => toasts.list.value.map(({ text }) => text.replaceAll('\u00a0', ' '));

describe('a threshold that was passed', () => {
  it('is announced, with the window and when it resets, for twelve seconds', async () => {
    await announce(passed());
    expect(texts()).toEqual([expect.stringMatching(/^Claude, .+: 90 ?% is used\. It resets .+\.$/)]);
    vi.advanceTimersByTime(11_999);
    expect(texts()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual([]);
  });

  it('is announced without what Claude does not tell', async () => {
    await announce(passed({ rateLimitType: null, resetsAt: null }));
    expect(texts()).toEqual([expect.stringMatching(/^Claude, Claude plan: 90 ?% is used\.$/)]);
  });

  it('is none where Claude names none', async () => {
    await announce(passed({ surpassedThreshold: null }));
    expect(texts()).toEqual([]);
  });

  it('is announced once, though Claude’s times differ by seconds', async () => {
    await announce(passed());
    await announce(passed());
    await announce(passed({ resetsAt: now + hour + 59_999 }));
    expect(texts()).toHaveLength(1);
  });

  it.each<[string, Partial<RateLimit>]>([
    ['another threshold', { surpassedThreshold: 0.95 }],
    ['another window', { rateLimitType: 'seven_day' }],
    ['the same window after its reset', { resetsAt: now + hour + 60_000 }],
  ])('is another one for %s', async (_, other) => {
    await announce(passed());
    await announce(passed(other));
    expect(texts()).toHaveLength(2);
  });

  it('is not announced where another device has done it', async () => {
    const told = { window: 'five_hour', threshold: 0.9, resetsAt: now + hour - 1000 };
    await announce(passed(), [{ ...told, threshold: 0.75 }, told]);
    expect(texts()).toEqual([]);
    await announce(passed({ resetsAt: null }), [{ ...told, resetsAt: null }]);
    expect(texts()).toEqual([]);
  });

  it('waits in a hidden tab, and is said there only where no other tab has said it', async () => {
    tab.hidden = true;
    const waiting = [announce(passed()), announce(passed({ surpassedThreshold: 0.95 }))];
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    tab.dispatchEvent(new Event('visibilitychange'));
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(texts()).toEqual([]);
    // Another tab of this browser, which shares its storage.
    const other = JSON.stringify({ window: 'five_hour', threshold: 0.9, resetsAt: now + hour });
    localStorage.setItem('redraw.limit.told', JSON.stringify([other]));
    tab.hidden = false;
    tab.dispatchEvent(new Event('visibilitychange'));
    await Promise.all(waiting);
    expect(texts()).toEqual([expect.stringContaining('95')]);
  });
});
