import { useEffect, useRef } from 'preact/hooks';
import idleIcon from '../icon.svg';
import doneIcon from '../icon-done.svg';
import runningIcon from '../icon-running.svg';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';

/** Milliseconds that a turn must have taken to be worth a notification. */
const NOTIFY_FROM_MS = 8000;

function showIcon(url: string): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (link) link.href = url;
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
    // Some mobile browsers let only a service worker show notifications.
  }
}

/** Shows the state of the turn outside of the page: in the tab's title and icon and, for a long turn in a hidden tab, as a notification. */
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
    const durationMs = startedAt.current === null ? 0 : Date.now() - startedAt.current;
    startedAt.current = null;
    if (!document.hidden || durationMs === 0) return;
    const state = project.view.peek().turn?.state;
    const text = state === 'completed' ? strings.notify.done(title) : strings.notify.failed(title);
    document.title = text;
    showIcon(doneIcon);
    if (durationMs >= NOTIFY_FROM_MS) notify(text);
    const onSeen = () => {
      document.title = strings.builder.pageIdle(title);
      showIcon(idleIcon);
    };
    document.addEventListener('visibilitychange', onSeen, { once: true });
    return () => document.removeEventListener('visibilitychange', onSeen);
  }, [project, title, isRunning]);
  // Restore the plain icon for the next page.
  useEffect(() => () => showIcon(idleIcon), []);
}
