import { strings } from '../strings/strings.ts';
import type { Toasts } from './toasts.ts';

/** Copies a text, and says so on the button for a moment. */
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
