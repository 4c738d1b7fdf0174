import { useEffect, useRef } from 'preact/hooks';
import idleIcon from '../icon.svg';
import doneIcon from '../icon-done.svg';
import runningIcon from '../icon-running.svg';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';

/** Milliseconds from which on a turn is long enough to call somebody back. */
const LONG_MS = 8000;

function showIcon(address: string): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (link) link.href = address;
}

function notify(text: string): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  try {
    const notice = new Notification(text, { tag: 'redraw-turn', icon: idleIcon });
    notice.onclick = () => {
      focus();
      notice.close();
    };
  } catch {
    // On some phones only a service worker may notify.
  }
}

/** Tells the state of the turn where the page itself is not looked at: in the title, in the icon of the tab, and as a notification. */
export function useTurnNotification(project: Project): void {
  const title = project.title.value || strings.builder.untitled;
  const isRunning = project.running.value;
  const startedAt = useRef<number | null>(null);
  useEffect(() => {
    if (isRunning) {
      startedAt.current = Date.now();
      document.title = strings.builder.pageRunning(title);
      showIcon(runningIcon);
      return;
    }
    document.title = strings.builder.pageIdle(title);
    showIcon(idleIcon);
    const took = startedAt.current === null ? 0 : Date.now() - startedAt.current;
    startedAt.current = null;
    if (!document.hidden || took === 0) return;
    const state = project.view.peek().turn?.state;
    const words = state === 'completed' ? strings.notify.done(title) : strings.notify.failed(title);
    document.title = words;
    showIcon(doneIcon);
    if (took >= LONG_MS) notify(words);
    const seen = () => {
      document.title = strings.builder.pageIdle(title);
      showIcon(idleIcon);
    };
    document.addEventListener('visibilitychange', seen, { once: true });
    return () => document.removeEventListener('visibilitychange', seen);
  }, [project, title, isRunning]);
  // Another page has the plain icon again.
  useEffect(() => () => showIcon(idleIcon), []);
}
