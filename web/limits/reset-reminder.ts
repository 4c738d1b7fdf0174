import { effect, signal } from '@preact/signals';
import { toasts } from '../app/app.ts';
import icon from '../icon.svg';
import { strings } from '../strings/strings.ts';
import { StoredWords } from '../ui/stored-words.ts';

const kept = new StoredWords('limit.reminder');

/** When the visitor is to be reminded (UNIX milliseconds), or null. It survives a reload. */
export const reminder = signal<number | null>(keptTime());

/** Whether the browser lets this page send messages; else it tells on the page alone. */
export const canNotify = (): boolean => 'Notification' in globalThis && Notification.permission === 'granted';

function keptTime(): number | null {
  const at = Number(kept.all()[0]);
  return at > Date.now() ? at : null;
}

/** Asks the browser whether messages may be sent, and sets the reminder either way. Only on a click. */
export async function remind(at: number): Promise<void> {
  set(at);
  if ('Notification' in globalThis && Notification.permission === 'default') await Notification.requestPermission();
  // What is said about it depends on the answer.
  if (reminder.peek() === at) {
    reminder.value = null;
    set(at);
  }
}

export function unremind(): void {
  set(null);
}

function set(at: number | null): void {
  for (const word of kept.all()) kept.remove(word);
  if (at !== null) kept.add(String(at));
  reminder.value = at;
}

function tell(): void {
  set(null);
  toasts.show(strings.limit.openedSay, { forMs: 60_000 });
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

/** The longest time that a browser's timer takes. Milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

effect(() => {
  const at = reminder.value;
  if (at === null) return;
  const timer = setTimeout(tell, Math.min(LONGEST_MS, Math.max(0, at - Date.now())));
  return () => clearTimeout(timer);
});
