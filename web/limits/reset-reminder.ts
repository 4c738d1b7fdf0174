import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { perApp } from '../app/per-app.ts';
import icon from '../icon.svg';
import { strings } from '../strings/strings.ts';
import { StoredWords } from '../ui/stored-words.ts';
import type { Toasts } from '../ui/toasts.ts';

/** The longest time that a browser's timer takes. Milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

const stored = new StoredWords('limit.reminder');

/** Whether the browser lets this page send messages; else it tells on the page alone. */
export const canNotify = (): boolean => 'Notification' in globalThis && Notification.permission === 'granted';

function storedTime(): number | null {
  const at = Number(stored.all()[0]);
  return at > Date.now() ? at : null;
}

/** Tells the visitor when a limit has reset: by a toast, and by a notification where that is granted. */
class ResetReminder {
  readonly #at = signal<number | null>(storedTime());
  /** When the visitor is to be reminded (UNIX milliseconds), or null. It survives a reload. */
  readonly at: ReadonlySignal<number | null> = this.#at;
  readonly #toasts: Toasts;

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
    effect(() => {
      const at = this.#at.value;
      if (at === null) return;
      const timer = setTimeout(() => this.#tell(), Math.min(LONGEST_MS, Math.max(0, at - Date.now())));
      return () => clearTimeout(timer);
    });
  }

  /** Sets the reminder, and asks the browser for permission to notify: only on a click. It is set whatever the answer. */
  async set(at: number): Promise<void> {
    this.#put(at);
    if ('Notification' in globalThis && Notification.permission === 'default') await Notification.requestPermission();
    // What is said about it depends on the answer.
    if (this.#at.peek() === at) {
      this.#at.value = null;
      this.#put(at);
    }
  }

  cancel(): void {
    this.#put(null);
  }

  #put(at: number | null): void {
    for (const word of stored.all()) stored.remove(word);
    if (at !== null) stored.add(String(at));
    this.#at.value = at;
  }

  #tell(): void {
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
      // On some phones only a service worker may notify.
    }
  }
}

export const resetReminderOf = perApp(({ toasts }) => new ResetReminder(toasts));
