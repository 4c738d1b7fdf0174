import { strings } from '../strings/strings.ts';

export const isApple = /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** The modifier of shortcuts as its key is labelled. */
export const modifier = () => (isApple ? '⌘' : strings.keys.ctrl);

/** The keys that stop a turn: ⌘. has long meant "cancel" on a Mac. Escape would be pressed by accident. */
export const stopKeys = { shown: () => `${modifier()} .`, aria: isApple ? 'Meta+.' : 'Control+.' };

function isInTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}

export type Shortcut = 'stop' | 'undo' | 'redo' | 'close' | 'previous' | 'next' | 'compose' | 'help';

/** The action of a key press, or null. Undo and redo in a text field belong to the field. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.key === 'Escape') return event.defaultPrevented || isInTextField(event.target) ? null : 'close';
  if (event.altKey && event.key === 'ArrowUp') return 'previous';
  if (event.altKey && event.key === 'ArrowDown') return 'next';
  const hasMod = isApple ? event.metaKey : event.ctrlKey;
  if (!hasMod && !event.altKey && !isInTextField(event.target)) {
    if (event.key === '?') return 'help';
    if (event.key === '/') return 'compose';
  }
  if (!hasMod || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === '.') return 'stop';
  if (isInTextField(event.target)) return null;
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  if (key === 'y' && !isApple) return 'redo';
  return null;
}
