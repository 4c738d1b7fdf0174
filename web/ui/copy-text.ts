import { strings } from '../strings/strings.ts';
import type { Toasts } from './toasts.ts';

/** Copies a text to the clipboard, reports the outcome as a toast, and gives the button the focus back on success. */
export async function copyText(text: string, button: HTMLElement, toasts: Toasts): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    toasts.show(strings.talk.notCopied);
    return;
  }
  toasts.show(strings.talk.copied, { forMs: 2500 });
  button.focus({ preventScroll: true });
}
