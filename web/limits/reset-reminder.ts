import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { serverNow } from '../api/server-clock.ts';
import { statePerApp } from '../app/state-per-app.ts';
import icon from '../icon.svg';
import { strings } from '../strings/strings.ts';
import { StoredSet } from '../ui/stored-set.ts';
import type { Toasts } from '../ui/toasts.ts';

/** Longest delay of `setTimeout`, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

const stored = new StoredSet('limit.reminder');

/** Whether this page may send notifications; otherwise the reminder shows on the page only. */
export const canNotify = (): boolean => 'Notification' in globalThis && Notification.permission === 'granted';

function storedTime(): number | null {
  const at = Number(stored.all()[0]);
  return at > serverNow() ? at : null;
}

/** Tells the visitor when a limit has reset: by a toast, and by a notification where that is granted. */
class ResetReminder {
  readonly #at = signal<number | null>(storedTime());
  /** When to remind the visitor (UNIX milliseconds), or null. Survives a reload. */
  readonly at: ReadonlySignal<number | null> = this.#at;
  readonly #toasts: Toasts;

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
    effect(() => {
      const at = this.#at.value;
      if (at === null) return;
      let timer: ReturnType<typeof setTimeout>;
      const wait = () => {
        timer = setTimeout(() => (serverNow() < at ? wait() : this.#notify()), Math.min(LONGEST_MS, at - serverNow()));
      };
      wait();
      return () => clearTimeout(timer);
    });
  }

  /** Sets the reminder, whatever the answer, and asks for the permission to notify. Only from a click, as browsers require. */
  async set(at: number): Promise<void> {
    this.#put(at);
    if ('Notification' in globalThis && Notification.permission === 'default') await Notification.requestPermission();
    // Changes the signal twice, so that its text is rendered again with the new permission.
    if (this.#at.peek() === at) {
      this.#at.value = null;
      this.#put(at);
    }
  }

  cancel(): void {
    this.#put(null);
  }

  #put(at: number | null): void {
    for (const entry of stored.all()) stored.remove(entry);
    if (at !== null) stored.add(String(at));
    this.#at.value = at;
  }

  #notify(): void {
    this.#put(null);
    this.#toasts.show(strings.limit.openedSay, { forMs: 60_000 });
    if (!canNotify()) return;
    try {
      const notice = new Notification(strings.limit.openedSay, { tag: 'redraw-limit', icon });
      notice.onclick = () => {
        focus();
        notice.close();
      };
    } catch {
      // On some phones only a service worker may create notifications.
    }
  }
}

export const resetReminderOf = statePerApp(({ toasts }) => new ResetReminder(toasts));
