import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { browserTiming } from '../../../web/project/retry-timing.ts';
import { settled } from './open-project.ts';

/** The page's own events: `online` comes when the network is back. */
const page = new EventTarget();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Begins to wait. @returns how it ended, null while it has not */
function waiting(ms: number, signal = new AbortController().signal) {
  const ended: { how: string | null } = { how: null };
  browserTiming.wait(ms, signal).then(
    () => {
      ended.how = 'over';
    },
    (reason) => {
      ended.how = String(reason);
    },
  );
  return ended;
}

describe('a wait', () => {
  it('ends after its time', async () => {
    const ended = waiting(1000);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended.how).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended.how).toBe('over');
  });

  it('ends at once when the network is back, and leaves no timer', async () => {
    const ended = waiting(60_000);
    page.dispatchEvent(new Event('online'));
    await settled();
    expect(ended.how).toBe('over');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails when it is aborted, with the reason, and leaves no timer', async () => {
    const leaving = new AbortController();
    const ended = waiting(60_000, leaving.signal);
    leaving.abort('left');
    await settled();
    expect(ended.how).toBe('left');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails at once where it was aborted before', async () => {
    const ended = waiting(60_000, AbortSignal.abort('left'));
    await settled();
    expect(ended.how).toBe('left');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no listener behind, however it ended', async () => {
    const added = vi.spyOn(page, 'addEventListener');
    const removed = vi.spyOn(page, 'removeEventListener');
    vi.stubGlobal('addEventListener', (...args: Parameters<EventTarget['addEventListener']>) =>
      page.addEventListener(...args),
    );
    vi.stubGlobal('removeEventListener', (...args: Parameters<EventTarget['removeEventListener']>) =>
      page.removeEventListener(...args),
    );
    const leaving = new AbortController();
    const heard = vi.spyOn(leaving.signal, 'addEventListener');
    const unheard = vi.spyOn(leaving.signal, 'removeEventListener');
    waiting(10, leaving.signal);
    waiting(60_000, leaving.signal);
    await vi.advanceTimersByTimeAsync(10);
    leaving.abort('left');
    expect(unheard.mock.calls.map(([, listener]) => listener)).toEqual(
      heard.mock.calls.map(([, listener]) => listener),
    );
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});

it('is random', () => {
  const values = Array.from({ length: 8 }, () => browserTiming.random());
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(values).size).toBeGreaterThan(1);
});
