import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { limits } from '../../src/protocol/limits.ts';
import { strings } from '../strings/strings.ts';

/** A list above the text field, through which the arrow keys of the field go. */
export interface PromptMenu {
  /** The id of the list. */
  listId: string;
  /** The id of the active option. */
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
  /** Characters that are put in front of the text. */
  prefaceChars?: number;
  menu?: PromptMenu | null;
  onInput(text: string): void;
  onSubmit(): void;
  /** Comes first; a key that it has used is not used again. */
  onKey?(event: KeyboardEvent): void;
  onPaste?(event: ClipboardEvent): void;
  /** Stands between the text and its foot. */
  extras?: ComponentChildren;
  /** What stands under the text: hints and buttons. */
  children: ComponentChildren;
}

/** Characters that are left when the count is shown. */
const SHOW_COUNT_BELOW = 2_000;

/** How many characters a prompt may still have; less than 0 where it is too long. */
export const charsLeft = (text: string, prefaceChars = 0): number => limits.promptChars - prefaceChars - text.length;

function useAutoHeight(input: RefObject<HTMLTextAreaElement | null>, value: string): void {
  useLayoutEffect(() => {
    const field = input.current;
    // Where the browser does not let the field follow its text by itself.
    if (!field || CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = value === '' ? '' : `${field.scrollHeight}px`;
  }, [input, value]);
}

/** A text field in which Enter sends. Shift and Enter makes a new line, and Enter that ends a composition does nothing. */
export function PromptBox(props: Props) {
  const { id, label, placeholder, value, isBusy, rows, input, menu, onInput, onSubmit, onKey, onPaste } = props;
  const left = charsLeft(value, props.prefaceChars);
  const noteId = `${id}-left`;
  useAutoHeight(input, value);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isBusy && left >= 0 && value.trim() !== '') onSubmit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Safari ends a composition before its Enter arrives, as key code 229.
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
