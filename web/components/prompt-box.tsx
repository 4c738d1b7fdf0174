import type { ComponentChildren, RefObject } from 'preact';
import { limits } from '../../src/protocol/limits.ts';

interface Props {
  id: string;
  label: string;
  placeholder: string;
  value: string;
  isBusy?: boolean;
  rows: number;
  input: RefObject<HTMLTextAreaElement | null>;
  onInput(text: string): void;
  onSubmit(): void;
  /** What stands under the text: hints and buttons. */
  children: ComponentChildren;
}

/** A text field in which Enter sends. Shift and Enter makes a new line, and Enter that ends a composition does nothing. */
export function PromptBox({ id, label, placeholder, value, isBusy, rows, input, onInput, onSubmit, children }: Props) {
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isBusy && value.trim() !== '') onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  };
  return (
    <form class="prompt-box" onSubmit={submit}>
      <label for={id}>{label}</label>
      <textarea
        id={id}
        ref={input}
        rows={rows}
        maxLength={limits.promptChars}
        placeholder={placeholder}
        value={value}
        readOnly={isBusy === true}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="prompt-foot">{children}</div>
    </form>
  );
}
