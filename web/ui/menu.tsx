import { useSignal } from '@preact/signals';
import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface Props {
  node: IconNode;
  name: string;
  /** The current choice, beside the icon. */
  value?: string;
  disabled?: boolean;
  children: (close: () => void) => ComponentChildren;
}

/** A button that opens a small panel below it. Escape, a click elsewhere, and moving the focus out close the panel. */
export function Menu({ node, name, value, disabled = false, children }: Props) {
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    isOpen.value = false;
  };

  /** Closes the panel after a choice. Moves the focus first: the focused element goes away with the panel. */
  const closeAfterChoice = () => {
    button.current?.focus();
    close();
  };

  useEffect(() => {
    if (!isOpen.value) return;
    const onPress = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close();
    };
    // A click into the preview's frame fires no event here, except that the window loses the focus.
    addEventListener('pointerdown', onPress, true);
    addEventListener('blur', close);
    return () => {
      removeEventListener('pointerdown', onPress, true);
      removeEventListener('blur', close);
    };
  }, [isOpen.value]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen.value) return;
    event.preventDefault();
    closeAfterChoice();
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && !root.current?.contains(relatedTarget)) close();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only handles events of its controls
    <div class="menu" ref={root} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <button
        type="button"
        ref={button}
        class={value === undefined ? 'icon-button' : 'icon-button has-value'}
        aria-label={value === undefined ? name : `${name}: ${value}`}
        title={name}
        aria-expanded={isOpen.value}
        aria-controls={id}
        disabled={disabled}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <Icon node={node} />
        {value !== undefined && <span class="menu-value">{value}</span>}
      </button>
      <div id={id} class="menu-panel" hidden={!isOpen.value}>
        {isOpen.value && children(closeAfterChoice)}
      </div>
    </div>
  );
}
