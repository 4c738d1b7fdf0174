import { COMPOSER_ID } from '../ui/composer-id.ts';

/** Puts a text into the box, as if it had been typed there, with the caret at its end. */
export function fillPromptBox(text: string): void {
  const box = document.getElementById(COMPOSER_ID);
  if (!(box instanceof HTMLTextAreaElement)) return;
  box.value = text;
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  box.focus();
  box.setSelectionRange(text.length, text.length);
}
