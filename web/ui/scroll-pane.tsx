import type { ComponentChildren, RefObject } from 'preact';

interface Props {
  class: string;
  label: string;
  pane?: RefObject<HTMLElement | null>;
  onScroll?: () => void;
  children: ComponentChildren;
}

/** A pane that scrolls and can be reached by keyboard. */
export function ScrollPane({ class: name, label, pane, onScroll, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll
    <section class={name} aria-label={label} tabIndex={0} ref={pane ?? null} onScroll={onScroll}>
      {children}
    </section>
  );
}
