import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { strings } from '../strings/strings.ts';
import { IconButton } from './icon-button.tsx';

interface Props {
  heading: string;
  onClose(): void;
  children: ComponentChildren;
}

/**
 * A modal dialog, open while it is mounted. Escape and a click beside it close it. Then the focus returns to the element that had it;
 * if that was a button of a form with a text box, to the box.
 */
export function Dialog({ heading, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    // The heading, not the first button: a key meant for the page would press the button.
    head.current?.focus();
    return () => {
      element?.close();
      // The form's button may be disabled by now, after the text was sent.
      const box = before?.closest('form')?.querySelector('textarea');
      if (before instanceof HTMLElement) (box ?? before).focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      // Closes at once: the `close` event comes later, and the next key may be for another dialog.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // A late `close` event of a removed dialog would close the next one.
      onClose={({ currentTarget }) => currentTarget.isConnected && onClose()}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-head">
        <h2 id={id} ref={head} tabIndex={-1}>
          {heading}
        </h2>
        <IconButton node={X} name={strings.close} onClick={onClose} />
      </div>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
