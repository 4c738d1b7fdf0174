import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { isBlank } from '../../src/protocol/is-blank.ts';
import { limits } from '../../src/protocol/limits.ts';
import { strings } from '../strings/strings.ts';

/** A listbox above the text field, driven by the field's arrow keys. */
export interface PromptMenu {
  /** The element id of the listbox. */
  listId: string;
  /** The element id of the active option. */
  activeId: string;
}

interface Props {
  id: string;
  label: string;
  placeholder: string;
  value: string;
  isBusy?: boolean;
  rows: number;
  input: RefObject<HTMLTextAreaElement | null>;
  /** Length of the text that will precede the prompt. Characters. */
  prefaceChars?: number;
  menu?: PromptMenu | null;
  onInput(text: string): void;
  onSubmit(): void;
  /** Runs before Enter submits; preventing the default of a key stops that. */
  onKey?(event: KeyboardEvent): void;
  onPaste?(event: ClipboardEvent): void;
  /** Content between the text field and the footer. */
  extras?: ComponentChildren;
  /** The footer: hints and buttons. */
  children: ComponentChildren;
}

/** The number of characters left is shown below this. */
const SHOW_COUNT_BELOW = 2_000;

/** @returns how many characters a prompt may still have; negative if it is too long */
export const charsLeft = (text: string, prefaceChars = 0): number => limits.promptChars - prefaceChars - text.length;

function useAutoHeight(input: RefObject<HTMLTextAreaElement | null>, value: string): void {
  useLayoutEffect(() => {
    const field = input.current;
    // Fallback for browsers without `field-sizing`.
    if (!field || CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = value === '' ? '' : `${field.scrollHeight}px`;
  }, [input, value]);
}

/** A text field: Enter submits, Shift+Enter inserts a line break, Enter that ends an IME composition does nothing. */
export function PromptBox(props: Props) {
  const { id, label, placeholder, value, isBusy, rows, input, menu, onInput, onSubmit, onKey, onPaste } = props;
  const left = charsLeft(value, props.prefaceChars);
  const noteId = `${id}-left`;
  useAutoHeight(input, value);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isBusy && left >= 0 && !isBlank(value)) onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Safari ends the composition before its Enter arrives, with key code 229.
    if (event.isComposing || event.keyCode === 229) return;
    onKey?.(event);
    if (event.key === 'Enter' && !event.shiftKey && !event.defaultPrevented) submit(event);
  };
  return (
    <form class="prompt-box" onSubmit={submit}>
      <label for={id}>{label}</label>
      <textarea
        id={id}
        ref={input}
        rows={rows}
        placeholder={placeholder}
        value={value}
        readOnly={isBusy === true}
        aria-invalid={left < 0}
        aria-describedby={left < SHOW_COUNT_BELOW ? noteId : undefined}
        aria-autocomplete={menu === undefined ? undefined : 'list'}
        aria-controls={menu?.listId}
        aria-activedescendant={menu?.activeId}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {left < SHOW_COUNT_BELOW && (
        <p id={noteId} class={left < 0 ? 'prompt-left is-over' : 'prompt-left'}>
          {left < 0 ? strings.composer.tooLong(-left) : strings.composer.left(left)}
        </p>
      )}
      {props.extras}
      <div class="prompt-foot">{props.children}</div>
    </form>
  );
}
