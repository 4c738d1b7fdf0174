/// <reference types="vite/client" />
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../../web/app/app-context.ts';
import { Toasts } from '../../../web/ui/toasts.ts';
import { hour, memoryStorage, now } from './rate-limits.ts';

/** The browser's notifications. */
class FakeNotification {
  static permission = 'granted';
  static asked = 0;
  static shown: FakeNotification[] = [];
  static failure: Error | null = null;
  static async requestPermission() {
    FakeNotification.asked += 1;
    FakeNotification.permission = 'granted';
  }
  onclick: (() => void) | null = null;
  isClosed = false;
  readonly title: string;
  readonly options: NotificationOptions;
  constructor(title: string, options: NotificationOptions) {
    if (FakeNotification.failure) throw FakeNotification.failure;
    this.title = title;
    this.options = options;
    FakeNotification.shown.push(this);
  }
  close() {
    this.isClosed = true;
  }
}

let toasts: Toasts;
/** What a reminder says. */
let said: string;

/** A page is loaded. @returns its reminder, and whether it may notify */
async function load() {
  vi.resetModules();
  const { resetReminderOf, canNotify } = await import('../../../web/limits/reset-reminder.ts');
  const { loadLateWords, strings } = await import('../../../web/strings/strings.ts');
  await loadLateWords();
  said = strings.limit.openedSay;
  toasts = new Toasts();
  return { reminder: resetReminderOf({ toasts } as App), canNotify };
}

const texts = () => toasts.list.value.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now });
  vi.stubGlobal('localStorage', memoryStorage());
  vi.stubGlobal('Notification', FakeNotification);
  Object.assign(FakeNotification, { permission: 'granted', asked: 0, shown: [], failure: null });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a reminder', () => {
  it('comes at its time, as a toast and as a notification, once', async () => {
    const { reminder } = await load();
    await reminder.set(now + hour);
    expect(reminder.at.value).toBe(now + hour);
    vi.advanceTimersByTime(hour - 1);
    expect([texts(), FakeNotification.shown]).toEqual([[], []]);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual([said]);
    expect(FakeNotification.shown.map(({ title }) => title)).toEqual([said]);
    expect(reminder.at.value).toBeNull();
    // Two pages that are open show one notification: it has a name.
    expect(FakeNotification.shown[0]?.options.tag).toBe('redraw-limit');
    vi.advanceTimersByTime(59_999);
    expect(texts()).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(texts()).toEqual([]);
    const { reminder: later } = await load();
    expect(later.at.value).toBeNull();
  });

  it('brings the page to the front', async () => {
    const focus = vi.fn();
    vi.stubGlobal('focus', focus);
    const { reminder } = await load();
    await reminder.set(now + 1);
    vi.advanceTimersByTime(1);
    const [notification] = FakeNotification.shown;
    notification?.onclick?.();
    expect(focus).toHaveBeenCalledOnce();
    expect(notification?.isClosed).toBe(true);
  });

  it('is still set after a reload, and forgotten where its time has passed meanwhile', async () => {
    await (await load()).reminder.set(now + hour);
    vi.clearAllTimers();
    const { reminder } = await load();
    expect(reminder.at.value).toBe(now + hour);
    vi.advanceTimersByTime(hour);
    expect(texts()).toEqual([said]);
    await reminder.set(now + 2 * hour);
    vi.clearAllTimers();
    vi.setSystemTime(now + 2 * hour);
    expect((await load()).reminder.at.value).toBeNull();
  });

  it('can be taken back, and set to another time', async () => {
    const { reminder } = await load();
    await reminder.set(now + hour);
    reminder.cancel();
    expect(reminder.at.value).toBeNull();
    vi.advanceTimersByTime(2 * hour);
    expect(texts()).toEqual([]);
    await reminder.set(now + 3 * hour);
    await reminder.set(now + 4 * hour);
    vi.advanceTimersByTime(hour);
    expect(texts()).toEqual([]);
    vi.advanceTimersByTime(hour);
    expect(texts()).toHaveLength(1);
  });

  it('comes at its time in a month too, which is longer than a timer of a browser holds', async () => {
    const { reminder } = await load();
    const at = now + 31 * 24 * hour;
    await reminder.set(at);
    // The page sleeps meanwhile: a timer that is set to more than it holds comes at once.
    vi.advanceTimersToNextTimer();
    expect(Date.now() - now).toBeGreaterThan(24 * hour);
    vi.advanceTimersByTime(at - 1 - Date.now());
    expect([texts(), reminder.at.value]).toEqual([[], at]);
    vi.advanceTimersByTime(1);
    expect([texts(), reminder.at.value]).toEqual([[said], null]);
  });

  it('can be taken back after weeks', async () => {
    const { reminder } = await load();
    await reminder.set(now + 31 * 24 * hour);
    vi.advanceTimersToNextTimer();
    reminder.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is one for each page', async () => {
    vi.resetModules();
    const { resetReminderOf } = await import('../../../web/limits/reset-reminder.ts');
    const app = { toasts: new Toasts() } as App;
    expect(resetReminderOf(app)).toBe(resetReminderOf(app));
    expect(resetReminderOf({ toasts: new Toasts() } as App)).not.toBe(resetReminderOf(app));
  });
});

describe('the permission to notify', () => {
  it('is asked for where the visitor has not said, and never twice', async () => {
    FakeNotification.permission = 'default';
    const { reminder, canNotify } = await load();
    expect(canNotify()).toBe(false);
    await reminder.set(now + hour);
    expect([FakeNotification.asked, canNotify()]).toEqual([1, true]);
    await reminder.set(now + hour);
    expect(FakeNotification.asked).toBe(1);
  });

  it('is rendered as soon as it is there, and a reminder that was taken back meanwhile stays away', async () => {
    FakeNotification.permission = 'default';
    const { reminder } = await load();
    const seen: (number | null)[] = [];
    reminder.at.subscribe((at) => void seen.push(at));
    await reminder.set(now + hour);
    expect(seen).toEqual([null, now + hour, null, now + hour]);
    FakeNotification.permission = 'default';
    const setting = reminder.set(now + 2 * hour);
    reminder.cancel();
    await setting;
    expect(reminder.at.value).toBeNull();
  });

  it('may be missing: the toast comes all the same', async () => {
    for (const missing of ['denied', 'no notifications', 'only in a service worker']) {
      FakeNotification.permission = missing === 'denied' ? 'denied' : 'granted';
      FakeNotification.failure = missing === 'only in a service worker' ? new TypeError('Illegal constructor') : null;
      if (missing === 'no notifications') {
        vi.unstubAllGlobals();
        vi.stubGlobal('localStorage', memoryStorage());
      } else vi.stubGlobal('Notification', FakeNotification);
      const { reminder, canNotify } = await load();
      expect(canNotify()).toBe(missing === 'only in a service worker');
      await reminder.set(Date.now() + 1);
      vi.advanceTimersByTime(1);
      expect([missing, texts()]).toEqual([missing, [said]]);
      expect(FakeNotification.shown).toEqual([]);
    }
    expect(FakeNotification.asked).toBe(0);
  });
});
