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

/** A dialog that is open as long as it is there. Escape and a click beside it close it; the focus goes back to where it was, from a form into its box. */
export function Dialog({ heading, onClose, children }: Props) {
  const place = useRef<HTMLDialogElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const element = place.current;
    const before = document.activeElement;
    element?.showModal();
    // Not the first button: a key that was meant for the page would press it.
    head.current?.focus();
    return () => {
      element?.close();
      // What was sent from a box may have gone on meanwhile: then its button is off.
      const box = before?.closest('form')?.querySelector('textarea');
      if (before instanceof HTMLElement) (box ?? before).focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape
    <dialog
      ref={place}
      class="dialog"
      aria-labelledby={id}
      // At once, and not when the browser gets to telling that it is closed: the next key may be for another dialog.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Told late of one that is gone, it would close the next.
      onClose={({ currentTarget }) => currentTarget.isConnected && onClose()}
      onClick={(event) => event.target === place.current && onClose()}
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
