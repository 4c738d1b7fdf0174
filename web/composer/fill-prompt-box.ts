import { COMPOSER_ID } from '../ui/composer-id.ts';

/** Replaces the text of the composer's box as if typed, and puts the caret at its end. */
export function fillPromptBox(text: string): void {
  const box = document.getElementById(COMPOSER_ID);
  if (!(box instanceof HTMLTextAreaElement)) return;
  box.value = text;
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  box.focus();
  box.setSelectionRange(text.length, text.length);
}
